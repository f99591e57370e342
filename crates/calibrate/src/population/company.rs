//! Invented companies.

use std::collections::BTreeMap;

use interdict_model::Schema;

use super::dice::Dice;
use super::person::People;
use super::row::PopulationRow;
use super::words::{Words, rows};

/// The words of one language of trade.
#[derive(Default)]
struct Language {
    countries: Vec<&'static str>,
    core: Words<'static>,
    sector: Words<'static>,
    place: Words<'static>,
}

/// The parts of company names.
pub(crate) struct Companies {
    languages: Vec<Language>,
    /// Legal forms by country.
    forms: BTreeMap<&'static str, Words<'static>>,
}

/// Classes of legal forms that ordinary companies have.
const ORDINARY: [&str; 8] = ["ltd", "llc", "jsc", "plc", "inc", "corp", "cjsc", "pjsc"];

impl Companies {
    pub(crate) fn read() -> Self {
        let table = include_str!("../../../../data/population/companies.tsv");
        let mut languages: BTreeMap<&str, Language> = BTreeMap::new();
        for row in rows(table) {
            let [language, countries, part, words] = row[..] else { continue };
            let entry = languages.entry(language).or_default();
            entry.countries = countries.split(',').collect();
            let words = Words::equal(words.split('|'));
            match part {
                "core" => entry.core = words,
                "sector" => entry.sector = words,
                _ => entry.place = words,
            }
        }
        Self { languages: languages.into_values().collect(), forms: read_forms() }
    }

    /// A company: country, then one of the usual patterns, then a legal form of the country.
    pub(crate) fn company(&self, people: &People, dice: &mut Dice) -> PopulationRow {
        let place = dice.below(self.languages.len() as u64) as usize;
        let Some(language) = self.languages.get(place) else { return row(String::new(), "") };
        let country = dice.below(language.countries.len() as u64) as usize;
        let country = language.countries.get(country).copied().unwrap_or_default();
        let (core, sector) = (language.core.draw(dice), language.sector.draw(dice));
        let stem = match dice.below(10) {
            0..=3 => format!("{core} {sector}"),
            4 => format!("{} {core} {sector}", language.place.draw(dice)),
            5 => format!("{} {sector}", language.place.draw(dice)),
            6 | 7 => format!("{} {sector}", people.surname(country, dice)),
            8 => format!("{} & {}", people.surname(country, dice), people.surname(country, dice)),
            _ => core.to_owned(),
        };
        let form = self.forms.get(country).or(self.forms.get("int"));
        let form = form.map(|forms| capitalise(forms.draw(dice))).unwrap_or_default();
        let name = if dice.below(12) == 0 { stem } else { format!("{stem} {form}") };
        let name = if dice.below(6) == 0 { name.to_uppercase() } else { name };
        row(name, country)
    }
}

fn row(name: String, country: &str) -> PopulationRow {
    let country = country.to_owned();
    PopulationRow {
        name: name.trim().to_owned(),
        schema: Schema::COMPANY,
        birth_date: None,
        country,
    }
}

/// The two most usual spellings of each ordinary form that Latin letters can write.
fn read_forms() -> BTreeMap<&'static str, Words<'static>> {
    let table = include_str!("../../../../data/names/legal_forms.tsv");
    let mut forms: BTreeMap<&str, Words<'static>> = BTreeMap::new();
    for row in rows(table) {
        let [class, countries, spellings] = row[..] else { continue };
        if !ORDINARY.contains(&class) {
            continue;
        }
        let usual = spellings.split('|').filter(|form| form.is_ascii()).take(2);
        for form in usual {
            for country in countries.split(',') {
                forms.entry(country).or_default().add(form, 1);
            }
        }
    }
    forms
}

/// Short legal forms in capitals, long ones with capital initials.
fn capitalise(form: &str) -> String {
    if form.len() <= 4 && form != "ltd" {
        return form.to_uppercase();
    }
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_uppercase().to_string());
        first.unwrap_or_default() + letters.as_str()
    };
    form.split(' ').map(capital).collect::<Vec<_>>().join(" ")
}
