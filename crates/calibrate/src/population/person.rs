//! Invented persons.

use std::collections::BTreeMap;

use interdict_model::Schema;

use super::dice::Dice;
use super::row::PopulationRow;
use super::words::{Words, rows};

/// Cultures that put the family name first.
const FAMILY_FIRST: [&str; 9] = ["cn", "tw", "hk", "kr", "kp", "vn", "hu", "kh", "jp"];
/// Native scripts that leave no space between family and given name.
const JOINED: [&str; 2] = ["zh-hans", "ko-hang"];
/// Cultures with two family names.
const TWO_SURNAMES: [&str; 8] = ["es", "mx", "co", "ve", "cu", "pe", "ar", "cl"];
/// Cultures in which the father's given name stands in the middle.
const FATHER_MIDDLE: [&str; 15] =
    ["eg", "sy", "iq", "jo", "lb", "ly", "ma", "dz", "ye", "sa", "ar-arab", "so", "et", "ae", "kw"];

/// Languages without a country of their own in the table, and where they are spoken.
const COUNTRY_OF: [(&str, &str); 6] = [
    ("zh-hans", "cn"),
    ("ko-hang", "kr"),
    ("ar-arab", "eg"),
    ("ru-cyrl", "ru"),
    ("fa-arab", "ir"),
    ("np", "np"),
];

/// Given names and surnames of one culture.
#[derive(Default)]
struct Culture {
    name: &'static str,
    male: Words<'static>,
    female: Words<'static>,
    /// Surnames for men, and for women.
    surnames: [Words<'static>; 2],
}

/// The names of all cultures.
pub(crate) struct People {
    cultures: Vec<Culture>,
}

impl People {
    pub(crate) fn read() -> Self {
        let table = include_str!("../../../../data/names/common_names.tsv");
        let mut cultures: BTreeMap<&str, Culture> = BTreeMap::new();
        for row in rows(table) {
            let [culture, part, gender, name, weight] = row[..] else { continue };
            let weight = weight.parse().unwrap_or(1);
            let entry = cultures
                .entry(culture)
                .or_insert_with(|| Culture { name: culture, ..Culture::default() });
            let (male, female) = (gender != "f", gender != "m");
            let Culture { male: men, female: women, surnames: [his, hers], .. } = entry;
            let (for_men, for_women) = if part == "given" { (men, women) } else { (his, hers) };
            if male {
                for_men.add(name, weight);
            }
            if female {
                for_women.add(name, weight);
            }
        }
        let whole = |culture: &Culture| !culture.male.is_empty() && !culture.surnames[0].is_empty();
        Self { cultures: cultures.into_values().filter(whole).collect() }
    }

    /// A person: culture, gender, then names by their frequency.
    pub(crate) fn person(&self, dice: &mut Dice) -> PopulationRow {
        let place = dice.below(self.cultures.len() as u64) as usize;
        let Some(culture) = self.cultures.get(place) else {
            return row(String::new(), None, String::new());
        };
        let name = culture.full_name(dice);
        let birth_date = birth_date(dice);
        row(name, birth_date, culture.country())
    }

    /// A surname, of people of that country if the table has them.
    pub(crate) fn surname(&self, country: &str, dice: &mut Dice) -> &'static str {
        let of_country = self.cultures.iter().find(|culture| culture.name == country);
        let any = dice.below(self.cultures.len() as u64) as usize;
        let culture = of_country.or(self.cultures.get(any));
        culture.map_or("", |culture| culture.surnames[0].draw(dice))
    }
}

fn row(name: String, birth_date: Option<String>, country: String) -> PopulationRow {
    PopulationRow { name, schema: Schema::PERSON, birth_date, country }
}

impl Culture {
    fn country(&self) -> String {
        let known = COUNTRY_OF.iter().find(|(culture, _)| *culture == self.name);
        let plain = || self.name.rsplit('-').next().unwrap_or_default();
        // Codes of countries come first or last: `in-hi`, `en-gb`.
        let code = match self.name.split_once('-') {
            Some(("en", country)) => country,
            Some((country, _)) => country,
            None => plain(),
        };
        known.map_or(code, |(_, country)| country).to_owned()
    }

    fn full_name(&self, dice: &mut Dice) -> String {
        let is_woman = dice.below(2) == 0 && !self.female.is_empty();
        let given_names = if is_woman { &self.female } else { &self.male };
        let own = &self.surnames[usize::from(is_woman)];
        let surnames = if own.is_empty() { &self.surnames[0] } else { own };
        let (given, surname) = (given_names.draw(dice), surnames.draw(dice));
        if JOINED.contains(&self.name) {
            return format!("{surname}{given}");
        }
        if FAMILY_FIRST.contains(&self.name) {
            return write_name(format!("{surname} {given}"), None, dice);
        }
        let mut parts = vec![given];
        if FATHER_MIDDLE.contains(&self.name) && dice.below(2) == 0 {
            parts.push(self.male.draw(dice));
        } else if dice.below(7) == 0 {
            parts.push(given_names.draw(dice));
        }
        let mut family = vec![surname];
        if TWO_SURNAMES.contains(&self.name) && dice.below(10) < 7 {
            family.push(surnames.draw(dice));
        }
        write_name(parts.join(" "), Some(family.join(" ")), dice)
    }
}

/// Varies the form as customer files do: mostly plain, some in capitals, some with the family name
/// first.
fn write_name(given: String, family: Option<String>, dice: &mut Dice) -> String {
    let style = dice.below(100);
    let name = match &family {
        None => given,
        Some(family) if style < 4 => format!("{family}, {given}"),
        Some(family) => format!("{given} {family}"),
    };
    if (4..12).contains(&style) { name.to_uppercase() } else { name }
}

fn birth_date(dice: &mut Dice) -> Option<String> {
    let year = 1935 + dice.below(72);
    match dice.below(20) {
        0 => None,
        1 => Some(format!("{year}")),
        _ => Some(format!("{year}-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28))),
    }
}
