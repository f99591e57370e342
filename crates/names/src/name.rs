//! The analysed name: tokens with their phonetic units, roles and weights. All comparisons read
//! this type, and it depends on none of them.

use crate::east::reading::Reading;
use crate::lattice::align::{PhoneticSequence, PhoneticSummary};
use crate::notes::{Note, Notes};

/// The kind of bearer of a name.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// A natural person.
    Person,
    /// A company, public body or group.
    Organization,
    /// Unknown: analysed as an organisation if the text contains a legal form or a term of
    /// organisations, else as a person.
    Either,
    /// A vessel or an aircraft.
    Object,
}

/// Information from the source about a name besides its text.
#[derive(Clone, Debug, Default)]
pub struct Hints<'a> {
    /// The kind of bearer; a person when absent.
    pub kind: Option<NameKind>,
    /// ISO 3166 code of a country of the bearer, lower case. North and South Korea make Korean
    /// readings more likely; other countries have no effect.
    pub country: Option<&'a str>,
    /// The part that is the family name, as given by the source.
    pub family: Option<&'a str>,
    /// The part that is the given name. The analysis does not use it yet.
    pub given: Option<&'a str>,
    /// The part that is the father's name or patronymic.
    pub patronymic: Option<&'a str>,
}

/// Why a name cannot be compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotComparable {
    /// The text has no letter: only space or signs.
    Empty,
    /// The text is a single letter.
    TooShort,
    /// The text has only digits.
    OnlyDigits,
    /// No letter has a known reading.
    Unreadable,
}

impl NotComparable {
    /// Whether an equal name can be found all the same.
    pub fn can_be_equal(self) -> bool {
        matches!(self, NotComparable::Unreadable | NotComparable::OnlyDigits)
    }

    /// A sentence for a reader.
    pub fn text(self) -> &'static str {
        match self {
            NotComparable::Empty => "no comparison: the name has no letters",
            NotComparable::TooShort => "no comparison: the name is a single letter",
            NotComparable::OnlyDigits => "no comparison: the name is only a number",
            NotComparable::Unreadable => "no comparison: no letter of the name has a known reading",
        }
    }
}

/// The role of a token in its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Role {
    /// A given name or family name whose position is open, or a distinctive word of an
    /// organisation.
    Plain,
    /// The family name according to [`Hints::family`].
    Family,
    /// A patronymic.
    Patronymic,
    /// One letter that abbreviates a name.
    Initial,
    /// A particle: `bin`, `von`, `de`; a joining word in organisations.
    Particle,
    /// A title or honorific.
    Title,
    /// A generation suffix: junior, senior, the third. Suffixes are left out of the comparison.
    Suffix,
    /// A number.
    Number,
    /// A legal form.
    Legal,
    /// A term of organisations that the tables know in several languages ("bank").
    Term,
    /// A country, region or city, or an adjective of it.
    Territory,
}

impl Role {
    /// The role stored as a byte; [`Role::Plain`] for unknown values.
    pub(crate) fn from_byte(byte: u8) -> Role {
        const ALL: [Role; 11] = [
            Role::Plain,
            Role::Family,
            Role::Patronymic,
            Role::Initial,
            Role::Particle,
            Role::Title,
            Role::Suffix,
            Role::Number,
            Role::Legal,
            Role::Term,
            Role::Territory,
        ];
        ALL.get(usize::from(byte)).copied().unwrap_or(Role::Plain)
    }
}

/// One part of a name, ready to be compared. Its text and units are ranges of the buffers of
/// [`Name`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// Hash of the folded key. Tokens with equal hashes are treated as equal.
    pub(crate) hash: u32,
    /// The low 16 bits of the 64-bit hash of the key.
    pub(crate) hash16: u16,
    /// Phonetic summary of the units.
    pub(crate) summary: PhoneticSummary,
    /// Table values by role: name groups, concept and family, legal class, territory or number.
    pub(crate) facts: [u16; 3],
    /// Set of mutually distinct names << 4 | group within the set; 0 when none.
    pub(crate) distinct: u16,
    /// A second such set. For a phrase of several words: the hash of their first letters instead
    /// (see `acronym::stands_for`).
    pub(crate) also_distinct: u16,
    /// Start of its units in `Name::units`.
    pub(crate) units_at: u16,
    /// Start of its text, in bytes of the working text (`words::working_text`).
    pub(crate) text_at: u16,
    /// Number of units.
    pub(crate) units: u8,
    /// Length of its text in bytes, at most 255.
    pub(crate) text: u8,
    /// Units of a prefix that is not decisive (`abd` in Abd al-Rahman, a glued article); 0 when
    /// none. The flags say which.
    pub(crate) prefix_units: u8,
    /// Weight in hundredths.
    pub(crate) weight: u8,
    /// Frequency class as a given name or surname, 0 (unknown or rare) to 15 (very frequent).
    pub(crate) common: u8,
    /// Its role.
    pub(crate) role: Role,
    /// Bits of [`flag`].
    pub(crate) flags: u8,
}

impl Token {
    /// The hash that a phrase has in `also_distinct` when its first letters spell this token.
    pub(crate) fn short_hash(&self) -> u16 {
        self.hash16 | 1
    }
}

/// Bits of `Token::flags`.
pub(crate) mod flag {
    /// Written in an abjad.
    pub(crate) const ABJAD: u8 = 1;
    /// `prefix_units` covers `abd`; the rest decides.
    pub(crate) const ABD: u8 = 2;
    /// `prefix_units` covers what may be a glued article.
    pub(crate) const ARTICLE: u8 = 4;
    /// The given-name table has it.
    pub(crate) const GIVEN: u8 = 8;
    /// `prefix_units` covers the `abu` of a kunya.
    pub(crate) const KUNYA: u8 = 16;
    /// A known word in a name that also has distinctive words. Set for index terms only.
    pub(crate) const SECONDARY: u8 = 32;
    /// The token belongs to Arabic or Persian naming.
    pub(crate) const ARABIC: u8 = 64;
    /// The token follows a particle that means "son of" or "daughter of".
    pub(crate) const AFTER_SON: u8 = 128;
}

/// Bits of `Name::flags`.
pub(crate) mod name_flag {
    /// Analysed as an organisation.
    pub(crate) const ORGANISATION: u8 = 1;
    /// Analysed as a vessel or aircraft.
    pub(crate) const OBJECT: u8 = 2;
    /// The position of the family name is known: from the source, a comma or capitals.
    pub(crate) const ORDER_KNOWN: u8 = 4;
    /// At least half of the name tokens belong to Arabic or Persian naming.
    pub(crate) const ARABIC: u8 = 8;
    /// All words are in Latin letters.
    pub(crate) const LATIN: u8 = 16;
    /// Analysed as a kind that the bearer may have, although nothing suggests it.
    pub(crate) const POSSIBLE_KIND: u8 = 32;
    /// Analysed as a kind that other facts contradict.
    pub(crate) const UNLIKELY_KIND: u8 = 64;
}

/// A name, analysed once and then compared any number of times.
///
/// ```
/// use interdict_names::{Name, NameKind, score};
/// let listed = Name::parse("Kim Jong Un", NameKind::Person);
/// assert!(score(&listed, &Name::parse("KIM, Jong-un", NameKind::Person)) > 0.9);
/// ```
#[derive(Clone, Debug)]
pub struct Name {
    pub(crate) text: Box<str>,
    pub(crate) tokens: Box<[Token]>,
    pub(crate) units: Box<[u8]>,
    pub(crate) readings: Box<[Reading]>,
    /// Hashes of the first letters of an organisation's words, with and without legal forms; 0 for
    /// other names.
    pub(crate) initials: [u32; 2],
    /// Hash of the letters in any order (see `equality::letters_hash`).
    pub(crate) letters: u64,
    pub(crate) kind: NameKind,
    pub(crate) flags: u8,
    pub(crate) notes: Notes,
    pub(crate) problem: Option<NotComparable>,
}

impl Name {
    /// The text as given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Marks the kind of the analysis as unlikely: then only equal names of that kind reach the
    /// threshold.
    pub fn set_kind_unlikely(&mut self) {
        self.flags |= name_flag::POSSIBLE_KIND | name_flag::UNLIKELY_KIND;
    }

    /// The kind that it was analysed as.
    pub fn kind(&self) -> NameKind {
        self.kind
    }

    /// True when the name can be compared at all.
    pub fn is_comparable(&self) -> bool {
        self.problem.is_none()
    }

    /// Why the name cannot be compared.
    pub fn not_comparable(&self) -> Option<NotComparable> {
        self.problem
    }

    /// The notes made by the analysis.
    pub fn notes(&self) -> impl Iterator<Item = Note> + use<> {
        self.notes.iter()
    }

    /// Bytes of memory that the name takes, for measurements.
    pub fn memory(&self) -> usize {
        size_of::<Name>()
            + self.text.len()
            + self.units.len()
            + size_of_val(&*self.tokens)
            + size_of_val(&*self.readings)
    }

    pub(crate) fn is(&self, bits: u8) -> bool {
        self.flags & bits != 0
    }

    #[inline]
    pub(crate) fn units(&self, token: &Token) -> &[u8] {
        let at = usize::from(token.units_at);
        &self.units[at..at + usize::from(token.units)]
    }

    pub(crate) fn phonetic_sequence(&self, token: &Token) -> PhoneticSequence<'_> {
        PhoneticSequence {
            units: self.units(token),
            abjad: token.flags & flag::ABJAD != 0,
            summary: token.summary,
        }
    }

    #[inline]
    pub(crate) fn phonetic_token<'n>(&'n self, token: &'n Token) -> PhoneticToken<'n> {
        PhoneticToken { token, units: self.units(token) }
    }

    /// The units of adjacent tokens, concatenated.
    pub(crate) fn joined(&self, from: usize, to: usize) -> PhoneticSequence<'_> {
        let first = self.phonetic_sequence(&self.tokens[from]);
        (from + 1..=to).fold(first, |joined, next| self.join(&joined, from, next))
    }

    /// Extends a concatenation that starts at token `from` by the token `next`.
    pub(crate) fn join(
        &self,
        joined: &PhoneticSequence<'_>,
        from: usize,
        next: usize,
    ) -> PhoneticSequence<'_> {
        let (first, last) = (&self.tokens[from], &self.tokens[next]);
        let (start, end) =
            (usize::from(first.units_at), usize::from(last.units_at) + usize::from(last.units));
        PhoneticSequence {
            units: &self.units[start.min(end)..end],
            abjad: joined.abjad,
            summary: joined.summary.concat(&last.summary),
        }
    }
}

/// A token with its units. The units lie in a [`Name`] or in a stored index term.
#[derive(Clone, Copy)]
pub(crate) struct PhoneticToken<'a> {
    pub(crate) token: &'a Token,
    pub(crate) units: &'a [u8],
}

impl<'a> PhoneticToken<'a> {
    pub(crate) fn phonetic_sequence(self) -> PhoneticSequence<'a> {
        let abjad = self.token.flags & flag::ABJAD != 0;
        PhoneticSequence { units: self.units, abjad, summary: self.token.summary }
    }

    /// The units after the prefix (see `Token::prefix_units`).
    pub(crate) fn without_prefix(self) -> PhoneticSequence<'a> {
        let units = self.units.get(usize::from(self.token.prefix_units)..).unwrap_or_default();
        PhoneticSequence::new(units, self.token.flags & flag::ABJAD != 0)
    }
}
