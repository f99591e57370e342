//! The analysed name: what every comparison reads and nothing else.

use crate::east::Reading;
use crate::lattice::align::{PhoneticSequence, PhoneticSummary};
use crate::likeness::PhoneticToken;
use crate::notes::{Note, Notes};
use crate::{organisation, person};

/// What a name is the name of.
#[derive(
    Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    /// A natural person.
    Person,
    /// A company, public body or group.
    Organization,
    /// Not known: read as an organisation when it says so itself, else as a person.
    Either,
    /// A vessel or an aircraft.
    Object,
}

/// What the source of a name says beside the text.
#[derive(Clone, Debug, Default)]
pub struct Hints<'a> {
    /// What it is the name of; a person when not said.
    pub kind: Option<NameKind>,
    /// ISO 3166 code of a country that the bearer belongs to, lower case.
    pub country: Option<&'a str>,
    /// The part that is the family name, as given by the source.
    pub family: Option<&'a str>,
    /// The part that is the given name.
    pub given: Option<&'a str>,
    /// The part that is the father's name or patronymic.
    pub patronymic: Option<&'a str>,
}

/// Why a name cannot be compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotComparable {
    /// Nothing but space or signs.
    Empty,
    /// Only one letter.
    TooShort,
    /// Only digits.
    OnlyDigits,
    /// No letter has a known reading.
    Unreadable,
}

impl NotComparable {
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

/// What a token does in its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Role {
    /// A name proper, or a distinctive word of an organisation.
    Plain,
    /// The family name, as the source says or the comma shows.
    Family,
    /// A patronymic.
    Patronymic,
    /// One letter standing for a name.
    Initial,
    /// `bin`, `von`, `de`.
    Particle,
    /// A title or honorific.
    Title,
    /// Junior, senior, the third.
    Suffix,
    /// A number.
    Number,
    /// A legal form.
    Legal,
    /// A word of organisations that is known in many languages.
    Term,
    /// A country, its people or its language.
    Territory,
}

impl Role {
    /// The role of a stored byte.
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

/// One part of a name, ready to be compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// Hash of the folded key; equal keys are equal parts.
    pub(crate) hash: u32,
    /// The low bits of the hash of the key, before folding to 32 bits.
    pub(crate) hash16: u16,
    /// Summary of its sounds.
    pub(crate) summary: PhoneticSummary,
    /// Facts by role: name groups, concept, legal class, territory, number.
    pub(crate) facts: [u16; 3],
    /// Set of mutually distinct names << 4 | group in it; 0 when none.
    pub(crate) distinct: u16,
    /// A second such set.
    pub(crate) also_distinct: u16,
    /// Where the units start.
    pub(crate) units_at: u16,
    /// Byte offset in the working text.
    pub(crate) text_at: u16,
    /// How many units.
    pub(crate) units: u8,
    /// Bytes of text.
    pub(crate) text: u8,
    /// Units before the decisive part (`abd` in Abd al-Rahman), 0 when none.
    pub(crate) prefix_units: u8,
    /// Weight in hundredths.
    pub(crate) weight: u8,
    /// How common as a name, 0..=15.
    pub(crate) common: u8,
    /// What it does.
    pub(crate) role: Role,
    /// See `flag`.
    pub(crate) flags: u8,
}

impl Token {
    /// The hash that a phrase with these first letters keeps.
    pub(crate) fn short_hash(&self) -> u16 {
        self.hash16 | 1
    }
}

/// Bits of `Token::flags`.
pub(crate) mod flag {
    /// Written in an abjad.
    pub(crate) const ABJAD: u8 = 1;
    /// `lead` covers `abd`: the rest decides.
    pub(crate) const ABD: u8 = 2;
    /// `lead` covers what may be a glued article.
    pub(crate) const ARTICLE: u8 = 4;
    /// Known as a given name.
    pub(crate) const GIVEN: u8 = 8;
    /// `lead` covers a kunya's father (`abu`).
    pub(crate) const KUNYA: u8 = 16;
    /// A known word beside others that are not; only a slot of an index has this.
    pub(crate) const BESIDE: u8 = 32;
    /// The name belongs to the Arabic or Persian naming world.
    pub(crate) const ARABIC: u8 = 64;
    /// Follows a son-of particle.
    pub(crate) const AFTER_SON: u8 = 128;
}

/// Bits of `Name::flags`.
pub(crate) mod name_flag {
    /// Read as an organisation.
    pub(crate) const ORGANISATION: u8 = 1;
    /// Read as a vessel or aircraft.
    pub(crate) const OBJECT: u8 = 2;
    /// The source told which part is the family name.
    pub(crate) const ORDER_KNOWN: u8 = 4;
    /// Of the Arabic or Persian naming world.
    pub(crate) const ARABIC: u8 = 8;
    /// Written in Latin letters.
    pub(crate) const LATIN: u8 = 16;
}

/// A name, analysed once for any number of comparisons.
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
    /// Hashes of the first letters of an organisation's words, with and without legal forms; 0 when not read as one.
    pub(crate) initials: [u32; 2],
    pub(crate) kind: NameKind,
    pub(crate) flags: u8,
    pub(crate) notes: Notes,
    pub(crate) problem: Option<NotComparable>,
}

impl Name {
    /// Analyses a name. Never fails; of very long text only the beginning is considered, which is noted.
    pub fn parse(text: &str, kind: NameKind) -> Name {
        Name::parse_with(text, &Hints { kind: Some(kind), ..Hints::default() })
    }

    /// Analyses a name with what its source says about it.
    pub fn parse_with(text: &str, hints: &Hints<'_>) -> Name {
        match hints.kind.unwrap_or(NameKind::Person) {
            NameKind::Person => person::analyse(text, hints),
            NameKind::Either if !organisation::names_an_organisation(text) => {
                person::analyse(text, hints)
            }
            _ => organisation::analyse(text, hints),
        }
    }

    /// The text as given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The kind it was read as being.
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

    /// What was noticed while reading it.
    pub fn notes(&self) -> impl Iterator<Item = Note> + use<> {
        self.notes.iter()
    }

    /// Bytes of memory held, for budgeting.
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
        let at = token.units_at as usize;
        &self.units[at..at + token.units as usize]
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

    /// The sounds of neighbouring tokens, read as one word.
    pub(crate) fn joined(&self, from: usize, to: usize) -> PhoneticSequence<'_> {
        let first = self.phonetic_sequence(&self.tokens[from]);
        (from + 1..=to).fold(first, |joined, next| self.join(&joined, from, next))
    }

    /// The sounds of the tokens from one on, joined so far, with those of the token that follows them.
    pub(crate) fn join(
        &self,
        joined: &PhoneticSequence<'_>,
        from: usize,
        next: usize,
    ) -> PhoneticSequence<'_> {
        let (first, last) = (&self.tokens[from], &self.tokens[next]);
        let (start, end) = (first.units_at as usize, last.units_at as usize + last.units as usize);
        PhoneticSequence {
            units: &self.units[start.min(end)..end],
            abjad: joined.abjad,
            summary: joined.summary.concat(&last.summary),
        }
    }
}
