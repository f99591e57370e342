//! Numbers as files write them: several in a field, with a label, or damaged by a spreadsheet.

use super::{Identifier, IdentifierKind};
use crate::Country;
use crate::field_values::field_values;
use crate::written_text::{plain_text, written_text};

/// Labels before a number, which state its kind and are not part of it.
const LABELS: &str = include_str!("../../../../data/words/number_labels.tsv");

/// Whether a word is a label of numbers: `Passport`, `No`.
///
/// ```
/// assert!(interdict_model::is_number_label("Passport"));
/// assert!(!interdict_model::is_number_label("Roe"));
/// ```
pub fn is_number_label(word: &str) -> bool {
    LABELS.lines().any(|line| line == word.to_lowercase())
}

/// Largest number of numbers read from a field. It is larger than a query's limit, so that the query reports the
/// excess.
const MOST: usize = 1_000;
/// The longest text for which readings other than the text as written are tried, in bytes.
const LONGEST_LABELLED: usize = 200;
/// Words between two numbers.
const CONJUNCTIONS: [&str; 12] = [
    " and ", " AND ", " or ", " OR ", " und ", " oder ", " et ", " ou ", " y ", " o ", " и ",
    " или ",
];
/// Fewest digits of a number for which letters after it are a remark, and letters within it may be misread digits.
const DIGITS: usize = 4;
/// Fewest digits of a number for which letters after it may be a country code.
const DIGITS_BEFORE_COUNTRY: usize = 6;
/// The most letters before the digits of a number that follows the code of a country.
const LETTERS: usize = 2;
/// Fewest digits of a number for which two letters before it may be a country code. Shorter numbers often begin with
/// letters.
const DIGITS_AFTER_COUNTRY: usize = 8;

/// The numbers of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenNumbers {
    /// The numbers; a number with two readings is given in both.
    pub values: Vec<String>,
    /// Whether a number was written as `1.09E+08`, by which spreadsheets lose digits.
    pub digits_lost: bool,
}

impl WrittenNumbers {
    /// Reads a field of numbers of that kind. Semicolons, bars and line breaks separate numbers. Commas, slashes, "and"
    /// and spaces separate them if every part looks like a number; the whole text is then kept as a number as well,
    /// because some numbers contain these characters. A number beside words (`No. 123`, `PP-123`, `123 issued 2010`),
    /// after a country code, or with the letter O for a zero is read in both ways.
    pub fn parse(kind: IdentifierKind, text: &str) -> Self {
        let text = written_text(text);
        let mut numbers = Self::default();
        for part in field_values(&plain_text(&text)) {
            if matches!(kind, IdentifierKind::Email | IdentifierKind::Website) {
                addresses(kind, &part).for_each(|address| numbers.keep(address));
                continue;
            }
            loose_parts(&part).into_iter().for_each(|number| numbers.add(kind, number));
            numbers.add(kind, &part);
        }
        numbers
    }

    fn add(&mut self, kind: IdentifierKind, text: &str) {
        if let Some(digits) = shortened(text) {
            self.digits_lost = true;
            digits.iter().for_each(|digits| self.keep(digits));
            return;
        }
        let whole = without_decimals(text);
        whole.iter().for_each(|whole| self.keep(whole));
        self.keep(text);
        if text.len() > LONGEST_LABELLED {
            return;
        }
        let mut bare = whole.unwrap_or(text);
        let without: [fn(IdentifierKind, &str) -> Option<&str>; 5] = [
            without_labels,
            without_words,
            without_country,
            without_country_behind,
            without_check_digit,
        ];
        for without in without {
            if let Some(shorter) = without(kind, bare) {
                bare = shorter;
                self.keep(bare);
            }
        }
        if let Some(digits) = with_digits(bare) {
            self.keep(&digits);
        }
    }

    fn keep(&mut self, text: &str) {
        if self.values.len() < MOST && !self.values.iter().any(|known| known == text) {
            self.values.push(text.to_owned());
        }
    }
}

impl Identifier {
    /// The numbers of a field, each in every way in which it can be read.
    ///
    /// ```
    /// use interdict_model::{Identifier, IdentifierKind};
    ///
    /// let read = Identifier::read_all(IdentifierKind::Passport, "No. 109420132 and 827220538");
    /// assert!(["109420132", "827220538"].iter().all(|number| read.iter().any(|id| id.value() == *number)));
    /// ```
    pub fn read_all(kind: IdentifierKind, text: &str) -> Vec<Self> {
        let mut read: Vec<Self> = Vec::new();
        for value in WrittenNumbers::parse(kind, text).values {
            let number = Self::new(kind, &value).ok();
            read.extend(number.filter(|number| !read.contains(number)));
        }
        // The last three characters of a BIC are a branch of the party that the first eight name; XXX is its head office.
        let is_branch = |number: &&Self| kind == IdentifierKind::Bic && number.value.len() == 11;
        let parties = read.iter().filter(is_branch).filter_map(|number| number.value.get(..8));
        let parties: Vec<Self> = parties.filter_map(|party| Self::new(kind, party).ok()).collect();
        read.extend(parties);
        read
    }
}

/// The e-mail or web addresses of a text, or else the text.
fn addresses(kind: IdentifierKind, text: &str) -> impl Iterator<Item = &str> {
    let mark = if kind == IdentifierKind::Email { '@' } else { '.' };
    let words = text.split_whitespace().map(|word| word.trim_matches(|c| ",<>()\"'*".contains(c)));
    let words: Vec<&str> = words
        .flat_map(|word| match mark {
            '@' => word.split(',').collect(),
            _ => vec![word],
        })
        .filter(|word| word.contains(mark))
        .collect();
    let whole = words.is_empty().then_some(text);
    words.into_iter().chain(whole)
}

/// The parts between commas and slashes outside brackets, or else between spaces, if each looks like a number.
fn loose_parts(text: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    let listed = text.split(|letter: char| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(letter, ',' | '/' | '、' | '，' | '+' | '&')
    });
    let mut listed: Vec<&str> = listed.collect();
    for word in CONJUNCTIONS {
        listed = listed.into_iter().flat_map(|part| part.split(word)).collect();
    }
    let listed: Vec<&str> =
        listed.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect();
    // Parts of four characters count as numbers after a comma, but not after a space: `45 10 123456` is one number.
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

/// `109420132` from `109420132.0` or `109420132,00`, which is how programs write a number that they read as an amount.
fn without_decimals(text: &str) -> Option<&str> {
    let (whole, decimals) = text.trim().rsplit_once(['.', ','])?;
    // Three zeros may be a group of thousands.
    let zeros = !decimals.is_empty() && decimals.bytes().all(|byte| byte == b'0');
    let is_plain = whole.bytes().all(|byte| byte.is_ascii_digit());
    let digits = whole.bytes().filter(u8::is_ascii_digit).count();
    (zeros && digits >= 5 && (is_plain || decimals.len() < 3)).then_some(whole)
}

/// The number after its labels.
fn without_labels(kind: IdentifierKind, text: &str) -> Option<&str> {
    let mut rest = text.trim();
    while let Some(after) = without_label(kind, rest) {
        rest = after;
    }
    (rest.len() < text.trim().len()).then_some(rest)
}

fn without_label(kind: IdentifierKind, text: &str) -> Option<&str> {
    let is_sign = |letter: char| matches!(letter, '#' | '№');
    let end = text.find(|letter: char| !letter.is_alphabetic()).unwrap_or(text.len());
    let (label, rest) = text.split_at_checked(end)?;
    let parts = |letter: char| letter.is_whitespace() || ".:-_#№°=".contains(letter);
    let number = rest.trim_start_matches(parts);
    let is_label = label.is_empty() && rest.starts_with(is_sign) || is_number_label(label);
    let is_number = number.chars().any(|letter| letter.is_ascii_digit())
        || matches!(kind, IdentifierKind::Bic | IdentifierKind::CallSign) && !number.is_empty();
    (is_label && is_number && number.len() < rest.len()).then_some(number)
}

/// The number before a remark in words or in brackets: `123456 issued 2010`, `123456 (Iran) expires 2012`.
fn without_words(_: IdentifierKind, text: &str) -> Option<&str> {
    let count = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let is_word = |word: &str| {
        let letters = word.trim_end_matches(['.', ':', ',']);
        letters.chars().nth(2).is_some() && letters.chars().all(char::is_alphabetic)
    };
    let mut words = text.match_indices(char::is_whitespace).map(|(at, _)| text.split_at(at));
    let is_remark = |word: &str| word.starts_with('(') || is_word(word);
    let (number, _) = words.find(|(number, rest)| {
        count(number) >= DIGITS && rest.split_whitespace().next().is_some_and(is_remark)
    })?;
    Some(number.trim_end_matches(|letter: char| !letter.is_alphanumeric()))
}

/// The number after the code of a country: `KP109420132`, `IR A59655618`. A number that follows at once needs more digits,
/// because other numbers begin with two letters, too.
fn without_country(_: IdentifierKind, text: &str) -> Option<&str> {
    let text = super::without_remark(text).trim();
    let after = |letters: usize| {
        let (code, rest) = text.split_at_checked(letters)?;
        let number = rest.trim_start_matches([' ', '-', ':']);
        let digits = number.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
        let fewest =
            if number.len() < rest.len() { DIGITS_BEFORE_COUNTRY } else { DIGITS_AFTER_COUNTRY };
        let is_number = number.len() - digits.len() <= LETTERS
            && digits.len() >= fewest
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_code = || {
            code.bytes().all(|byte| byte.is_ascii_alphabetic()) && code.parse::<Country>().is_ok()
        };
        (is_number && is_code()).then_some(number)
    };
    after(2).or_else(|| after(3))
}

/// The number in the second line of a machine-readable passport, without its check digit.
fn without_check_digit(kind: IdentifierKind, text: &str) -> Option<&str> {
    const NUMBER: usize = 9;
    const WEIGHTS: [u32; 3] = [7, 3, 1];
    let (number, check) = text.trim().split_at_checked(NUMBER)?;
    let value = |sign: char| match sign {
        '<' => Some(0),
        sign => sign.to_digit(36).filter(|_| !sign.is_ascii_lowercase()),
    };
    let values = number.chars().map(value).collect::<Option<Vec<u32>>>()?;
    let sum: u32 = values.iter().zip(WEIGHTS.iter().cycle()).map(|(sign, by)| sign * by).sum();
    let is_check = check.len() == 1 && check.parse::<u32>().ok() == Some(sum % 10);
    (kind == IdentifierKind::Passport && is_check).then(|| number.trim_end_matches('<'))
}

/// The number before the code of a country: `109420132/IRN`, `109420132 KP`.
fn without_country_behind(_: IdentifierKind, text: &str) -> Option<&str> {
    let (number, code) = text.trim().rsplit_once(['/', '-', ' ', ',', ':'])?;
    let number = number.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let is_code =
        || code.bytes().all(|byte| byte.is_ascii_alphabetic()) && code.parse::<Country>().is_ok();
    (digits >= DIGITS_BEFORE_COUNTRY && matches!(code.len(), 2 | 3) && is_code()).then_some(number)
}

/// The number with letters replaced by the digits that they resemble.
fn with_digits(text: &str) -> Option<String> {
    let digit = |letter: char| match letter {
        'O' | 'o' | 'О' | 'о' => Some('0'),
        'I' | 'l' => Some('1'),
        letter => letter.is_ascii_digit().then_some(letter),
    };
    let signs = text.chars().filter(|letter| !matches!(letter, ' ' | '-'));
    let digits: String = signs.map(digit).collect::<Option<_>>()?;
    let written = text.bytes().filter(u8::is_ascii_digit).count();
    (written >= DIGITS && written < digits.len()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        WrittenNumbers::parse(IdentifierKind::Passport, text).values
    }

    #[test]
    fn a_bic_with_a_branch_is_also_read_as_that_of_the_party() {
        let values = |text: &str| {
            let read = Identifier::read_all(IdentifierKind::Bic, text);
            read.iter().map(|number| number.value().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(values("CBKKKPPYXXX"), ["CBKKKPPYXXX", "CBKKKPPY"]);
        assert_eq!(values("CBKKKPPY"), ["CBKKKPPY"]);
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
        assert_eq!(values("109420132 (Iran, 2001)"), ["109420132 (Iran, 2001)", "109420132"]);
        let web = WrittenNumbers::parse(IdentifierKind::Website, "example.org/a123456/b123456");
        assert_eq!(web.values, ["example.org/a123456/b123456"]);
    }

    #[test]
    fn the_code_of_a_country_and_a_check_digit_are_no_part_of_a_number() {
        for text in ["IR A59655618", "IRA59655618", "IRN A59655618", "IRN-A59655618", "A596556189"]
        {
            assert!(values(text).contains(&"A59655618".to_owned()), "{text}: {:?}", values(text));
        }
        for text in ["A596556182", "L898902C36", "ZZA59655618"] {
            let is_mrz = text == "L898902C36";
            assert_eq!(values(text).len(), 1 + usize::from(is_mrz), "{text}: {:?}", values(text));
        }
    }

    #[test]
    fn a_label_is_no_part_of_a_number() {
        for text in
            ["No. 109420132", "PP-109420132", "Passport No: 109420132", "# 109420132", "№109420132"]
        {
            assert_eq!(values(text), [text, "109420132"]);
        }
        for text in ["AB-1234567", "NO1234567", "passport", "No. unknown"] {
            assert_eq!(values(text), [text]);
        }
    }

    #[test]
    fn words_and_codes_around_a_number_are_no_part_of_it() {
        for text in [
            "109420132 issued 2010",
            "109420132, exp. 2030",
            "KP109420132",
            "KP-109420132 (Pyongyang)",
            "Passport KP 109420132 valid until 2020",
            "&nbsp;109420132",
            "１０９４２０１３２",
            "١٠٩٤٢٠١٣٢",
            "109420132<br>827220538",
            "109420132 + 827220538",
            "109420132 and 827220538",
            "1O942OI32",
            "109-42O-132",
            "109420132 or 827220538",
            "109420132/IRN",
            "109420132 KP",
            "109420132 (North Korea) issued 21 Jun 1992",
            "109420132 (North Korea) expires 30 Oct 2012",
            "109420132,00",
            "109420132.000",
            "109420132.0000000000",
            "PRK-109420132",
            "1094201328",
        ] {
            let read = Identifier::read_all(IdentifierKind::Passport, text);
            assert!(read.iter().any(|number| number.value() == "109420132"), "{text}: {read:?}");
        }
        for text in ["AB1234567 K", "XY109420132", "KP1094201", "Roe 12", "OIL", "A1O94201"] {
            assert_eq!(values(text), [text]);
        }
        let bic = WrittenNumbers::parse(IdentifierKind::Bic, "SWIFT: CBKKKPPY");
        assert_eq!(bic.values, ["SWIFT: CBKKKPPY", "CBKKKPPY"]);
        assert_eq!(values("Passport: unknown"), ["Passport: unknown"]);
    }

    #[test]
    fn addresses_of_a_field_are_each_read() {
        let read = |kind, text| WrittenNumbers::parse(kind, text).values;
        for text in [
            "a@x.org, b@y.org",
            "a@x.org,b@y.org",
            "a@x.org; b@y.org",
            "<a@x.org> b@y.org",
            "\"a@x.org\" 'b@y.org*",
        ] {
            assert_eq!(read(IdentifierKind::Email, text), ["a@x.org", "b@y.org"], "{text}");
        }
        let sites = read(IdentifierKind::Website, "www.x.org, http://y.org/a,b");
        assert_eq!(sites, ["www.x.org", "http://y.org/a,b"]);
        assert_eq!(read(IdentifierKind::Website, "localhost"), ["localhost"]);
        let phones =
            Identifier::read_all(IdentifierKind::Phone, "+850 2 381 5555, +850 2 381 6666");
        assert!(phones.iter().any(|phone| phone.value() == "85023816666"), "{phones:?}");
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
