//! Invented persons, companies and vessels.
//!
//! A clean population to measure false alerts with, and a large one to measure speed with. Row `n` of a seed is always
//! the same, whatever rows were generated before it. Names are drawn from tables of common names by their frequency,
//! culture by culture; companies from trade words, surnames and the legal forms of their country.

mod company;
mod dice;
mod person;
mod row;
mod words;

use interdict_model::Schema;

use company::Companies;
pub(crate) use dice::Dice;
use person::People;
pub use row::PopulationRow;
use words::Words;

/// A source of rows.
pub struct Population {
    seed: u64,
    people: People,
    companies: Companies,
    vessels: [Words<'static>; 2],
}

/// Persons in 100 rows: most customers of a bank are persons.
const PERSONS: u64 = 70;
/// Companies in 100 rows; the rest are vessels.
const COMPANIES: u64 = 27;

impl Population {
    /// The population of a seed.
    pub fn new(seed: u64) -> Self {
        let people = People::read();
        let companies = Companies::read();
        let vessels = include_str!("../../../../data/population/vessels.tsv");
        let part = |name: &str| {
            let lines = words::rows(vessels).filter(|row| row.first() == Some(&name));
            Words::equal(lines.flat_map(|row| row.get(1).copied().unwrap_or_default().split('|')))
        };
        Self { seed, people, companies, vessels: [part("first"), part("second")] }
    }

    /// The row of that number.
    pub fn row(&self, number: u64) -> PopulationRow {
        let mut dice = Dice::new(self.seed, number);
        match dice.below(100) {
            roll if roll < PERSONS => self.people.person(&mut dice),
            roll if roll < PERSONS + COMPANIES => self.companies.company(&self.people, &mut dice),
            _ => self.vessel(&mut dice),
        }
    }

    fn vessel(&self, dice: &mut Dice) -> PopulationRow {
        let [first, second] = &self.vessels;
        let name = match dice.below(10) {
            0 | 1 => {
                let person = self.people.person(dice);
                person.name.split(' ').next().unwrap_or_default().to_owned()
                    + &format!(" {}", 1 + dice.below(30))
            }
            _ => format!("{} {}", first.draw(dice), second.draw(dice)),
        };
        // Flags under which most ships sail.
        let flags = ["pa", "lr", "mh", "hk", "sg", "mt", "bs", "gr", "cy", "no"];
        let country = flags[dice.below(flags.len() as u64) as usize].to_owned();
        let name = if dice.below(2) == 0 { name.to_uppercase() } else { name };
        PopulationRow { name, schema: Schema::VESSEL, birth_date: None, country }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use super::*;

    #[test]
    fn rows_are_the_same_again_and_differ_by_seed() {
        let (one, again, other) = (Population::new(1), Population::new(1), Population::new(2));
        for number in [0, 1, 99, 5_000_000] {
            assert_eq!(one.row(number), again.row(number));
        }
        let differing = (0..100).filter(|n| one.row(*n) != other.row(*n)).count();
        assert!(differing > 90);
    }

    #[test]
    fn it_has_people_companies_and_vessels_of_many_countries_and_scripts() {
        let population = Population::new(1);
        let rows: Vec<PopulationRow> = (0..20_000).map(|number| population.row(number)).collect();
        let mut schemata: BTreeMap<String, usize> = BTreeMap::new();
        rows.iter().for_each(|row| *schemata.entry(row.schema.to_string()).or_default() += 1);
        assert!(
            schemata["Person"] > 13_000 && schemata["Company"] > 4_500 && schemata["Vessel"] > 400
        );
        assert!(rows.iter().map(|row| &row.country).collect::<HashSet<_>>().len() > 50);
        let latin = rows.iter().filter(|row| row.name.is_ascii()).count();
        assert!(latin < 18_000 && latin > 10_000, "{latin}");
        assert!(rows.iter().all(|row| row.name.trim().chars().count() >= 2));
        let distinct = rows.iter().map(|row| &row.name).collect::<HashSet<_>>().len();
        assert!(distinct > 15_000, "{distinct}");
        let born = rows.iter().filter_map(|row| row.birth_date.as_deref());
        for date in born {
            assert!(date.parse::<interdict_model::PartialDate>().is_ok(), "{date}");
        }
    }
}
