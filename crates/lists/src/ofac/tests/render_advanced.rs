//! Writes parties as `SDN_ADVANCED.XML`, section by section as OFAC does.

use std::collections::BTreeMap;

use interdict_model::{Country, DatePrefix, PartialDate};

use super::render::{escape, id_parts};
use crate::ofac::clause_head::{CUT, ClauseKind};
use crate::ofac::date::parse_date;
use crate::ofac::party::{AliasKind, Party, PartyAddress, PartyFact, PartyKind, PartyName};

/// The whole file.
pub(super) fn advanced_xml(parties: &[Party]) -> String {
    let mut writer = PartyWriter::default();
    parties.iter().for_each(|party| writer.party(party));
    writer.finish()
}

/// The sections while they grow, and the reference values that they use.
#[derive(Default)]
struct PartyWriter {
    values: BTreeMap<(&'static str, String), usize>,
    locations: String,
    documents: String,
    parties: String,
    entries: String,
    next: usize,
}

impl PartyWriter {
    fn finish(self) -> String {
        let mut sets: BTreeMap<&str, String> = BTreeMap::new();
        for ((set, text), id) in &self.values {
            *sets.entry(set).or_default() +=
                &format!("<{set} ID=\"{id}\">{}</{set}>", escape(text));
        }
        let sets: String = sets
            .iter()
            .map(|(set, values)| format!("<{set}Values>{values}</{set}Values>\n"))
            .collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Sanctions xmlns=\"http://example.org/ADVANCED\">\
             <DateOfIssue CalendarTypeID=\"1\"><Year>2023</Year><Month>1</Month><Day>31</Day></DateOfIssue>\
             <ReferenceValueSets>{sets}</ReferenceValueSets><Locations>{}</Locations>\
             <IDRegDocuments>{}</IDRegDocuments><DistinctParties>{}</DistinctParties>\
             <SanctionsEntries>{}</SanctionsEntries></Sanctions>",
            self.locations, self.documents, self.parties, self.entries
        )
    }

    fn number(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    /// The number of a reference value. Far from the usual ones, so that those are not what is tested.
    fn value(&mut self, set: &'static str, text: &str) -> usize {
        let next = 500_000 + self.values.len();
        *self.values.entry((set, text.to_owned())).or_insert(next)
    }

    fn party(&mut self, party: &Party) {
        let identity = self.number();
        let mut names = self.alias(&party.name, "Name", (true, false));
        for alias in &party.aliases {
            let kind = match alias.kind {
                AliasKind::Aka => "A.K.A.",
                AliasKind::Fka => "F.K.A.",
                AliasKind::Nka => "N.K.A.",
            };
            names += &self.alias(&alias.name, kind, (false, alias.weak));
        }
        let (mut remarks, mut features) = (Vec::new(), String::new());
        for address in &party.addresses {
            let location = self.location(address);
            features += &self
                .feature("Location", &format!("<VersionLocation LocationID=\"{location}\" />"));
        }
        for fact in &party.facts {
            match fact.head.map(|head| head.kind) {
                Some(ClauseKind::Alias) => {
                    let name = PartyName::printed(&fact.value, party.kind);
                    names += &self.alias(&name, "A.K.A.", (false, true));
                }
                None | Some(ClauseKind::Note | ClauseKind::Link) => {
                    remarks.push(super::render::remark(fact))
                }
                Some(ClauseKind::Text) if fact.label == "Position" => {
                    remarks.push(fact.value.clone())
                }
                _ => features += &self.fact(fact, identity),
            }
        }
        let (groups, names) = split_groups(&names);
        let kind = match party.kind {
            PartyKind::Vessel => 1,
            PartyKind::Aircraft => 2,
            PartyKind::Entity => 3,
            PartyKind::Individual => 4,
        };
        let uid = &party.uid;
        let comment = escape(&remarks.join("; "));
        self.parties += &format!(
            "<DistinctParty FixedRef=\"{uid}\"><Comment>{comment}</Comment><Profile ID=\"{uid}\" PartySubTypeID=\"{kind}\">\
             <Identity ID=\"{identity}\" FixedRef=\"{uid}\" Primary=\"true\">{names}<NamePartGroups>{groups}</NamePartGroups></Identity>\
             {features}</Profile></DistinctParty>\n"
        );
        let measures: String = party.programmes.iter().map(|programme| {
            format!("<SanctionsMeasure SanctionsTypeID=\"1\"><Comment>{}</Comment></SanctionsMeasure>", escape(programme))
        }).collect();
        self.entries += &format!(
            "<SanctionsEntry ID=\"{uid}\" ProfileID=\"{uid}\">{measures}</SanctionsEntry>\n"
        );
    }

    fn alias(&mut self, name: &PartyName, kind: &str, (main, weak): (bool, bool)) -> String {
        let kind = self.value("AliasType", kind);
        let mut parts = String::new();
        for (text, part) in [(&name.last, "Last Name"), (&name.first, "First Name")] {
            if !text.is_empty() {
                let (group, part) = (self.number(), self.value("NamePartType", part));
                let text = escape(text);
                parts += &format!(
                    "<DocumentedNamePart><NamePartValue NamePartGroupID=\"{group}\">{text}</NamePartValue></DocumentedNamePart>\
                                   <!--{group} {part}-->"
                );
            }
        }
        let status = if main { 1 } else { 2 };
        format!(
            "<Alias AliasTypeID=\"{kind}\" Primary=\"{main}\" LowQuality=\"{weak}\"><DocumentedName DocNameStatusID=\"{status}\">{parts}</DocumentedName></Alias>"
        )
    }

    fn location(&mut self, address: &PartyAddress) -> usize {
        let id = self.number();
        let mut parts = String::new();
        for (text, part) in [(&address.street, "ADDRESS1"), (&address.city, "CITY")] {
            if !text.is_empty() {
                let (part, text) = (self.value("LocPartType", part), escape(text));
                parts += &format!(
                    "<LocationPart LocPartTypeID=\"{part}\"><LocationPartValue Primary=\"true\"><Value>{text}</Value></LocationPartValue></LocationPart>"
                );
            }
        }
        if !address.country.is_empty() {
            let country = self.value("Country", &address.country);
            parts += &format!("<LocationCountry CountryID=\"{country}\" />");
        }
        self.locations += &format!("<Location ID=\"{id}\">{parts}</Location>\n");
        id
    }

    fn feature(&mut self, label: &str, inside: &str) -> String {
        let kind = self.value("FeatureType", label);
        let inside = inside.trim();
        format!(
            "<Feature FeatureTypeID=\"{kind}\"><FeatureVersion>{inside}</FeatureVersion></Feature>"
        )
    }

    fn fact(&mut self, fact: &PartyFact, identity: usize) -> String {
        let head = fact.head.unwrap();
        assert_ne!(*head, CUT, "cut remarks cannot be rendered");
        let (label, value) = id_parts(fact);
        if head.kind == ClauseKind::Number
            && (!head.document.is_empty() || !fact.country.is_empty())
        {
            self.document(fact, identity);
            return String::new();
        }
        let label = match label.as_str() {
            "DOB" => "Birthdate",
            "POB" => "Place of Birth",
            "nationality" if value.parse::<Country>().is_ok() => "Nationality Country",
            "citizen" => "Citizenship Country",
            other => other,
        };
        let dated = matches!(head.kind, ClauseKind::BirthDate | ClauseKind::Date);
        if let Some(date) = parse_date(&value).filter(|_| dated) {
            return self.feature(label, &period(date));
        }
        if head.kind == ClauseKind::Country {
            let place = PartyAddress { country: value, ..PartyAddress::default() };
            let location = self.location(&place);
            let inside = format!(
                "<VersionDetail DetailTypeID=\"1433\" /><VersionLocation LocationID=\"{location}\" />"
            );
            return self.feature(label, &inside);
        }
        if head.kind == ClauseKind::Gender {
            let reference = self.value("DetailReference", &value);
            return self.feature(
                label,
                &format!(
                    "<VersionDetail DetailTypeID=\"1431\" DetailReferenceID=\"{reference}\" />"
                ),
            );
        }
        self.feature(
            label,
            &format!("<VersionDetail DetailTypeID=\"1432\">{}</VersionDetail>", escape(&value)),
        )
    }

    fn document(&mut self, fact: &PartyFact, identity: usize) {
        let kind = self.value("IDRegDocType", &fact.label);
        let country = if fact.country.is_empty() {
            String::new()
        } else {
            format!(" IssuedBy-CountryID=\"{}\"", self.value("Country", &fact.country))
        };
        let mut dates = String::new();
        for (text, id) in [(&fact.issued, 1480), (&fact.expires, 1481)] {
            if let Some(date) = parse_date(text) {
                dates += &format!(
                    "<DocumentDate IDRegDocDateTypeID=\"{id}\">{}</DocumentDate>",
                    period(date)
                );
            }
        }
        let number = escape(&fact.value);
        self.documents += &format!(
            "<IDRegDocument IDRegDocTypeID=\"{kind}\" IdentityID=\"{identity}\"{country}><IDRegistrationNo>{number}</IDRegistrationNo>{dates}</IDRegDocument>\n"
        );
    }
}

/// Takes the name part groups, noted in comments, out of the names.
fn split_groups(names: &str) -> (String, String) {
    let (mut groups, mut rest) = (String::new(), String::new());
    for piece in names.split("<!--") {
        match piece.split_once("-->") {
            Some((group, after)) => {
                let (id, kind) = group.split_once(' ').unwrap();
                groups += &format!(
                    "<MasterNamePartGroup><NamePartGroup ID=\"{id}\" NamePartTypeID=\"{kind}\" /></MasterNamePartGroup>"
                );
                rest += after;
            }
            None => rest += piece,
        }
    }
    (groups, rest)
}

/// A period from the first day that the date can be to the last.
fn period(date: PartialDate) -> String {
    let day = |(year, month, day): (u16, u8, u8)| {
        format!("<Year>{year}</Year><Month>{month}</Month><Day>{day}</Day>")
    };
    let first =
        |date: DatePrefix| (date.year(), date.month().unwrap_or(1), date.day().unwrap_or(1));
    let last = |date: DatePrefix| {
        let month = date.month().unwrap_or(12);
        let exists = |day: &u8| DatePrefix::new(date.year(), Some(month), Some(*day)).is_ok();
        (date.year(), month, date.day().unwrap_or_else(|| (28..=31).filter(exists).max().unwrap()))
    };
    let (circa, from, to) = (date.is_circa(), day(first(date.from())), day(last(date.to())));
    format!(
        "<DatePeriod CalendarTypeID=\"1\"><Start Approximate=\"{circa}\"><From>{from}</From><To>{from}</To></Start>\
         <End Approximate=\"{circa}\"><From>{to}</From><To>{to}</To></End></DatePeriod>"
    )
}
