//! Identity documents and registrations, which belong to identities by number.

use std::collections::HashMap;

use interdict_model::{Loss, Problem, ProblemCode};

use super::{periods, references::References};
use crate::ofac::clause::typed_fact;
use crate::ofac::date::print_date;
use crate::ofac::party::{PartyFact, PartyKind};
use crate::xml::Element;

/// One document whose party is not known yet.
struct RegisteredDocument {
    label: String,
    number: String,
    country: String,
    issued: String,
    expires: String,
    remarks: Vec<String>,
    line: u64,
}

/// Documents by the identity that they belong to.
#[derive(Default)]
pub(super) struct Documents(HashMap<String, Vec<RegisteredDocument>>);

impl Documents {
    /// Takes one `<IDRegDocument>`.
    pub(super) fn add(&mut self, element: &Element, references: &References) {
        let text = |set, name| references.text(set, element.attribute(name)).unwrap_or_default();
        let date = |word: &str| {
            let found = element.children("DocumentDate").find(|date| {
                let kind =
                    references.text("IDRegDocDateType", date.attribute("IDRegDocDateTypeID"));
                kind.is_some_and(|kind| kind.starts_with(word))
            });
            let period = found.and_then(|date| date.child("DatePeriod")).and_then(periods::period);
            period.map(print_date).unwrap_or_default()
        };
        let fraudulent = text("Validity", "ValidityID") == "Fraudulent";
        let mut remarks: Vec<String> = ["Comment", "IssuingAuthority"]
            .iter()
            .filter_map(|name| element.text_of(name).map(str::to_owned))
            .collect();
        if fraudulent {
            remarks.push("fraudulent".to_owned());
        }
        let document = RegisteredDocument {
            label: text("IDRegDocType", "IDRegDocTypeID").to_owned(),
            number: element.text_of("IDRegistrationNo").unwrap_or_default().to_owned(),
            country: text("Country", "IssuedBy-CountryID").to_owned(),
            issued: date("Issue"),
            expires: date("Expir"),
            remarks,
            line: element.line(),
        };
        let identity = element.attribute("IdentityID").unwrap_or_default();
        self.0.entry(identity.to_owned()).or_default().push(document);
    }

    /// The documents of an identity as facts.
    pub(super) fn take(&mut self, identity: &str, kind: PartyKind) -> Vec<PartyFact> {
        let documents = self.0.remove(identity).unwrap_or_default();
        let mut facts = Vec::new();
        for document in documents {
            let label =
                if document.label.is_empty() { "Identification Number" } else { &document.label };
            let remarks = document.remarks.join(", ");
            if !remarks.is_empty() {
                let note = format!("{label} {}: {remarks}", document.number);
                facts.push(PartyFact::remark(note));
            }
            if let Some(mut fact) = typed_fact(label, &document.number, kind) {
                for (field, value) in [
                    (&mut fact.country, document.country),
                    (&mut fact.issued, document.issued),
                    (&mut fact.expires, document.expires),
                ] {
                    if !value.is_empty() {
                        *field = value;
                    }
                }
                facts.push(fact);
            }
        }
        facts
    }

    /// Documents that no party of the file has.
    pub(super) fn problems(&mut self, file: &str) -> Vec<Problem> {
        let mut left: Vec<(String, RegisteredDocument)> = std::mem::take(&mut self.0)
            .into_iter()
            .flat_map(|(identity, all)| all.into_iter().map(move |one| (identity.clone(), one)))
            .collect();
        // A file may be a single line, so the identity decides among documents of one line.
        left.sort_by(|(one, a), (other, b)| (a.line, one).cmp(&(b.line, other)));
        let what = "a document of an identity that no party has; it is left out";
        let problem = |(identity, document): (String, RegisteredDocument)| {
            Problem::new(ProblemCode::RowOrphaned, Loss::Value, what)
                .in_file(file)
                .at_line(document.line)
                .in_record(Problem::cut(&identity))
                .with_text(&format!("{} {}", document.label, document.number))
        };
        left.into_iter().map(problem).collect()
    }
}
