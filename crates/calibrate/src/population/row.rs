//! One row of a population.

use interdict_model::Schema;
use interdict_screen::Customer;

/// An invented person, company or vessel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopulationRow {
    /// The name.
    pub name: String,
    /// Person, Company or Vessel.
    pub schema: Schema,
    /// The birth date of most persons: a day, for some only a year.
    pub birth_date: Option<String>,
    /// The country, as an ISO code.
    pub country: String,
}

impl PopulationRow {
    /// The row as a customer, with all its attributes.
    pub fn into_customer(self) -> Customer {
        let mut values = vec![("name".to_owned(), self.name)];
        values.extend(self.birth_date.map(|date| ("birthDate".to_owned(), date)));
        values.push(("country".to_owned(), self.country));
        Customer { schema: Some(self.schema), values }
    }
}
