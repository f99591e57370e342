"""What clients that others wrote get from the server: see client_check."""

import csv
import json
import subprocess
import sys
import urllib.parse
import urllib.request

from yente_client import Client

url, key, work, command = sys.argv[1:]
LISTED = "NK-aU5ybkbRFJucf8YMwsJvDw"


def check(is_right, what):
    if not is_right:
        sys.exit(f"client check: {what}")


def get(path, form=None):
    data = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(url + path, data=data, headers={"Origin": "http://127.0.0.1:3333"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


# The library.
client = Client(api_key=key, base_url=url)
names = [dataset.name for dataset in client.datasets().datasets]
check("zala" in names, f"datasets {names}")
check(client.fetch(LISTED).id == LISTED, "an entity by its id")
found = client.search("Zakharov", datasets=["zala"])
check(any(entity.id == LISTED for entity in found.results), "a search")
check(client.algorithms().best, "the algorithms")

# Its command.
environment = {"OPENSANCTIONS_API_KEY": key, "YENTE_BASE_URL": url, "PATH": "/usr/bin:/bin"}
arguments = [command, "screen", f"{work}/in.csv", f"{work}/out.csv", "-s", "Person", "-i", "name=name", "-d", "zala"]
done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
check(done.returncode == 0, f"yente-cli screen: {done.stdout}{done.stderr}")
with open(f"{work}/out.csv", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
check(any(LISTED in row.values() for row in rows), f"yente-cli screen: {rows}")
check(not any(row.get("match_error") for row in rows), f"yente-cli screen: {rows}")

# A reconciliation client: what the service is, rows, suggestions, more columns.
path = "/reconcile/zala"
secret = "?" + urllib.parse.urlencode({"api_key": key})
manifest = get(path + secret)
check("0.2" in manifest["versions"] and manifest["preview"]["url"], "the manifest")
rows = get(path + secret, {"queries": json.dumps({"q0": {"query": "Alexander Zakharov", "type": "Person", "limit": 3}})})
check(rows["q0"]["result"][0]["id"] == LISTED, f"a row: {rows}")
suggested = get(path + "/suggest/entity" + secret + "&prefix=Zakh")
check(any(one["id"] == LISTED for one in suggested["result"]), "suggestions")
extension = {"ids": [LISTED], "properties": [{"id": "country"}, {"id": "name", "settings": {"limit": "1"}}]}
more = get(path + secret, {"extend": json.dumps(extension)})
check(more["rows"][LISTED]["country"], f"more columns: {more}")
print("yente-client, yente-cli screen and a reconciliation client understand the answers")
