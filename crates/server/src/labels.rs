//! Codes in words.

use interdict_model::{Country, Topic};

/// The words for a value of a coded type; the value itself where there are none.
pub(crate) fn value_label(type_name: &str, value: &str) -> String {
    match type_name {
        "country" => {
            value.parse::<Country>().map_or_else(|_| value.to_owned(), |c| c.name().to_owned())
        }
        "topic" => {
            Topic::find(value).map_or_else(|| value.to_owned(), |topic| topic.label.to_owned())
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_words_and_other_values_stay() {
        assert_eq!(value_label("country", "ru"), "Russia");
        assert_eq!(value_label("topic", "sanction"), "Sanctioned entity");
        for (kind, value) in [("country", "zz"), ("topic", "nothing"), ("name", "ru")] {
            assert_eq!(value_label(kind, value), value);
        }
    }
}
