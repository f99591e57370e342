//! Removes the description of a document beside a name: "Ivo Roe, Passport G 649385 issued 2010".

const LABELS: &str = include_str!("../../../data/words/number_labels.tsv");

/// Fewest digits of a document number.
const DIGITS: usize = 4;
/// Most words from a label to the last word of its number: "Passport No. AB 1234 567".
const REACH: usize = 5;
/// Fewest words that must remain as a name, because "Hotel No. 12345" may be a name itself.
const WORDS: usize = 2;

/// The text without the label of a document number, the number, and the remark after it up to the next comma; `None` if
/// it has no such phrase.
pub(crate) fn without_document(text: &str) -> Option<String> {
    text.chars().filter(char::is_ascii_digit).nth(DIGITS - 1)?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let (start, end) = (0..words.len()).find_map(|at| Some((at, number_end(&words, at)?)))?;
    let (before, rest) = (words.get(..start)?, words.get(end..)?);
    // If the document comes first, the name is the rest of the text.
    let after = if before.len() < WORDS { rest } else { after_remark(words.get(end - 1..)?) };
    let kept: Vec<&str> = before.iter().chain(after).copied().collect();
    let name = kept.join(" ");
    let name = name.trim_matches([' ', ',', ';', ':', '-']);
    (kept.len() >= WORDS).then(|| name.to_owned())
}

/// The position after the number whose label is at `at`; `None` if no label and number are there.
fn number_end(words: &[&str], at: usize) -> Option<usize> {
    let label = bare(words.get(at)?);
    if !is_label(label) {
        return None;
    }
    let (mut end, mut digits) = (None, 0);
    for (place, word) in words.iter().enumerate().skip(at + 1).take(REACH) {
        let word = bare(word);
        let more = word.chars().filter(char::is_ascii_digit).count();
        digits += more;
        if more > 0 && digits >= DIGITS {
            end = Some(place + 1);
        } else if more == 0 && (digits > 0 || !(is_label(word) || is_series(word))) {
            break;
        }
    }
    end
}

/// The words after the first word that ends with a comma.
fn after_remark<'a, 'b>(words: &'a [&'b str]) -> &'a [&'b str] {
    let end = words.iter().position(|word| word.ends_with([',', ';']));
    end.and_then(|end| words.get(end + 1..)).unwrap_or_default()
}

fn bare(word: &str) -> &str {
    word.trim_matches(|letter: char| !letter.is_alphanumeric())
}

/// Whether a word may be the letters in front of a document number (its series).
fn is_series(word: &str) -> bool {
    word.chars().count() <= 3 && word.chars().all(char::is_uppercase)
}

fn is_label(word: &str) -> bool {
    let word = word.to_lowercase();
    LABELS.lines().any(|line| line == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_no_part_of_a_name() {
        for text in [
            "Jane Ann Roe, Passport G 649385 issued 2010",
            "Jane Ann Roe passport 109420132",
            "Jane Ann Roe, Passport No. AB 1234 567 (Iran)",
            "Passport 109420132: Jane Ann Roe",
            "Jane Ann, PP 109 4201 32 exp. 2010, Roe",
        ] {
            let name = without_document(text).unwrap_or_default().replace(',', "");
            assert_eq!(name, "Jane Ann Roe", "{text}");
        }
        for text in [
            "Jane Roe",
            "Hotel No. 12345",
            "Passport Travel 2000",
            "Jane Roe 109420132",
            "Jane N. Roe 109420132",
            "HYOK SIN 2",
        ] {
            assert_eq!(without_document(text), None, "{text}");
        }
    }
}
