//! Numbers and codes that identify a party or a thing.

mod checked;
mod written;

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Serialize;

use crate::written_text::{latin, plain_text};
use crate::{PropertyType, Schema};

pub use written::{WrittenNumbers, is_number_label};

/// The kind of a number or code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// Passport number.
    Passport,
    /// National identity number or other personal document.
    National,
    /// Social security number.
    SocialSecurity,
    /// Tax number of any country.
    Tax,
    /// Company register number.
    Registration,
    /// Russian taxpayer number (INN), 10 or 12 digits.
    Inn,
    /// Russian register number (OGRN), 13 or 15 digits.
    Ogrn,
    /// Chinese unified social credit code, 18 characters.
    Usc,
    /// Legal Entity Identifier, ISO 17442.
    Lei,
    /// Business Identifier Code, ISO 9362.
    Bic,
    /// D-U-N-S number.
    Duns,
    /// IMO ship or company number.
    Imo,
    /// Maritime Mobile Service Identity.
    Mmsi,
    /// Radio call sign.
    CallSign,
    /// Aircraft registration or tail number.
    Tail,
    /// Manufacturer's serial number of an aircraft.
    Serial,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Web address.
    Website,
    /// Anything else.
    Other,
}

/// How a kind is named.
struct KindNames {
    kind: IdentifierKind,
    /// In queries.
    name: &'static str,
    /// The FollowTheMoney properties that hold values of the kind; the first is the one written.
    properties: &'static [&'static str],
}

const fn names(
    kind: IdentifierKind,
    name: &'static str,
    properties: &'static [&'static str],
) -> KindNames {
    KindNames { kind, name, properties }
}

const KINDS: [KindNames; 20] = [
    names(IdentifierKind::Passport, "passport", &["passportNumber"]),
    names(IdentifierKind::National, "national", &["idNumber"]),
    names(IdentifierKind::SocialSecurity, "ssn", &["socialSecurityNumber"]),
    names(IdentifierKind::Tax, "tax", &["taxNumber", "vatCode"]),
    names(IdentifierKind::Registration, "registration", &["registrationNumber", "licenseNumber"]),
    names(IdentifierKind::Inn, "inn", &["innCode"]),
    names(IdentifierKind::Ogrn, "ogrn", &["ogrnCode"]),
    names(IdentifierKind::Usc, "usc", &["uscCode"]),
    names(IdentifierKind::Lei, "lei", &["leiCode"]),
    names(IdentifierKind::Bic, "bic", &["swiftBic"]),
    names(IdentifierKind::Duns, "duns", &["dunsCode"]),
    names(IdentifierKind::Imo, "imo", &["imoNumber"]),
    names(IdentifierKind::Mmsi, "mmsi", &["mmsi"]),
    names(IdentifierKind::CallSign, "callsign", &["callSign"]),
    names(IdentifierKind::Tail, "tail", &["registrationNumber"]),
    names(IdentifierKind::Serial, "serial", &["serialNumber"]),
    names(IdentifierKind::Email, "email", &["email"]),
    names(IdentifierKind::Phone, "phone", &["phone"]),
    names(IdentifierKind::Website, "website", &["website"]),
    names(IdentifierKind::Other, "other", &["number"]),
];

impl IdentifierKind {
    /// The kind that a FollowTheMoney property holds.
    pub fn of_property(property: &str) -> Option<IdentifierKind> {
        KINDS.iter().find(|row| row.properties.contains(&property)).map(|row| row.kind)
    }

    /// The kind that a property of entities of that schema holds, if it holds identifiers at all.
    pub fn in_schema(schema: &Schema, property: &str) -> Option<IdentifierKind> {
        Self::of_property(property).or_else(|| {
            let definition = schema.property(property)?;
            (definition.kind == PropertyType::Identifier).then_some(Self::Other)
        })
    }

    /// The FollowTheMoney property that a value of this kind is kept in.
    pub fn property(&self) -> &'static str {
        KINDS
            .iter()
            .find(|row| row.kind == *self)
            .and_then(|row| row.properties.first())
            .copied()
            .unwrap_or("idNumber")
    }

    /// Whether leading zeros of such numbers are ignored: spreadsheets remove them, and so do lists that were
    /// edited in one.
    fn may_lose_zeros(self) -> bool {
        matches!(
            self,
            Self::Passport
                | Self::National
                | Self::SocialSecurity
                | Self::Tax
                | Self::Registration
                | Self::Inn
                | Self::Duns
                | Self::Other
        )
    }

    /// The kind's name in queries.
    pub fn as_str(&self) -> &'static str {
        KINDS.iter().find(|row| row.kind == *self).map_or("other", |row| row.name)
    }

    /// The kind that a text names: `Passport`, `national ID card`, `tax_number`. [`Self::Other`] for a document or number of
    /// a kind without a name here (`Reisepass`).
    ///
    /// ```
    /// use interdict_model::IdentifierKind;
    ///
    /// assert_eq!(IdentifierKind::of_label("National ID card"), Some(IdentifierKind::National));
    /// assert_eq!(IdentifierKind::of_label("Reisepass"), Some(IdentifierKind::Other));
    /// assert_eq!(IdentifierKind::of_label("individual"), None);
    /// ```
    pub fn of_label(text: &str) -> Option<IdentifierKind> {
        const LONGEST: usize = 40;
        /// Shorter labels are words of other meanings, too: `no`.
        const SHORTEST: usize = 4;
        if text.len() > LONGEST || text.contains(|letter: char| letter.is_ascii_digit()) {
            return None;
        }
        let parts = |letter: char| !letter.is_alphabetic();
        let words: Vec<&str> = text.split(parts).filter(|word| !word.is_empty()).collect();
        let named = |word: &&str| of_name(word).or_else(|| kind_of_word(word));
        let label = |word: &&str| word.chars().count() >= SHORTEST && is_number_label(word);
        let kinds = std::iter::once(&text).chain(&words).find_map(named);
        kinds.or_else(|| words.iter().any(label).then_some(Self::Other))
    }

    /// All names that a query can use.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|row| row.name)
    }
}

impl fmt::Display for IdentifierKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A number or code with its kind, normalised for comparison.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct Identifier {
    kind: IdentifierKind,
    value: String,
}

/// The reason why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// The part before the colon is not the name of a kind.
    #[error("unknown kind of identifier {0:?}")]
    Kind(String),
    /// There is no colon.
    #[error("{0:?} is not of the form TYPE:NUMBER")]
    Form(String),
    /// Nothing is left after normalisation.
    #[error("{0:?} holds no letters or digits")]
    Empty(String),
}

impl Identifier {
    /// Normalises a value: letters and digits only, upper case; e-mail and web addresses in lower
    /// case without scheme.
    pub fn new(kind: IdentifierKind, text: &str) -> Result<Self, IdentifierError> {
        let text = plain_text(text);
        let text = without_remark(&text);
        let value: String = match kind {
            IdentifierKind::Email => text.trim().to_lowercase(),
            IdentifierKind::Website => website_key(text),
            IdentifierKind::Phone => text.chars().filter(char::is_ascii_digit).collect(),
            IdentifierKind::Imo => {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                if digits.is_empty() { alphanumeric(text) } else { digits }
            }
            // These codes contain no letters O and I, so these are misread digits.
            IdentifierKind::Usc => alphanumeric(text).replace('O', "0").replace('I', "1"),
            _ if kind.may_lose_zeros() => without_zeros(kind, alphanumeric(text)),
            _ => alphanumeric(text),
        };
        if value.is_empty() {
            return Err(IdentifierError::Empty(text.chars().take(60).collect()));
        }
        Ok(Self { kind, value })
    }

    /// Reads `TYPE:NUMBER` in every way in which the number can be read.
    pub fn read_typed(text: &str) -> Result<Vec<Self>, IdentifierError> {
        let (kind, number) = typed(text)?;
        Self::new(kind, number)?;
        Ok(Self::read_all(kind, number))
    }

    /// The kind.
    pub fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// The normalised value.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Whether none of the readings of a number has the check digits and the length that its kind demands.
    pub fn is_mistyped(readings: &[Self]) -> bool {
        let is_wrong = |number: &Self| {
            let value = number.value.as_bytes();
            match number.kind {
                IdentifierKind::Lei => !is_lei(value),
                IdentifierKind::Imo => value.len() != 7 || !number.is_strong(),
                // Lists also hold numbers of other countries under these names, which are shorter or longer.
                IdentifierKind::Inn => (9..=12).contains(&value.len()) && !is_inn(value),
                IdentifierKind::Ogrn => (12..=15).contains(&value.len()) && !is_ogrn(value),
                _ => false,
            }
        };
        !readings.is_empty() && readings.iter().all(is_wrong)
    }

    /// Whether equality alone is as good as proof: the number is unique in the world, and its check
    /// digits, where the kind has them, are right.
    pub fn is_strong(&self) -> bool {
        let value = self.value.as_bytes();
        match self.kind {
            IdentifierKind::Lei => is_lei(value),
            IdentifierKind::Imo => is_imo_ship(value) || is_imo_company(value),
            IdentifierKind::Inn => is_inn(value),
            IdentifierKind::Ogrn => is_ogrn(value),
            IdentifierKind::Usc => value.len() == 18,
            IdentifierKind::Mmsi => value.len() == 9,
            IdentifierKind::Bic => matches!(value.len(), 8 | 11),
            IdentifierKind::Passport | IdentifierKind::National => value.len() >= 7,
            IdentifierKind::Tax | IdentifierKind::Registration => value.len() >= 9,
            IdentifierKind::Email => self.value.contains('@'),
            _ => false,
        }
    }
}

impl FromStr for Identifier {
    type Err = IdentifierError;

    /// Reads `TYPE:NUMBER`, such as `passport:109420132` or `imo:9187629`.
    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        let (kind, number) = typed(text)?;
        Self::new(kind, number)
    }
}

/// The kind and the number of `TYPE:NUMBER`.
fn typed(text: &str) -> Result<(IdentifierKind, &str), IdentifierError> {
    let cut = || text.chars().take(60).collect::<String>();
    let (kind, number) = text.split_once(':').ok_or_else(|| IdentifierError::Form(cut()))?;
    let kind = of_name(kind.trim())
        .or_else(|| kind_of_word(kind.trim()))
        .ok_or_else(|| IdentifierError::Kind(kind.chars().take(60).collect()))?;
    Ok((kind, number))
}

/// The kind of that name, or of a property of that name.
fn of_name(name: &str) -> Option<IdentifierKind> {
    let is_named = |row: &&KindNames| {
        row.name.eq_ignore_ascii_case(name)
            || row.properties.iter().any(|property| property.eq_ignore_ascii_case(name))
    };
    KINDS.iter().find(is_named).map(|row| row.kind)
}

/// Other usual words for kinds, and the codes of FollowTheMoney without a kind of their own, with their
/// ending and without it: `okpo`, `isinCode`.
fn kind_of_word(word: &str) -> Option<IdentifierKind> {
    let word = word.to_lowercase();
    let other = match word.as_str() {
        "msn" => Some(IdentifierKind::Serial),
        "swift" => Some(IdentifierKind::Bic),
        "vat" | "tin" => Some(IdentifierKind::Tax),
        "id" => Some(IdentifierKind::National),
        _ => None,
    };
    let schemata = [Schema::PERSON, Schema::COMPANY, Schema::VESSEL, Schema::AIRPLANE];
    let bare = word.strip_suffix("code").unwrap_or(&word);
    let name = format!("{bare}Code");
    let mut of_code = schemata.iter().filter_map(|schema| IdentifierKind::in_schema(schema, &name));
    other.or_else(|| of_code.next())
}

impl fmt::Display for Identifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.kind, self.value)
    }
}

/// The fewest digits for which leading zeros are ignored; shorter numbers would equal too many others.
const DIGITS_WITHOUT_ZEROS: usize = 5;

/// A number of digits alone without its leading zeros.
fn without_zeros(kind: IdentifierKind, value: String) -> String {
    let rest = value.trim_start_matches('0');
    let is_number =
        rest.len() >= DIGITS_WITHOUT_ZEROS && value.bytes().all(|byte| byte.is_ascii_digit());
    // A taxpayer number has at most one leading zero, and its length shows whether it is missing.
    let is_usual = kind != IdentifierKind::Inn || matches!(rest.len(), 9 | 11);
    if is_number && is_usual && rest.len() < value.len() { rest.to_owned() } else { value }
}

/// Upper case comes first: the upper case of some letters (`ǰ`) is a letter and a combining mark.
fn alphanumeric(text: &str) -> String {
    let letters = text.chars().flat_map(char::to_uppercase).map(latin);
    letters.filter(|letter| letter.is_alphanumeric()).collect()
}

fn website_key(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut bare = lower.trim();
    // Repeated until nothing changes: a pasted address may have two schemes (`http://https://`).
    loop {
        let inner = without_scheme(without_remark(bare));
        let inner = inner.strip_prefix("www.").unwrap_or(inner).trim_end_matches('/').trim();
        if inner == bare {
            return bare.to_owned();
        }
        bare = inner;
    }
}

/// A `://` further inside belongs to a path or a query (`example.org/?to=http://other.example`).
fn without_scheme(address: &str) -> &str {
    let is_scheme = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    };
    match address.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => rest,
        _ => address,
    }
}

fn digits(value: &[u8]) -> Option<Vec<u32>> {
    value.iter().map(|byte| byte.is_ascii_digit().then(|| u32::from(byte - b'0'))).collect()
}

/// ISO 17442: 20 characters, ISO 7064 MOD 97-10 check.
fn is_lei(value: &[u8]) -> bool {
    value.len() == 20
        && value.iter().try_fold(0_u32, |rest, byte| {
            let number = char::from(*byte).to_digit(36)?;
            let base = if number > 9 { 100 } else { 10 };
            Some((rest * base + number) % 97)
        }) == Some(1)
}

/// IMO Resolution A.1117(30), ships: the last of seven digits is that of the weighted sum of the others.
fn is_imo_ship(value: &[u8]) -> bool {
    imo_sum(value, [7, 6, 5, 4, 3, 2]).is_some_and(|(sum, last)| sum % 10 == last)
}

/// IMO Circular Letter 2554, companies and registered owners: a check modulo 11.
fn is_imo_company(value: &[u8]) -> bool {
    imo_sum(value, [8, 6, 4, 2, 9, 7]).is_some_and(|(sum, last)| (11 - sum % 11) % 10 == last)
}

/// The weighted sum of the first six digits, and the seventh.
fn imo_sum(value: &[u8], weights: [u32; 6]) -> Option<(u32, u32)> {
    let digits = digits(value)?;
    let (last, front) = digits.split_last()?;
    let sum = front.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
    (front.len() == weights.len()).then_some((sum, *last))
}

/// The text without a remark in brackets at its end ("12345 (Iran)"), if a number stands before it.
fn without_remark(text: &str) -> &str {
    match text.trim().strip_suffix(')').and_then(|text| text.rsplit_once('(')) {
        Some((number, _)) if number.contains(|letter: char| letter.is_ascii_digit()) => {
            without_remark(number)
        }
        _ => text,
    }
}

/// Russian Federal Tax Service: weighted sums modulo 11, then modulo 10.
fn is_inn(value: &[u8]) -> bool {
    let Some(mut digits) = digits(value) else { return false };
    // Region codes below 10 have a leading zero, which was removed.
    if matches!(digits.len(), 9 | 11) {
        digits.insert(0, 0);
    }
    let check = |weights: &[u32]| -> Option<u32> {
        let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
        Some(sum % 11 % 10)
    };
    match digits.len() {
        10 => check(&[2, 4, 10, 3, 5, 9, 4, 6, 8]) == digits.last().copied(),
        12 => {
            check(&[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) == digits.get(10).copied()
                && check(&[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) == digits.get(11).copied()
        }
        _ => false,
    }
}

/// Russian register numbers: the last digit is the rest of the division by 11 (or 13), modulo 10.
fn is_ogrn(value: &[u8]) -> bool {
    let divisor = match value.len() {
        13 => 11,
        15 => 13,
        _ => return false,
    };
    let Some((last, front)) = value.split_last() else { return false };
    let number = std::str::from_utf8(front).ok().and_then(|text| text.parse::<u64>().ok());
    number.is_some_and(|number| number % divisor % 10 == u64::from(last.wrapping_sub(b'0')))
}

#[cfg(test)]
mod tests;
