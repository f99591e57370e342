//! `SDN.XML` and `CONSOLIDATED.XML`: one element for each party, everything inside it.

use interdict_model::{Loss, Problem, ProblemCode};

use super::clause::{column_fact, parse_clause, typed_fact};
use super::list_context::{ListContext, ReadTotals};
use super::party::{Alias, AliasKind, Party, PartyAddress, PartyFact, PartyKind, PartyName};
use super::party_writer::PartyWriter;
use super::remarks::parse_remarks;
use crate::xml::{Element, XmlFormat, XmlRecords};
use crate::{Budget, ListFile, ReadError, Sink};

static FORMAT: XmlFormat =
    XmlFormat { expected: "an OFAC list (SDN.XML)", roots: &["sdnList"], containers: &[] };

/// Reads the file and writes its entities.
pub(crate) fn read_standard_xml(
    file: &ListFile,
    mut list: ListContext,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<ReadTotals, ReadError> {
    let mut input = file.open(budget)?;
    let mut records = XmlRecords::open(&mut *input, &file.name, budget, &FORMAT)?;
    let mut next = records.next_record()?;
    let mut announced = None;
    if let Some(about) = next.as_ref().filter(|element| element.name() == "publshInformation") {
        list.version = about.text_of("Publish_Date").map(version).unwrap_or_default();
        announced = about.text_of("Record_Count").and_then(|count| count.parse::<u64>().ok());
        next = records.next_record()?;
    }
    let mut writer = PartyWriter::new(&list, sink);
    let (mut total, mut unreadable) = (0, 0);
    while let Some(element) = next {
        let uid = element.text_of("uid").map(Problem::cut);
        for problem in records.take_problems() {
            writer.sink.problem(Problem { record: uid.clone(), ..problem });
        }
        total += 1;
        if element.name() == "sdnEntry" {
            let (party, problems) = read_party(&element, &list.file);
            problems.into_iter().for_each(|problem| writer.sink.problem(problem));
            unreadable += u64::from(!writer.write(party));
        } else {
            unreadable += 1;
            let what = format!("a record <{}>, which this list does not have", element.name());
            let problem = problem(&list.file, &element, ProblemCode::RecordMalformed, &what);
            writer.sink.problem(Problem { loss: Loss::Record, ..problem });
        }
        next = records.next_record()?;
    }
    records.take_problems().into_iter().for_each(|problem| writer.sink.problem(problem));
    writer.finish();
    if announced.is_some_and(|announced| announced != total) {
        let what = format!("the file announces another number of records than the {total} it has");
        let problem = Problem::new(ProblemCode::RecordCountDiffers, Loss::Nothing, what);
        let count = announced.map(|count| count.to_string()).unwrap_or_default();
        sink.problem(problem.in_file(&file.name).with_text(&count));
    }
    Ok(ReadTotals { version: list.version, records: total, unreadable, ..ReadTotals::default() })
}

/// `09/10/2026` is the tenth of September.
fn version(text: &str) -> String {
    let parts: Vec<&str> = text.trim().split('/').collect();
    match parts.as_slice() {
        [month, day, year] => format!("{year}-{month:0>2}-{day:0>2}"),
        _ => text.trim().to_owned(),
    }
}

fn problem(file: &str, element: &Element, code: ProblemCode, what: &str) -> Problem {
    let problem = Problem::new(code, Loss::Nothing, what).in_file(file).at_line(element.line());
    let record = element.text_of("uid").map(Problem::cut);
    Problem { record, ..problem.with_text(element.text()) }
}

fn read_party(entry: &Element, file: &str) -> (Party, Vec<Problem>) {
    let mut problems = Vec::new();
    let kind = match entry.text_of("sdnType").unwrap_or_default() {
        "Individual" => PartyKind::Individual,
        "Vessel" => PartyKind::Vessel,
        "Aircraft" => PartyKind::Aircraft,
        "Entity" => PartyKind::Entity,
        other => {
            let what = format!("an unknown kind of party {other:?}; it is read as an entity");
            problems.push(problem(file, entry, ProblemCode::ValueUnknown, &what));
            PartyKind::Entity
        }
    };
    let uid = entry.text_of("uid").unwrap_or_default();
    let mut party = Party::new(uid, kind, name(entry));
    party.line = Some(entry.line());
    for child in entry.elements() {
        let items = child.elements();
        let known = match child.name() {
            "uid" | "firstName" | "lastName" | "sdnType" => true,
            "programList" => {
                let programmes = items.iter().map(Element::text).filter(|text| !text.is_empty());
                party.programmes.extend(programmes.map(str::to_owned));
                true
            }
            "akaList" => {
                party.aliases.extend(items.iter().filter_map(alias));
                true
            }
            "addressList" => {
                party.addresses.extend(items.iter().map(address));
                true
            }
            other => read_facts(&mut party, other, child, items),
        };
        if !known {
            let what = format!("an unknown element <{}>; its text is kept as a note", child.name());
            problems.push(problem(file, entry, ProblemCode::FieldUnknown, &what));
            party.facts.push(PartyFact::remark(all_text(child)));
        }
    }
    (party, problems)
}

/// Facts in their order; false for an element that is not known.
fn read_facts(party: &mut Party, name: &str, child: &Element, items: &[Element]) -> bool {
    let kind = party.kind;
    let each = |label: &'static str, field: &'static str| {
        items.iter().filter_map(move |item| column_fact(label, item.text_of(field)?))
    };
    match name {
        "title" => party.facts.extend(column_fact("Title", child.text())),
        "remarks" => party.facts.extend(parse_remarks(child.text(), kind, false)),
        "idList" => party.facts.extend(items.iter().filter_map(|id| document(id, kind))),
        "nationalityList" => party.facts.extend(each("nationality", "country")),
        "citizenshipList" => party.facts.extend(each("citizen", "country")),
        "dateOfBirthList" => party.facts.extend(each("DOB", "dateOfBirth")),
        "placeOfBirthList" => party.facts.extend(each("POB", "placeOfBirth")),
        "vesselInfo" => party.facts.extend(items.iter().filter_map(vessel_fact)),
        _ => return false,
    }
    true
}

fn name(element: &Element) -> PartyName {
    let text = |name| element.text_of(name).unwrap_or_default().to_owned();
    PartyName { last: text("lastName"), first: text("firstName") }
}

fn alias(element: &Element) -> Option<Alias> {
    let kind = match element.text_of("type").unwrap_or_default() {
        "f.k.a." => AliasKind::Fka,
        "n.k.a." => AliasKind::Nka,
        _ => AliasKind::Aka,
    };
    let weak = element.text_of("category") == Some("weak");
    let name = name(element);
    let empty = name.natural().is_empty();
    (!empty).then_some(Alias { name, kind, weak })
}

fn address(element: &Element) -> PartyAddress {
    let text = |name| element.text_of(name).unwrap_or_default();
    let lines = ["address1", "address2", "address3"].map(text);
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    PartyAddress {
        street: lines.join(", "),
        city: text("city").to_owned(),
        state: text("stateOrProvince").to_owned(),
        postal_code: text("postalCode").to_owned(),
        country: text("country").to_owned(),
    }
}

fn document(element: &Element, kind: PartyKind) -> Option<PartyFact> {
    let text = |name| element.text_of(name).unwrap_or_default();
    let mut fact = typed_fact(text("idType"), text("idNumber"), kind)?;
    for (field, name) in [
        (&mut fact.country, "idCountry"),
        (&mut fact.issued, "issueDate"),
        (&mut fact.expires, "expirationDate"),
    ] {
        if let Some(value) = element.text_of(name) {
            *field = value.to_owned();
        }
    }
    Some(fact)
}

fn vessel_fact(element: &Element) -> Option<PartyFact> {
    let label = match element.name() {
        "callSign" => "Vessel Call Sign",
        "vesselType" => "Vessel Type",
        "vesselFlag" => "Vessel Flag",
        "vesselOwner" => "Vessel Owner",
        "tonnage" => "Vessel Tonnage",
        "grossRegisteredTonnage" => "Vessel Gross Registered Tonnage",
        other => return parse_clause(&format!("{other}: {}", element.text()), PartyKind::Vessel),
    };
    column_fact(label, Some(element.text()).filter(|text| !text.is_empty())?)
}

/// All texts inside an element, in their order.
fn all_text(element: &Element) -> String {
    let mut texts = Vec::new();
    let mut open = vec![element];
    while let Some(element) = open.pop() {
        if !element.text().is_empty() {
            texts.push(element.text());
        }
        open.extend(element.elements().iter().rev());
    }
    texts.join(" ")
}
