//! Replaces command line options in texts about files by the query parameters with the same meaning.

use interdict_engine::PartyRow;

/// Command line options that occur in messages about files, with the query parameter of the same meaning.
const PARAMETERS: [(&str, &str); 4] = [
    ("--date-format", "the parameter `dates`"),
    ("--delimiter", "the parameter `delimiter`"),
    ("--encoding", "the parameter `encoding`"),
    ("--max-unscreened", "the parameter `max_unscreened`"),
];

/// A text with options replaced by parameters.
pub(super) fn for_http(text: &str) -> String {
    PARAMETERS.iter().fold(text.to_owned(), |text, (option, name)| text.replace(option, name))
}

/// The same for the texts of a row.
pub(super) fn row_for_http(mut row: PartyRow) -> PartyRow {
    row.party = row.party.map_err(|fault| for_http(&fault));
    row.gaps.iter_mut().for_each(|gap| gap.text = for_http(&gap.text));
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_become_parameters() {
        let text = "say so with --date-format excel, or name it with --encoding, as told";
        let expected = "say so with the parameter `dates` excel, or name it with the parameter `encoding`, as told";
        assert_eq!(for_http(text), expected);
        assert_eq!(for_http("a -- b"), "a -- b");
    }
}
