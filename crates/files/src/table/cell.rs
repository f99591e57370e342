//! Single values of typed columns, as texts and as JSON.

use interdict_model::hex;
use jiff::Span;
use jiff::civil::{Date, Time};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescPtr;
use serde_json::{Number, Value};

use super::column::{PlacedColumn, Table, Values};
use crate::encode::plain;
use crate::row::{CellText, NoText};

impl Table {
    /// The value of a nested column, which has a position after those of the plain columns.
    pub(crate) fn nested_value(&self, place: usize, row: usize) -> Option<&Value> {
        self.nested.get(row)?.get(place.checked_sub(self.columns.len())?)
    }

    /// Calls `each` with every text of a cell: one for plain values, several for lists.
    pub(crate) fn each_text(&self, place: usize, row: usize, each: &mut dyn FnMut(CellText<'_>)) {
        let Some(column) = self.columns.get(place) else { return };
        for number in column.value_range(row) {
            match column.values() {
                Values::Bytes(bytes) if !is_decimal(&column.about) => {
                    let bytes = bytes.get(number).map(|bytes| bytes.data()).unwrap_or_default();
                    each(std::str::from_utf8(bytes).map_err(|_| NoText::Bytes));
                }
                Values::Fixed(values) if !is_decimal(&column.about) => {
                    let bytes = values.get(number).map(|bytes| bytes.data()).unwrap_or_default();
                    match padded_text(bytes) {
                        Some(text) => each(Ok(text)),
                        None => each(Err(NoText::Bytes)),
                    }
                }
                Values::Float(values) if values.get(number).is_some_and(is_inexact) => {
                    each(Err(NoText::Inexact));
                }
                Values::Bool(_) => each(Err(NoText::Structure)),
                _ => each(Ok(&plain(&column.json_value(number)))),
            }
        }
    }

    /// A cell as JSON. Dates and decimals are texts, because JSON has none; lists are arrays.
    pub(crate) fn json(&self, place: usize, row: usize) -> Value {
        let Some(column) = self.columns.get(place) else { return Value::Null };
        let mut values = column.value_range(row).map(|number| column.json_value(number));
        if column.about.max_rep_level() > 0 {
            return values.collect();
        }
        values.next().unwrap_or(Value::Null)
    }
}

/// The text of a column of fixed length, as databases export it: padded with blanks or zero bytes.
fn padded_text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?.trim_end_matches(['\0', ' ']);
    (!text.contains(char::is_control)).then_some(text)
}

/// Whether a number has more digits than its type can hold: above 2^24, not every whole number exists.
fn is_inexact(value: &f32) -> bool {
    value.abs() > 16_777_216.0
}

fn is_decimal(about: &ColumnDescPtr) -> bool {
    about.converted_type() == ConvertedType::DECIMAL
        || matches!(about.logical_type_ref(), Some(LogicalType::Decimal(_)))
}

impl PlacedColumn {
    fn json_value(&self, number: usize) -> Value {
        let about = &self.about;
        match self.values() {
            Values::Bool(values) => values.get(number).map(|value| Value::Bool(*value)),
            Values::Int32(values) => values.get(number).map(|value| int(about, i64::from(*value))),
            Values::Int64(values) => values.get(number).map(|value| int(about, *value)),
            Values::Int96(values) => values.get(number).map(|value| {
                let [low, high, day] =
                    [0, 1, 2].map(|at| value.data().get(at).copied().unwrap_or(0));
                let nanos = i128::from(low) | i128::from(high) << 32;
                // Julian day numbers; 2,440,588 is 1970-01-01.
                let days = i128::from(day as i32) - 2_440_588;
                moment(days * 86_400_000_000_000 + nanos, false)
            }),
            Values::Float(values) => values.get(number).map(|value| {
                // Through its shortest text, so that .1 does not become .10000000149.
                float(value.to_string().parse().unwrap_or(f64::from(*value)))
            }),
            Values::Double(values) => values.get(number).map(|value| float(*value)),
            Values::Bytes(values) => values.get(number).map(|value| bytes(about, value.data())),
            Values::Fixed(values) => values.get(number).map(|value| bytes(about, value.data())),
        }
        .unwrap_or(Value::Null)
    }
}

fn int(about: &ColumnDescPtr, value: i64) -> Value {
    let scaled = |factor: i128| i128::from(value) * factor;
    match about.logical_type_ref() {
        Some(LogicalType::Timestamp(kind)) => {
            let nanos = match kind.unit {
                TimeUnit::MILLIS => scaled(1_000_000),
                TimeUnit::MICROS => scaled(1_000),
                TimeUnit::NANOS => scaled(1),
            };
            return moment(nanos, kind.is_adjusted_to_u_t_c);
        }
        Some(LogicalType::Date) => return day(value),
        Some(LogicalType::Decimal(_)) => return decimal(i128::from(value), about.type_scale()),
        _ => {}
    }
    match about.converted_type() {
        ConvertedType::DATE => day(value),
        ConvertedType::TIMESTAMP_MILLIS => moment(scaled(1_000_000), true),
        ConvertedType::TIMESTAMP_MICROS => moment(scaled(1_000), true),
        ConvertedType::DECIMAL => decimal(i128::from(value), about.type_scale()),
        ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 => {
            Value::Number((value as u32).into())
        }
        ConvertedType::UINT_64 => Value::Number((value as u64).into()),
        _ => Value::Number(value.into()),
    }
}

fn bytes(about: &ColumnDescPtr, bytes: &[u8]) -> Value {
    if is_decimal(about) && bytes.len() <= 16 {
        return decimal(big_endian(bytes), about.type_scale());
    }
    let is_text = about.physical_type() == Type::BYTE_ARRAY;
    match std::str::from_utf8(bytes) {
        Ok(text) if is_text => Value::String(text.to_owned()),
        _ => Value::String(hex::encode(bytes)),
    }
}

/// A number of at most 16 bytes, the highest first. Further bytes in front are lost.
pub(super) fn big_endian(bytes: &[u8]) -> i128 {
    let sign = if bytes.first().is_some_and(|first| *first >= 128) { -1 } else { 0 };
    bytes.iter().fold(sign, |number: i128, byte| number << 8 | i128::from(*byte))
}

pub(super) fn float(value: f64) -> Value {
    // JSON has no number for infinities and NaN: they are texts.
    Number::from_f64(value).map_or_else(|| Value::String(value.to_string()), Value::Number)
}

pub(super) fn decimal(number: i128, scale: i32) -> Value {
    let scale = usize::try_from(scale).unwrap_or(0).min(60);
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let sign = if number < 0 { "-" } else { "" };
    let point = if part.is_empty() { "" } else { "." };
    Value::String(format!("{sign}{whole}{point}{part}"))
}

pub(super) fn day(days: i64) -> Value {
    calendar_day(days).map_or_else(|| Value::Number(days.into()), Value::String)
}

/// A moment; midnight is a day, as programs without a type for plain dates write birth dates.
pub(super) fn moment(nanos: i128, is_utc: bool) -> Value {
    const DAY: i128 = 86_400_000_000_000;
    let days = i64::try_from(nanos.div_euclid(DAY)).ok();
    let in_day = i64::try_from(nanos.rem_euclid(DAY)).unwrap_or_default();
    let Some(day) = days.and_then(calendar_day) else {
        return Value::String(nanos.to_string());
    };
    if in_day == 0 {
        return Value::String(day);
    }
    let time = Time::midnight().wrapping_add(Span::new().nanoseconds(in_day));
    let zone = if is_utc { "Z" } else { "" };
    Value::String(format!("{day}T{time}{zone}"))
}

/// The day that many days after 1970-01-01, for years of four digits.
fn calendar_day(days: i64) -> Option<String> {
    let span = Span::new().try_days(days).ok()?;
    let day = Date::constant(1970, 1, 1).checked_add(span).ok()?;
    (day.year() >= 0).then(|| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_fixed_length_loses_its_padding_and_other_bytes_are_no_text() {
        assert_eq!(padded_text(b"Roe\0\0 "), Some("Roe"));
        assert_eq!(padded_text(b"   "), Some(""));
        for bytes in [&[0xff, 0xfe][..], b"a\0b", &[1, 2, 3]] {
            assert_eq!(padded_text(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn numbers_above_the_digits_of_their_type_are_inexact() {
        assert!(is_inexact(&109_420_130.0) && is_inexact(&-16_777_218.0));
        assert!(!is_inexact(&16_777_216.0) && !is_inexact(&1965.0));
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for (days, text) in [
            (0, "1970-01-01"),
            (-1_713, "1965-04-24"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (-719_528, "0000-01-01"),
            (2_932_896, "9999-12-31"),
        ] {
            assert_eq!(calendar_day(days).as_deref(), Some(text));
        }
        for days in [i64::MIN, -719_529, 2_932_897, i64::MAX] {
            assert_eq!(calendar_day(days), None);
        }
    }

    #[test]
    fn midnight_is_a_day_and_decimals_keep_their_zeros() {
        assert_eq!(moment(0, true), "1970-01-01");
        assert_eq!(moment(1_500_000_000, true), "1970-01-01T00:00:01.5Z");
        assert_eq!(moment(-1_000_000_000, false), "1969-12-31T23:59:59");
        assert_eq!(decimal(-105, 2), "-1.05");
        assert_eq!(decimal(7, 0), "7");
    }
}
