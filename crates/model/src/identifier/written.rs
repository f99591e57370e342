//! Numbers as files write them: several in a field, with a label, or damaged by a spreadsheet.

use super::IdentifierKind;
use crate::field_values::field_values;

/// Words before a number that say what it is, and are no part of it.
const LABELS: &str = include_str!("../../../../data/words/number_labels.tsv");

/// The most numbers that are read from a field; more than a query takes, which reports the rest.
const MOST: usize = 1_000;
/// The longest text that is a number after labels, in bytes.
const LONGEST_LABELLED: usize = 200;

/// The numbers of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenNumbers {
    /// The numbers; one that can be read in two ways stands here in both.
    pub values: Vec<String>,
    /// Whether a number was written as `1.09E+08`, by which spreadsheets lose digits.
    pub digits_lost: bool,
}

impl WrittenNumbers {
    /// Reads a field of numbers of that kind. Semicolons, bars and line breaks part numbers; commas,
    /// slashes and blanks do if every part looks like a number of its own, and the text as a whole is then
    /// one as well, because some numbers are written with them. A number after a label (`No. 123`,
    /// `PP-123`) is read with the label and without it.
    pub fn parse(kind: IdentifierKind, text: &str) -> Self {
        let mut numbers = Self::default();
        for part in field_values(text) {
            let is_number = !matches!(kind, IdentifierKind::Email | IdentifierKind::Website);
            let several = if is_number { loose_parts(&part) } else { Vec::new() };
            several.iter().for_each(|number| numbers.add(number));
            if is_number { numbers.add(&part) } else { numbers.keep(&part) }
        }
        numbers
    }

    fn add(&mut self, text: &str) {
        if let Some(digits) = shortened(text) {
            self.digits_lost = true;
            digits.iter().for_each(|digits| self.keep(digits));
            return;
        }
        let whole = without_decimals(text);
        whole.iter().for_each(|whole| self.keep(whole));
        self.keep(text);
        if let Some(bare) = without_labels(whole.unwrap_or(text)) {
            self.keep(bare);
        }
    }

    fn keep(&mut self, text: &str) {
        if self.values.len() < MOST && !self.values.iter().any(|known| known == text) {
            self.values.push(text.to_owned());
        }
    }
}

/// The parts between commas and slashes outside of brackets, or else between blanks, if each looks like a
/// number of its own.
fn loose_parts(text: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    let listed = text.split(|letter: char| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(letter, ',' | '/' | '、' | '，')
    });
    let listed: Vec<&str> = listed.map(str::trim).filter(|part| !part.is_empty()).collect();
    // A number of four signs is parted by a comma, but not by a blank: `45 10 123456` is one number.
    let all = |parts: &[&str], (signs, digits): (usize, usize)| {
        let count = |part: &str, of: fn(char) -> bool| part.chars().filter(|c| of(*c)).count();
        parts.len() > 1
            && parts.iter().all(|part| {
                count(part, char::is_alphanumeric) >= signs
                    && count(part, |c| c.is_ascii_digit()) >= digits
            })
    };
    if all(&listed, (4, 1)) {
        return listed;
    }
    let spaced: Vec<&str> = text.split_whitespace().collect();
    if all(&spaced, (6, 4)) { spaced } else { Vec::new() }
}

/// The digits of `1.09420132E+08`, as far as none is lost; none if the text is of another form. A number
/// such as `12E4`, without a decimal point and a sign, may be one of a register.
fn shortened(text: &str) -> Option<Option<String>> {
    let (mantissa, exponent) = text.trim().split_once(['e', 'E'])?;
    let has_sign = exponent.starts_with('+');
    let exponent: usize = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    let (first, decimals) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if first.len() != 1 || !is_digits(first) || !is_digits(decimals) {
        return None;
    }
    (has_sign || !decimals.is_empty())
        .then(|| (decimals.len() == exponent).then(|| format!("{first}{decimals}")))
}

/// `109420132` of `109420132.0`: what becomes of a number that was read as an amount.
fn without_decimals(text: &str) -> Option<&str> {
    let (whole, decimals) = text.trim().rsplit_once('.')?;
    let zeros = (1..=2).contains(&decimals.len()) && decimals.bytes().all(|byte| byte == b'0');
    let digits = whole.bytes().filter(u8::is_ascii_digit).count();
    (zeros && digits >= 5).then_some(whole)
}

/// The number after its labels.
fn without_labels(text: &str) -> Option<&str> {
    if text.len() > LONGEST_LABELLED {
        return None;
    }
    let mut rest = text.trim();
    while let Some(after) = without_label(rest) {
        rest = after;
    }
    (rest.len() < text.trim().len()).then_some(rest)
}

fn without_label(text: &str) -> Option<&str> {
    let is_sign = |letter: char| matches!(letter, '#' | '№');
    let end = text.find(|letter: char| !letter.is_alphabetic()).unwrap_or(text.len());
    let (label, rest) = text.split_at_checked(end)?;
    let parts = |letter: char| letter.is_whitespace() || ".:-_#№°=".contains(letter);
    let number = rest.trim_start_matches(parts);
    let is_label = label.is_empty() && rest.starts_with(is_sign)
        || LABELS.lines().any(|line| line == label.to_lowercase());
    let has_digit = number.chars().any(|letter| letter.is_ascii_digit());
    (is_label && has_digit && number.len() < rest.len()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        WrittenNumbers::parse(IdentifierKind::Passport, text).values
    }

    #[test]
    fn several_numbers_in_a_field_are_each_read() {
        for text in ["109420132; 827220538", "109420132|827220538", "[109420132, \"827220538\"]"] {
            assert_eq!(values(text), ["109420132", "827220538"], "{text}");
        }
        for between in [", ", " / ", "/", " "] {
            let text = ["109420132", "827220538"].join(between);
            assert_eq!(values(&text), ["109420132", "827220538", text.as_str()]);
        }
    }

    #[test]
    fn a_number_that_is_written_in_groups_is_one() {
        for text in [
            "45 10 123456",
            "4510 123456",
            "181/815/08155",
            "1,094,201",
            "+7 4951234567",
            "AB 1234567",
        ] {
            assert_eq!(values(text), [text]);
        }
        assert_eq!(values("109420132 (Iran, 2001)"), ["109420132 (Iran, 2001)"]);
        let web = WrittenNumbers::parse(IdentifierKind::Website, "example.org/a123456/b123456");
        assert_eq!(web.values, ["example.org/a123456/b123456"]);
    }

    #[test]
    fn a_label_is_no_part_of_a_number() {
        for text in
            ["No. 109420132", "PP-109420132", "Passport No: 109420132", "# 109420132", "№109420132"]
        {
            assert_eq!(values(text), [text, "109420132"]);
        }
        for text in ["AB-1234567", "NO12345678", "passport", "No. unknown"] {
            assert_eq!(values(text), [text]);
        }
    }

    #[test]
    fn the_marks_of_spreadsheets_are_read_or_reported() {
        assert_eq!(values("109420132.0"), ["109420132", "109420132.0"]);
        assert_eq!(values("IMO 9187629.00").last().map(String::as_str), Some("9187629"));
        assert_eq!(values("1234.5"), ["1234.5"]);
        let read = |text: &str| {
            let read = WrittenNumbers::parse(IdentifierKind::Passport, text);
            (read.values.join(" "), read.digits_lost)
        };
        assert_eq!(read("1.09420132E+08"), ("109420132".to_owned(), true));
        assert_eq!(read("1.09E+08"), (String::new(), true));
        assert_eq!(read("1,09e08"), (String::new(), true));
        assert_eq!(read("1E+08"), (String::new(), true));
        assert_eq!(read("1E08"), ("1E08".to_owned(), false));
        assert_eq!(read("12.5E+08"), ("12.5E+08".to_owned(), false));
    }
}
