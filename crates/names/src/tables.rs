//! Compiled-in word tables: frozen hash maps that are read in place, so that a cold start costs nothing.

use crate::fold;

/// A hash table laid out by the build script: slot count, keys, values, all little-endian `u64`.
pub(crate) struct Frozen(&'static [u8]);

impl Frozen {
    /// Up to four 16-bit facts that the table holds for a key; 0 when it has none.
    #[inline]
    pub(crate) fn get(&self, hash: u64) -> Facts {
        self.get_if_prefix(hash).unwrap_or_default()
    }

    /// The same of a table that holds the beginnings of its keys, too: `None` when no key begins so.
    #[inline]
    pub(crate) fn get_if_prefix(&self, hash: u64) -> Option<Facts> {
        let slots = self.word(0) as usize;
        let mut slot = (hash >> 7) as usize & (slots - 1);
        loop {
            match self.word(1 + slot) {
                0 => return None,
                key if key == hash => return Some(Facts(self.word(1 + slots + slot))),
                _ => slot = (slot + 1) & (slots - 1),
            }
        }
    }

    /// Reads what stands at the start of some letters: the facts of each length up to `N - 1`, where
    /// `hash` is that of what the keys have in front.
    pub(crate) fn read_prefixes<const N: usize>(
        &self,
        mut hash: u64,
        letters: &[char],
    ) -> [Facts; N] {
        let mut found = [Facts::default(); N];
        let ends = std::iter::once(None).chain(letters.iter().map(Some));
        for (held, letter) in found.iter_mut().zip(ends) {
            if let Some(letter) = letter {
                hash = fold::hash_letter(hash, *letter);
            }
            match self.get_if_prefix(hash) {
                Some(facts) => *held = facts,
                None => break,
            }
        }
        found
    }

    /// The facts of a folded key.
    #[inline]
    pub(crate) fn find(&self, key: &str) -> Facts {
        self.get(fold::hash64(key))
    }

    #[inline]
    fn word(&self, index: usize) -> u64 {
        let bytes = &self.0[index * 8..index * 8 + 8];
        u64::from_le_bytes(bytes.try_into().expect("eight bytes"))
    }
}

/// Up to four 16-bit facts, packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Facts(pub(crate) u64);

impl Facts {
    /// The fact at a place; 0 means none.
    pub(crate) fn at(self, place: usize) -> u16 {
        (self.0 >> (16 * place)) as u16
    }

    /// True when the key is not in the table.
    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The facts held.
    pub(crate) fn iter(self) -> impl Iterator<Item = u16> {
        (0..4).map(move |place| self.at(place)).take_while(|&fact| fact != 0)
    }
}

macro_rules! frozen {
    ($($(#[$doc:meta])* $name:ident = $file:literal;)*) => {
        $($(#[$doc])* pub(crate) static $name: Frozen =
            Frozen(include_bytes!(concat!(env!("OUT_DIR"), "/", $file)));)*
    };
}

frozen! {
    /// Grapheme -> up to four unit ids of eight bits.
    GRAPHEMES = "lattice_graphemes.bin";
    /// Given name -> groups of one name; the top bit marks a nickname group.
    GIVEN = "given_groups.bin";
    /// Legal form -> class.
    LEGAL = "legal_forms.bin";
    /// Organisation word or phrase -> concept; the top bit marks a generic one.
    TERMS = "org_terms.bin";
    /// Title -> 1 of persons, 2 organisation prefix, 3 vessel prefix.
    TITLES = "titles.bin";
    /// Particle -> kinds (article 1, son of 2, daughter of 3, father of 4, nobiliary 5, and 6).
    PARTICLES = "particles.bin";
    /// Name -> set << 4 | group of mutually distinct names.
    DISTINCT = "distinct.bin";
    /// Number word -> value + 1; the top bit marks an ordinal.
    NUMBERS = "numbers.bin";
    /// Territory form -> code.
    TERRITORIES = "territories.bin";
    /// Part and grapheme of a Korean syllable -> regular letters | ad hoc letters << 32.
    KO_SPELLING = "ko_spelling.bin";
    /// Spelling of a Korean surname -> Hangul offsets plus one.
    KO_SURNAMES = "ko_surnames.bin";
    /// Part and kanji of a Japanese name -> two hashes of canonical readings.
    JA_NAMES = "ja_names.bin";
    /// Spelling of a Chinese syllable -> pinyin numbers; the top bit marks an ad hoc spelling.
    ZH_SPELLING = "zh_spelling.bin";
    /// Spelling or character of a Chinese surname -> pinyin numbers.
    ZH_SURNAMES = "zh_surnames.bin";
    /// Part and grapheme of a Hong Kong spelling -> set of Jyutping initials or finals.
    YUE_SPELLING = "yue_spelling.bin";
    /// Words that join others in names of organisations.
    JOINING = "joining.bin";
    /// Loose hash of a phrase -> role (legal form 1, term 2, territory 3), then the facts of that table.
    LOOSE = "loose.bin";
    /// One slip in a long word of a legal form -> loose hash of the right word.
    LEGAL_WORD_TYPOS = "legal_word_typos.bin";
    /// Name -> how common as a given name, how common as a surname (1..=15).
    COMMON = "common.bin";
}
