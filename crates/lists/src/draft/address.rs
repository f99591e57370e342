//! Postal addresses.

use interdict_model::Schema;

use super::record_draft::RecordDraft;

/// An address in the parts that a list gives. Blank parts are left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct AddressParts {
    /// Street, house, building.
    pub(crate) street: String,
    /// Post-office box.
    pub(crate) post_box: String,
    /// City or town.
    pub(crate) city: String,
    /// State, province or region.
    pub(crate) state: String,
    /// Postal code.
    pub(crate) postal_code: String,
    /// The country as the list prints it.
    pub(crate) country: String,
    /// A remark of the list on the address, such as "as of June 2016".
    pub(crate) remarks: String,
}

impl RecordDraft {
    /// Adds an address: as one line on the entity, and in its parts as an entity of its own.
    pub(crate) fn address(&mut self, parts: &AddressParts) {
        let country = self.parse_country("Address country", &parts.country);
        if let Some(country) = country {
            self.entity.add("country", country.code());
        }
        let lines = [
            parts.street.as_str(),
            &if parts.post_box.is_empty() {
                String::new()
            } else {
                format!("P.O. Box {}", parts.post_box)
            },
            &parts.city,
            &parts.postal_code,
            &parts.state,
        ];
        let known: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        let full = match (known.is_empty(), country) {
            // A country alone is not an address; it is in `country` already.
            (true, Some(_)) if parts.remarks.is_empty() => return,
            (true, Some(country)) => country.name().to_owned(),
            (true, None) => parts.remarks.clone(),
            (false, Some(country)) => format!("{}, {}", known.join(", "), country.name()),
            (false, None) => known.join(", "),
        };
        if full.is_empty() {
            return;
        }
        if !known.is_empty() || country.is_none() {
            self.add("address", &full);
        }
        let suffix = format!("addr-{}", self.entity.values("addressEntity").len() + 1);
        let Some(mut address) = self.part(&suffix, Schema::ADDRESS) else { return };
        address.add("full", full);
        address.add("street", parts.street.as_str());
        address.add("postOfficeBox", parts.post_box.as_str());
        address.add("city", parts.city.as_str());
        address.add("state", parts.state.as_str());
        address.add("postalCode", parts.postal_code.as_str());
        address.add("country", country.map_or("", |country| country.code()));
        address.add("remarks", parts.remarks.as_str());
        let id = address.id.to_string();
        self.add("addressEntity", &id);
        self.add_part(address);
    }
}
