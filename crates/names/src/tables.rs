//! Word tables compiled into the program: frozen hash maps that are read in place, so that starting
//! up costs nothing.

use crate::fold;

/// A hash table with open addressing, laid out by `build/frozen.rs`: the slot count, then keys,
/// then values, all little-endian `u64`.
pub(crate) struct Frozen(&'static [u8]);

impl Frozen {
    /// The values of a key, up to four of 16 bits; 0 when the table does not have the key.
    #[inline]
    pub(crate) fn get(&self, hash: u64) -> Facts {
        self.get_if_prefix(hash).unwrap_or_default()
    }

    /// As [`Self::get`], for a table that also holds every prefix of its keys (with value 0):
    /// `None` when no key starts with what was hashed, so that a caller reading letter by letter
    /// can stop.
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

    /// The values of each prefix of some letters, for lengths 0 to `N - 1`. `hash` is the hash of
    /// the namespace in front of the keys.
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

    /// The values of a folded key.
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

/// Up to four 16-bit values, packed. Their meaning depends on the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Facts(pub(crate) u64);

impl Facts {
    /// The value at a place; 0 means none.
    pub(crate) fn at(self, place: usize) -> u16 {
        (self.0 >> (16 * place)) as u16
    }

    /// True when the key is not in the table.
    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The values that are set.
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
    /// Grapheme -> up to four unit ids of eight bits each.
    GRAPHEMES = "lattice_graphemes.bin";
    /// Given name -> groups of forms of one name. Bit 15: a nickname group; bit 14: a name also
    /// written in Arabic letters.
    GIVEN = "given_groups.bin";
    /// Legal form -> class.
    LEGAL = "legal_forms.bin";
    /// Organisation word or phrase -> concept (bit 15: generic, bit 13: used as a proper name),
    /// then its family of near-synonyms.
    TERMS = "org_terms.bin";
    /// Title -> 1 for persons, 2 for organisation prefixes, 3 for vessel prefixes.
    TITLES = "titles.bin";
    /// Particle -> kinds: article 1, son of 2, daughter of 3, father of 4, nobiliary 5, other 6.
    PARTICLES = "particles.bin";
    /// Name -> set << 4 | group: names of one set and different groups are never forms of each
    /// other.
    DISTINCT = "distinct.bin";
    /// Number word -> value + 1. Bit 15: an ordinal.
    NUMBERS = "numbers.bin";
    /// Territory form -> code.
    TERRITORIES = "territories.bin";
    /// Part and grapheme of a Korean syllable -> mask of regular letters, mask of ad hoc letters <<
    /// 32.
    KO_SPELLING = "ko_spelling.bin";
    /// Spelling of a Korean surname -> Hangul syllables, as offsets from U+AC00 plus one.
    KO_SURNAMES = "ko_surnames.bin";
    /// Part and kanji of a Japanese name -> two hashes of canonical readings.
    JA_NAMES = "ja_names.bin";
    /// Spelling of a Chinese syllable -> pinyin numbers. Bit 15: an ad hoc spelling.
    ZH_SPELLING = "zh_spelling.bin";
    /// Spelling or character of a Chinese surname -> pinyin numbers.
    ZH_SURNAMES = "zh_surnames.bin";
    /// Part and grapheme of a Hong Kong spelling -> mask of Jyutping initials or finals.
    YUE_SPELLING = "yue_spelling.bin";
    /// Joining words of organisation names ("of", "and", "für").
    JOINING = "joining.bin";
    /// Loose hash of a phrase -> its role (legal form 1, term 2, territory 3), then the values of
    /// that table.
    LOOSE = "loose.bin";
    /// Deletion variant of a long word of a legal form -> loose hash of the correct word.
    LEGAL_WORD_TYPOS = "legal_word_typos.bin";
    /// Name -> frequency class as a given name, then as a surname (1 seldom to 15 very frequent).
    COMMON = "common.bin";
}
