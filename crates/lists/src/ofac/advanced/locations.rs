//! Locations: addresses, and places that are only a country.

use std::collections::HashMap;

use interdict_model::Country;

use super::references::References;
use crate::ofac::party::PartyAddress;
use crate::xml::Element;

/// One location.
#[derive(Debug, Clone, Default)]
pub(super) struct Location {
    /// In Latin letters.
    pub(super) address: PartyAddress,
    /// The same in another script, when the list gives it.
    pub(super) original: Option<PartyAddress>,
}

/// Locations by number.
#[derive(Default)]
pub(super) struct Locations(HashMap<String, Location>);

impl Locations {
    /// Takes one `<Location>`.
    pub(super) fn add(&mut self, element: &Element, references: &References) {
        let Some(id) = element.attribute("ID") else { return };
        let mut location = Location::default();
        let mut original = PartyAddress::default();
        for part in element.children("LocationPart") {
            let kind = references.text("LocPartType", part.attribute("LocPartTypeID"));
            for value in part.children("LocationPartValue") {
                let latin = value.attribute("Primary") != Some("false");
                let address = if latin { &mut location.address } else { &mut original };
                let text = value.text_of("Value").unwrap_or_default();
                put(address, kind.unwrap_or_default(), text);
            }
        }
        if let Some(country) = country(element, references) {
            location.address.country = country.to_owned();
        }
        if original != PartyAddress::default() {
            original.country.clone_from(&location.address.country);
            location.original = Some(original);
        }
        self.0.insert(id.to_owned(), location);
    }

    /// The location of that number.
    pub(super) fn find(&self, id: &str) -> Option<&Location> {
        self.0.get(id)
    }
}

fn country<'a>(element: &Element, references: &'a References) -> Option<&'a str> {
    let country = element.child("LocationCountry").and_then(|found| found.attribute("CountryID"));
    let area = element.child("LocationAreaCode").and_then(|found| found.attribute("AreaCodeID"));
    references.text("Country", country).or_else(|| references.text("AreaCode", area))
}

fn put(address: &mut PartyAddress, kind: &str, text: &str) {
    let (field, between) = match kind {
        "CITY" => (&mut address.city, ", "),
        "STATE/PROVINCE" | "REGION" => (&mut address.state, ", "),
        "POSTAL CODE" => (&mut address.postal_code, " "),
        // A location that is only a country has a part of unknown kind.
        "Unknown" if text.parse::<Country>().is_ok() => (&mut address.country, ", "),
        _ => (&mut address.street, ", "),
    };
    if !field.is_empty() && !text.is_empty() {
        field.push_str(between);
    }
    field.push_str(text);
}
