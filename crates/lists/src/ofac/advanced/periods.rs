//! Dates, which this format gives as periods between two days that are themselves periods.

use interdict_model::{DatePrefix, PartialDate};

use crate::ofac::date::between;
use crate::xml::Element;

/// The period, as precisely as it was meant: the first to the last day of a year is that year.
pub(super) fn period(element: &Element) -> Option<PartialDate> {
    let start = element.child("Start").and_then(|start| start.child("From"));
    let end = element.child("End").and_then(|end| end.child("To").or_else(|| end.child("From")));
    let from = start.or(end).and_then(day)?;
    let to = end.or(start).and_then(day)?;
    let date = between(from, to);
    let about = |name| {
        let edge = element.child(name);
        edge.is_some_and(|edge| edge.attribute("Approximate") == Some("true"))
    };
    Some(if about("Start") || about("End") { date.circa() } else { date })
}

/// `<Year>`, `<Month>` and `<Day>`.
pub(super) fn day(element: &Element) -> Option<DatePrefix> {
    let number = |name| element.text_of(name).and_then(|text| text.parse::<u16>().ok());
    let small = |name| number(name).and_then(|number| u8::try_from(number).ok());
    DatePrefix::new(number("Year")?, small("Month"), small("Day")).ok()
}
