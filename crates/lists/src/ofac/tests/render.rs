//! Writes parties as `SDN.XML`, so that the same content can be read from both formats.

use crate::ofac::clause_head::{CUT, ClauseKind};
use crate::ofac::party::{AliasKind, Party, PartyFact, PartyKind, PartyName};

/// The whole file.
pub(super) fn standard_xml(parties: &[Party]) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" standalone=\"yes\"?>\n<sdnList xmlns=\"http://example.org/XMLSchema\">\n",
    );
    xml += &format!(
        "<publshInformation><Publish_Date>01/31/2023</Publish_Date><Record_Count>{}</Record_Count></publshInformation>\n",
        parties.len()
    );
    parties.iter().for_each(|party| xml += &entry(party));
    xml + "</sdnList>\n"
}

fn tag(name: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("<{name}>{}</{name}>", escape(text))
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn list(name: &str, items: impl Iterator<Item = String>) -> String {
    let items: String = items.collect();
    if items.is_empty() { items } else { format!("<{name}>{items}</{name}>\n") }
}

fn name(name: &PartyName) -> String {
    tag("firstName", &name.first) + &tag("lastName", &name.last)
}

fn entry(party: &Party) -> String {
    let kind = match party.kind {
        PartyKind::Individual => "Individual",
        PartyKind::Entity => "Entity",
        PartyKind::Vessel => "Vessel",
        PartyKind::Aircraft => "Aircraft",
    };
    let mut xml = format!("<sdnEntry>{}{}", tag("uid", &party.uid), name(&party.name));
    let mut remarks = Vec::new();
    let mut seen_vessel = Vec::new();
    let (mut ids, mut vessel, mut weak) = (String::new(), String::new(), String::new());
    let mut dated: [String; 4] = Default::default();
    for fact in &party.facts {
        match place(fact, &seen_vessel) {
            Place::Title => xml += &tag("title", &fact.value),
            Place::Remarks => remarks.push(remark(fact)),
            Place::Id => ids += &id(fact),
            Place::Weak => {
                let alias = PartyName::printed(&fact.value, party.kind);
                weak += &format!(
                    "<aka><type>a.k.a.</type><category>weak</category>{}</aka>",
                    name(&alias)
                );
            }
            Place::Vessel(element) => {
                seen_vessel.push(element);
                vessel += &tag(element, &fact.value);
            }
            Place::Dated(index, element) => {
                dated[index] += &format!(
                    "<item>{}<mainEntry>true</mainEntry></item>",
                    tag(element, &fact.value)
                );
            }
        }
    }
    xml += &tag("sdnType", kind);
    xml += &tag("remarks", &remarks.join("; "));
    xml += &list("programList", party.programmes.iter().map(|text| tag("program", text)));
    xml += &list("idList", std::iter::once(ids));
    let akas = party.aliases.iter().map(|alias| {
        let kind = match alias.kind {
            AliasKind::Aka => "a.k.a.",
            AliasKind::Fka => "f.k.a.",
            AliasKind::Nka => "n.k.a.",
        };
        format!("<aka><type>{kind}</type><category>strong</category>{}</aka>", name(&alias.name))
    });
    xml += &list("akaList", akas.chain(std::iter::once(weak)));
    let addresses = party.addresses.iter().map(|address| {
        let inside = tag("address1", &address.street) + &tag("city", &address.city);
        format!("<address>{inside}{}</address>", tag("country", &address.country))
    });
    xml += &list("addressList", addresses);
    for (list_name, items) in
        ["nationalityList", "citizenshipList", "dateOfBirthList", "placeOfBirthList"]
            .iter()
            .zip(dated)
    {
        xml += &list(list_name, std::iter::once(items));
    }
    xml += &list("vesselInfo", std::iter::once(vessel));
    xml + "</sdnEntry>\n"
}

enum Place {
    Title,
    Remarks,
    Id,
    Weak,
    Vessel(&'static str),
    Dated(usize, &'static str),
}

fn place(fact: &PartyFact, seen_vessel: &[&str]) -> Place {
    let Some(head) = fact.head else { return Place::Remarks };
    assert_ne!(*head, CUT, "cut remarks cannot be rendered");
    let vessel = match fact.label.as_str() {
        "Vessel Call Sign" => "callSign",
        "Vessel Type" => "vesselType",
        "Vessel Tonnage" => "tonnage",
        "Vessel Gross Registered Tonnage" => "grossRegisteredTonnage",
        "Vessel Flag" => "vesselFlag",
        "Vessel Owner" => "vesselOwner",
        _ => "",
    };
    if !vessel.is_empty() && !seen_vessel.contains(&vessel) {
        return Place::Vessel(vessel);
    }
    match head.kind {
        ClauseKind::Text if fact.label == "Title" => Place::Title,
        ClauseKind::Text if fact.label == "Position" => Place::Remarks,
        ClauseKind::Country if head.property == "nationality" => Place::Dated(0, "country"),
        ClauseKind::Country if head.property == "citizenship" => Place::Dated(1, "country"),
        ClauseKind::BirthDate => Place::Dated(2, "dateOfBirth"),
        ClauseKind::BirthPlace => Place::Dated(3, "placeOfBirth"),
        ClauseKind::Alias => Place::Weak,
        ClauseKind::Note | ClauseKind::Link => Place::Remarks,
        _ => Place::Id,
    }
}

pub(super) fn remark(fact: &PartyFact) -> String {
    match fact.head.map(|head| head.kind) {
        Some(ClauseKind::Link) => format!("(Linked To: {})", fact.value),
        // An aside with semicolons of its own stood in parentheses.
        _ if fact.value.contains(';') => format!("({})", fact.value),
        _ => fact.value.clone(),
    }
}

/// The type and the number of a document: measures carry both in one text.
pub(super) fn id_parts(fact: &PartyFact) -> (String, String) {
    let kind = fact.head.map(|head| head.kind);
    if kind == Some(ClauseKind::Wallet) {
        let (asset, address) = fact.value.split_once(' ').unwrap();
        return (format!("{} - {asset}", fact.label), address.to_owned());
    }
    if kind == Some(ClauseKind::Measure) {
        // OFAC's own types end in a colon or a hyphen.
        let after = fact.value.get(fact.label.len()..).unwrap();
        let mark = if after.starts_with(':') {
            1
        } else if after.starts_with(" -") {
            2
        } else {
            0
        };
        let (kind, number) = fact.value.split_at(fact.label.len() + mark);
        return (kind.to_owned(), number.trim_start().to_owned());
    }
    (fact.label.clone(), fact.value.clone())
}

fn id(fact: &PartyFact) -> String {
    let (kind, number) = id_parts(fact);
    let inside =
        tag("idType", &kind) + &tag("idNumber", &number) + &tag("idCountry", &fact.country);
    let dates = tag("issueDate", &fact.issued) + &tag("expirationDate", &fact.expires);
    format!("<id>{inside}{dates}</id>")
}
