//! Features of a party: everything that is neither a name nor a document.

use interdict_model::{Loss, ProblemCode};

use super::party_reader::PartyReader;
use super::periods;
use crate::ofac::clause::typed_fact;
use crate::ofac::date::print_date;
use crate::ofac::party::{Party, PartyFact};
use crate::xml::Element;

impl PartyReader<'_, '_> {
    /// Adds one `<Feature>` to the party.
    pub(super) fn add_feature(&mut self, party: &mut Party, feature: &Element) {
        let label = self.references.text("FeatureType", feature.attribute("FeatureTypeID"));
        if label.is_none() {
            let what = "a feature of a type that the file does not define; it is kept as a note";
            self.report.problem(feature, ProblemCode::FieldUnknown, Loss::Nothing, what);
        }
        for version in feature.children("FeatureVersion") {
            if let Some(comment) = version.text_of("Comment") {
                let note = format!("{}: {comment}", label.unwrap_or("Feature"));
                party.facts.push(PartyFact::remark(note));
            }
            if label == Some("Location") {
                self.add_addresses(party, version);
                continue;
            }
            let value = self.value(version);
            match label {
                Some(label) => party.facts.extend(typed_fact(label, &value, party.kind)),
                None => party.facts.push(PartyFact::remark(value)),
            }
        }
    }

    fn add_addresses(&self, party: &mut Party, version: &Element) {
        for location in version.children("VersionLocation") {
            let found = location.attribute("LocationID").and_then(|id| self.locations.find(id));
            if let Some(location) = found {
                party.addresses.push(location.address.clone());
                party.addresses.extend(location.original.clone());
            }
        }
    }

    /// The text of a feature: its detail, or its date, or its place.
    fn value(&self, version: &Element) -> String {
        let details = version.children("VersionDetail").filter_map(|detail| {
            let reference = detail.attribute("DetailReferenceID");
            let text = self.references.text("DetailReference", reference).unwrap_or(detail.text());
            (!text.is_empty()).then(|| text.to_owned())
        });
        let details: Vec<String> = details.collect();
        if !details.is_empty() {
            return details.join(" ");
        }
        if let Some(date) = version.child("DatePeriod").and_then(periods::period) {
            return print_date(date);
        }
        let place =
            version.child("VersionLocation").and_then(|found| found.attribute("LocationID"));
        let place = place.and_then(|id| self.locations.find(id));
        place.map(|location| location.address.full_line()).unwrap_or_default()
    }
}
