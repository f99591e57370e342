//! A customer: the properties of one person, company or thing to screen.

use interdict_model::Schema;

use crate::query::{OTHER_PARTY, Query, SECOND_LINE, is_made_of_parts};

/// The properties of one customer, as read from a file or made by a generator.
#[derive(Debug, Clone, Default)]
pub struct Customer {
    /// The schema, if it is known.
    pub schema: Option<Schema>,
    /// Properties and values, in the order of the columns.
    pub values: Vec<(String, String)>,
}

impl Customer {
    /// The query that screens this customer, or the reason in words why it cannot be screened.
    pub fn query(&self) -> Result<Query, String> {
        let mut query = Query::new(self.schema.clone());
        for (property, value) in &self.values {
            query.add(property, value).map_err(|error| error.to_string())?;
        }
        query.finish().map_err(|error| error.to_string())
    }
}

/// Whether a property holds a name or a part of a name.
pub fn is_name_property(property: &str) -> bool {
    matches!(property, "firstName" | "middleName" | "lastName" | SECOND_LINE | OTHER_PARTY)
        || is_made_of_parts(property)
        || interdict_model::NAME_PROPERTIES.iter().any(|(name, _)| *name == property)
}
