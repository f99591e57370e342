//! Numbers whose kind is recognised from their check digits or from a unique form.

use super::{Identifier, IdentifierKind, is_imo_company, is_imo_ship, is_inn, is_lei, is_ogrn};
use crate::field_values::field_values;
use crate::written_text::{plain_text, written_text};

/// Largest number of numbers taken from one text.
const MOST: usize = 20;
/// The longest value that is examined, in bytes: the maximum length of an e-mail address.
const LONGEST: usize = 254;
/// The letters and digits of a unified social credit code, in the order of their values (GB 32100).
const USC_SIGNS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl Identifier {
    /// The numbers of a text whose kind is recognised from their check digits or form: LEI, INN, OGRN, unified social
    /// credit codes, IMO numbers after `IMO`, IBAN, e-mail and web addresses. A value counts only if it consists of the
    /// number, perhaps after a label, because a number within a sentence or without check digits may be of any kind.
    ///
    /// ```
    /// use interdict_model::Identifier;
    ///
    /// let kinds = |text| Identifier::checked(text).iter().map(ToString::to_string).collect::<Vec<_>>();
    /// assert_eq!(kinds("IMO 9187629"), ["imo:9187629"]);
    /// assert_eq!(kinds("9187629"), [""; 0]);
    /// ```
    pub fn checked(text: &str) -> Vec<Self> {
        let text = written_text(text);
        let mut found: Vec<Self> = Vec::new();
        for value in field_values(&plain_text(&text)) {
            let number = (value.len() <= LONGEST).then(|| checked_value(&value)).flatten();
            found.extend(number.filter(|number| !found.contains(number)));
            if found.len() == MOST {
                break;
            }
        }
        found
    }
}

fn checked_value(value: &str) -> Option<Identifier> {
    if let Some(kind) = address_kind(value) {
        return Identifier::new(kind, value).ok();
    }
    let (label, number) = labelled(value);
    let bare = Identifier::new(IdentifierKind::Usc, number).ok()?;
    let bytes = bare.value().as_bytes();
    let digits: Vec<u8> = number.bytes().filter(u8::is_ascii_digit).collect();
    let is_number = digits.len() == bytes.len();
    let kind = match bytes.len() {
        7 if label.eq_ignore_ascii_case("imo")
            && (is_imo_ship(&digits) || is_imo_company(&digits)) =>
        {
            IdentifierKind::Imo
        }
        10 | 12 if is_number && is_inn(&digits) => IdentifierKind::Inn,
        13 | 15 if is_number && is_ogrn(&digits) => IdentifierKind::Ogrn,
        18 if is_usc(bytes) => IdentifierKind::Usc,
        20 if is_lei(alphanumeric_bytes(number).as_slice()) => IdentifierKind::Lei,
        15..=34 if is_iban(&alphanumeric_bytes(number)) => IdentifierKind::Other,
        _ => return None,
    };
    Identifier::new(kind, number).ok()
}

/// The label before a number, and the number: `IMO 9187629`, `LEI: 5493...`.
fn labelled(value: &str) -> (&str, &str) {
    let value = value.trim();
    let end = value.find(|letter: char| !letter.is_alphabetic()).unwrap_or(value.len());
    let (label, rest) = value.split_at(end);
    let number = rest.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    let is_label = super::written::is_number_label(label) && !number.is_empty();
    if is_label { (label, number) } else { ("", value) }
}

fn alphanumeric_bytes(text: &str) -> Vec<u8> {
    let bytes = text.bytes().filter(|byte| !matches!(byte, b' ' | b'-' | b'.'));
    bytes.map(|byte| byte.to_ascii_uppercase()).collect()
}

fn address_kind(value: &str) -> Option<IdentifierKind> {
    if value.contains(char::is_whitespace) {
        return None;
    }
    let (user, host) = value.split_once('@').unwrap_or_default();
    let is_web =
        value.starts_with("www.") || value.starts_with("http://") || value.starts_with("https://");
    match !user.is_empty() && host.contains('.') && !host.contains('@') {
        true => Some(IdentifierKind::Email),
        false => is_web.then_some(IdentifierKind::Website),
    }
}

/// GB 32100-2015: the weights are powers of 3 modulo 31, and the sum of all signs is divisible by 31.
fn is_usc(value: &[u8]) -> bool {
    let values = value.iter().map(|sign| USC_SIGNS.iter().position(|known| known == sign));
    let sum = values.zip(0_u32..).try_fold(0, |sum, (sign, place)| {
        let weight = if place == 17 { 1 } else { 3_usize.pow(place) % 31 };
        Some((sum + sign? * weight) % 31)
    });
    sum == Some(0)
}

/// ISO 13616: the country and two check digits are moved to the end; ISO 7064 MOD 97-10.
fn is_iban(value: &[u8]) -> bool {
    let Some((head, body)) = value.split_at_checked(4) else { return false };
    let [a, b, c, d] = head else { return false };
    let is_head = [a, b].iter().all(|sign| sign.is_ascii_uppercase())
        && [c, d].iter().all(|sign| sign.is_ascii_digit());
    let moved = body.iter().chain(head);
    let rest = moved.into_iter().try_fold(0_u32, |rest, sign| {
        let number = char::from(*sign).to_digit(36)?;
        Some((rest * if number > 9 { 100 } else { 10 } + number) % 97)
    });
    is_head && rest == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Vec<String> {
        Identifier::checked(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_number_with_check_digits_shows_its_kind() {
        for (text, expected) in [
            ("7704734000", "inn:7704734000"),
            ("ИНН 7704734000", "inn:7704734000"),
            ("1037739085636", "ogrn:1037739085636"),
            ("549300MLUDYVRQOOXS22", "lei:549300MLUDYVRQOOXS22"),
            ("LEI: 549300MLUDYVRQOOXS22", "lei:549300MLUDYVRQOOXS22"),
            ("IMO9187629", "imo:9187629"),
            ("IMO 9187629", "imo:9187629"),
            ("91110000600037341L", "usc:91110000600037341L"),
            ("GB82 WEST 1234 5698 7654 32", "other:GB82WEST12345698765432"),
            ("roe@example.org", "email:roe@example.org"),
            ("https://www.example.org/", "website:example.org"),
        ] {
            assert_eq!(checked(text), [expected], "{text}");
        }
        assert_eq!(checked("7704734000; roe@example.org").len(), 2);
    }

    #[test]
    fn other_values_are_not_taken_for_numbers() {
        for text in [
            "7704734001",
            "1037739085637",
            "549300MLUDYVRQOOXS23",
            "9187629",
            "IMO 9187620",
            "91110000600037342L",
            "GB83WEST12345698765432",
            "paid to 7704734000 in May",
            "Jane Roe",
            "roe@",
            "ICBKCNBJ",
            "",
        ] {
            assert_eq!(checked(text), [""; 0], "{text}");
        }
    }
}
