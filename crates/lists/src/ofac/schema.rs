//! Which schema a party gets.

use std::collections::HashSet;
use std::sync::OnceLock;

use interdict_model::Schema;

use super::clause_head::ClauseKind;
use super::party::{Party, PartyKind};

const LEGAL_FORMS: &str = include_str!("../../../../data/names/legal_forms.tsv");

/// Classes of legal forms that only companies have. Foundations, associations and states' bodies are
/// organisations, and `co` alone is as often a word of a name.
const COMPANY_CLASSES: [&str; 9] =
    ["ltd", "llc", "jsc", "pjsc", "cjsc", "plc", "inc", "corp", "llp"];

/// Properties whose presence shows that the party is registered for business.
const COMPANY_NUMBERS: [&str; 6] =
    ["registrationNumber", "isinCode", "ticker", "bikCode", "uscCode", "licenseNumber"];

/// OFAC distinguishes individuals, vessels, aircraft and other parties. The last are a public body when the list
/// says so, a company when its numbers, its target type or its name show it, and else an organisation.
pub(crate) fn choose(party: &Party) -> Schema {
    match party.kind {
        PartyKind::Individual => Schema::PERSON,
        PartyKind::Vessel => Schema::VESSEL,
        PartyKind::Aircraft => Schema::AIRPLANE,
        PartyKind::Entity => choose_body(party),
    }
}

fn choose_body(party: &Party) -> Schema {
    let of_kind = |kind| {
        let facts = party.facts.iter();
        facts.filter(move |fact| fact.head.is_some_and(|head| head.kind == kind))
    };
    let target_types: Vec<&str> =
        of_kind(ClauseKind::TargetType).map(|fact| fact.value.as_str()).collect();
    if target_types.iter().any(|kind| kind.ends_with("Government Entity")) {
        return Schema::PUBLIC_BODY;
    }
    let business = |kind: &&str| kind.ends_with("Company") || kind.ends_with("Enterprise");
    let registered = of_kind(ClauseKind::Number).any(|fact| {
        let charity = fact.label.contains("Charity");
        !charity && fact.head.is_some_and(|head| COMPANY_NUMBERS.contains(&head.property))
    });
    if registered || target_types.iter().any(business) || has_company_form(&party.name.last) {
        Schema::COMPANY
    } else {
        Schema::ORGANIZATION
    }
}

fn company_forms() -> &'static HashSet<&'static str> {
    static FORMS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    FORMS.get_or_init(|| {
        LEGAL_FORMS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let mut fields = line.split('\t');
                let class = fields.next()?;
                COMPANY_CLASSES.contains(&class).then(|| fields.nth(1)).flatten()
            })
            .flat_map(|forms| forms.split('|'))
            // Two letters are too few to distinguish a legal form from a word, at least at the front.
            .filter(|form| form.chars().count() > 2)
            .collect()
    })
}

/// Whether the name begins or ends with a company's legal form.
fn has_company_form(name: &str) -> bool {
    let lower: String = name
        .chars()
        .filter(|letter| !matches!(letter, '.' | '\''))
        .flat_map(char::to_lowercase)
        .map(|letter| if letter.is_alphanumeric() { letter } else { ' ' })
        .collect();
    let words: Vec<&str> = lower.split_whitespace().take(60).collect();
    (1..=words.len().min(5)).any(|count| {
        let front = words.get(..count).unwrap_or_default().join(" ");
        let back = words.get(words.len() - count..).unwrap_or_default().join(" ");
        [front, back].iter().any(|form| company_forms().contains(form.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_at_either_end_make_a_company() {
        for name in ["ROE TRADING CO., LTD.", "OOO ROE", "ROE S.R.L.", "ROE JOINT STOCK COMPANY"] {
            assert!(has_company_form(name), "{name}");
        }
        for name in ["LAZARUS GROUP", "ROE FOUNDATION", "", "MINISTRY OF ROE"] {
            assert!(!has_company_form(name), "{name}");
        }
    }
}
