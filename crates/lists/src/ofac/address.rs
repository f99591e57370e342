//! Addresses: one line on the party, and an entity of its own when there is more than a country.

use interdict_model::{Country, Loss, ProblemCode, Schema, fingerprint64};

use super::party::PartyAddress;
use super::party_entities::PartyEntities;

/// Adds an address to the party.
pub(crate) fn add(entities: &mut PartyEntities<'_>, address: &PartyAddress) {
    let country = country(entities, &address.country);
    if let Some(country) = country {
        entities.main.add("country", country.code());
    }
    let full = address.full_line();
    if full.is_empty() || full == address.country {
        return;
    }
    entities.main.add("address", full.as_str());
    let Some(mut entity) = entities
        .belonging(Schema::ADDRESS, &format!("address-{:016x}", fingerprint64(full.as_bytes())))
    else {
        return;
    };
    entity.add("full", full);
    entity.add("street", address.street.as_str());
    entity.add("city", address.city.as_str());
    entity.add("state", address.state.as_str());
    entity.add("postalCode", address.postal_code.as_str());
    if let Some(country) = country {
        entity.add("country", country.code());
    }
    entities.main.add("addressEntity", entity.id.as_str());
    entities.attach(entity);
}

fn country(entities: &mut PartyEntities<'_>, text: &str) -> Option<Country> {
    if text.is_empty() || is_no_country(text) {
        return None;
    }
    let country = text.parse().ok();
    if country.is_none() {
        let what = "the address names no country that is known; it is kept as text";
        entities.report(ProblemCode::CountryUnknown, Loss::Nothing, what, text);
    }
    country
}

/// The texts that OFAC writes for an unknown country.
pub(crate) fn is_no_country(text: &str) -> bool {
    ["undetermined", "unknown", "none identified", "stateless"]
        .iter()
        .any(|word| text.trim_end_matches('.').eq_ignore_ascii_case(word))
}
