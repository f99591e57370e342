//! The gaps of a customer file that was not read completely.

use interdict_files::ReadingCounts;
use interdict_model::{Gap, GapCode};

/// The gap of rows with a name that is equal to a listed one, whose score is under the threshold; none if there are no
/// such rows.
pub(crate) fn rows_gap(count: u64) -> Option<Gap> {
    let text =
        format!("a listed name is equal in {}, and its score is under the threshold", rows(count));
    (count > 0).then(|| Gap::new(GapCode::ThresholdHigh, text))
}

fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

/// A row that was not screened is not clear, and neither is a row that was screened without an unreadable field that
/// could have led to a match.
pub(crate) fn reading_gaps(reading: &ReadingCounts) -> Vec<Gap> {
    let unscreened = (reading.rows_unscreened > 0).then(|| {
        let text = format!("{} could not be screened", rows(reading.rows_unscreened));
        Gap::new(GapCode::RowUnscreened, text)
    });
    let unread = (reading.rows_unread > 0).then(|| {
        let columns = reading.unread.iter().map(|(column, count)| format!("{column} {count}"));
        let columns: Vec<String> = columns.collect();
        let text = format!(
            "{} had fields that could not be read, or are doubtful ({})",
            rows(reading.rows_unread),
            columns.join(", ")
        );
        Gap::new(GapCode::FieldUnread, text)
    });
    unscreened.into_iter().chain(unread).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_fields_that_were_not_read_are_gaps_of_their_own() {
        let codes = |reading: &ReadingCounts| -> Vec<GapCode> {
            reading_gaps(reading).into_iter().map(|gap| gap.code).collect()
        };
        let mut reading = ReadingCounts { rows: 9, rows_screened: 9, ..ReadingCounts::default() };
        assert_eq!(codes(&reading), []);
        reading.rows_unread = 1;
        reading.unread.insert("born".to_owned(), 1);
        assert_eq!(codes(&reading), [GapCode::FieldUnread]);
        assert!(reading_gaps(&reading)[0].text.contains("(born 1)"));
        reading.rows_unscreened = 2;
        assert_eq!(codes(&reading), [GapCode::RowUnscreened, GapCode::FieldUnread]);
    }
}
