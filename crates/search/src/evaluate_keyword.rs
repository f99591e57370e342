//! Tests of fields whose values are compared as a whole.

use interdict_model::{Entity, PropertyType};

use crate::bits::{Bits, Doc};
use crate::bounds::{Order, is_date};
use crate::column::Column;
use crate::edits::{EditMatcher, automatic_edits};
use crate::error::SearchError;
use crate::evaluate::{Evaluator, constant};
use crate::field::{Field, Values};
use crate::fold::fold;
use crate::hits::Hits;
use crate::query::Test;

/// Whether a folded value passes the test of a query.
type Passes<'a> = Box<dyn FnMut(&str) -> bool + 'a>;

/// A test of one folded value, and how many steps it takes for each letter.
struct ValueTest<'a> {
    steps: usize,
    passes: Passes<'a>,
}

impl Evaluator<'_> {
    /// The matches of a test of a field that is not text among some documents.
    pub(crate) fn keyword(
        &mut self,
        field: Field<'_>,
        test: &Test,
        within: &Bits,
    ) -> Result<Hits, SearchError> {
        let index = self.index;
        self.budget.step(index.len())?;
        match field {
            Field::Column(column) => {
                let Some(test) = self.value_test(field, test) else { return Ok(Hits::new()) };
                self.column(index.column(column), test, within)
            }
            Field::Keyword(_) | Field::EntityId => self.hashed(field, test, within),
            Field::Target => Ok(constant(
                within.iter().filter(|doc| is_boolean(test, index.targets.contains(*doc))),
            )),
            Field::ValueCount => {
                Ok(constant(within.iter().filter(|doc| is_number(test, index.value_count(*doc)))))
            }
            Field::Text(_) | Field::Unknown => Ok(Hits::new()),
        }
    }

    /// Tests each distinct value once, then looks up which documents have one that passed.
    fn column(
        &mut self,
        column: &Column,
        mut test: ValueTest<'_>,
        within: &Bits,
    ) -> Result<Hits, SearchError> {
        let mut passed = Bits::new(column.all().len());
        for (code, value) in (0..).zip(column.all()) {
            self.budget.step(test.steps.saturating_mul(value.len()).saturating_add(1))?;
            if (test.passes)(value) {
                passed.insert(code);
            }
        }
        let has_passed = |doc: &Doc| column.codes(*doc).iter().any(|code| passed.contains(*code));
        Ok(constant(within.iter().filter(has_passed)))
    }

    /// Equality and existence by the table of hashes; other tests read the entities that have the field.
    fn hashed(
        &mut self,
        field: Field<'_>,
        test: &Test,
        within: &Bits,
    ) -> Result<Hits, SearchError> {
        let keywords = &self.index.keywords;
        let name = match field {
            Field::Keyword(name) => name,
            _ => "entity_id",
        };
        let inside =
            |docs: &[Doc]| constant(docs.iter().copied().filter(|doc| within.contains(*doc)));
        match test {
            Test::Word(value) | Test::Phrase { text: value, .. } => {
                return Ok(inside(keywords.with_value(name, &field.fold(value))));
            }
            // Every entity has an id, so this field is not in the table.
            Test::Exists if field == Field::EntityId => return Ok(constant(within.iter())),
            Test::Exists => return Ok(inside(keywords.with_field(name))),
            _ => {}
        }
        let Some(test) = self.value_test(field, test) else { return Ok(Hits::new()) };
        if field == Field::EntityId {
            let id = |entity: &Entity| vec![fold(entity.id.as_str())];
            return self.read_values(within.iter(), test, id);
        }
        let docs = keywords.with_field(name).iter().copied().filter(|doc| within.contains(*doc));
        self.read_values(docs, test, |entity| Values::of(entity).of_keyword(name))
    }

    /// Reads entities and tests their values.
    fn read_values(
        &mut self,
        candidates: impl Iterator<Item = Doc>,
        mut test: ValueTest<'_>,
        values: impl Fn(&Entity) -> Vec<String>,
    ) -> Result<Hits, SearchError> {
        let mut found = Vec::new();
        for doc in candidates {
            let values = values(&self.entity(doc)?);
            let letters: usize = values.iter().map(String::len).sum();
            self.budget.step(test.steps.saturating_mul(letters))?;
            if values.iter().any(|value| (test.passes)(value)) {
                found.push(doc);
            }
        }
        Ok(constant(found.into_iter()))
    }

    /// The test of a field's values; `None` if no value can pass, because the query's text is not of the
    /// field's type.
    fn value_test<'t>(&self, field: Field<'_>, test: &'t Test) -> Option<ValueTest<'t>> {
        let fold = |text: &str| field.fold(text);
        let (steps, passes): (usize, Passes<'t>) = match test {
            Test::Word(text) | Test::Phrase { text, .. } => {
                let wanted = fold(text);
                let is_time = field.is_time_stamp();
                if is_time && !is_date(&wanted) {
                    return None;
                }
                // A query for a time stamp usually gives the day only, so a prefix of it matches.
                let is_equal = move |value: &str| {
                    value == wanted || is_time && value.starts_with(wanted.as_str())
                };
                (0, Box::new(is_equal))
            }
            Test::Pattern(pattern) => {
                let pattern = pattern.fold(fold);
                (pattern.len(), Box::new(move |value| pattern.matches(value)))
            }
            Test::Fuzzy { word, edits } => {
                let word = fold(word);
                let edits = edits.unwrap_or_else(|| automatic_edits(word.chars().count()));
                let mut matcher = EditMatcher::new(&word, edits);
                (word.len(), Box::new(move |value| matcher.distance(value).is_some()))
            }
            Test::Regex { exact, folded } => {
                let regex = if field.is_exact() { exact } else { folded };
                (regex.len(), Box::new(|value| regex.matches(value)))
            }
            Test::Range(range) => {
                let range = range.fold(fold);
                if field.is_time_stamp() && !range.is_of_dates() {
                    return None;
                }
                let order = self.order(field);
                (1, Box::new(move |value| range.contains(value, order)))
            }
            Test::Exists => (0, Box::new(|_| true)),
        };
        Some(ValueTest { steps, passes })
    }

    fn order(&self, field: Field<'_>) -> Order {
        let is_date_property = |name| self.index.property_type(name) == Some(PropertyType::Date);
        let is_date = field.is_time_stamp()
            || field == Field::Keyword("dates")
            || field.property().is_some_and(is_date_property);
        if is_date { Order::Date } else { Order::Text }
    }
}

fn is_boolean(test: &Test, value: bool) -> bool {
    match test {
        Test::Word(text) | Test::Phrase { text, .. } => *text == value.to_string(),
        Test::Exists => true,
        _ => false,
    }
}

fn is_number(test: &Test, value: u32) -> bool {
    match test {
        Test::Word(text) | Test::Phrase { text, .. } => text.parse() == Ok(f64::from(value)),
        Test::Range(range) => range.contains_number(value),
        Test::Exists => true,
        _ => false,
    }
}
