"""nomenklatura's enricher against the server: see client_check."""

import sys

from followthemoney import Dataset, StatementEntity
from nomenklatura.cache import Cache
from nomenklatura.db import Session, get_engine
from nomenklatura.enrich.yente import YenteEnricher

url, key = sys.argv[1:]
LISTED = "NK-aU5ybkbRFJucf8YMwsJvDw"

dataset = Dataset.make({"name": "customers", "title": "Customers"})
cache = Cache(Session(get_engine("sqlite://")), dataset, create=True)
config = {"api": url + "/", "dataset": "zala", "api_key": key}
enricher = YenteEnricher(dataset, cache, config)


def person(name):
    data = {"id": name.lower().replace(" ", "-"), "schema": "Person", "properties": {"name": [name]}}
    return StatementEntity.from_data(dataset, data)


known = person("Alexander Zakharov")
matches = list(enricher.match(known))
if [match.id for match in matches][:1] != [LISTED]:
    sys.exit(f"enricher check: matches {[match.id for match in matches]}")
around = list(enricher.expand(known, matches[0]))
if around[0].id != LISTED or len(around) < 2:
    sys.exit(f"enricher check: around it {[entity.id for entity in around]}")
if list(enricher.match(person("Wilhelmina Featherstonehaugh"))):
    sys.exit("enricher check: a match for nobody")
enricher.close()
print(f"nomenklatura's enricher understands the answers: {len(around)} entities around one match")
