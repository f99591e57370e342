//! Changes to the bytes of a valid file. Inputs of this form stay useful when a file format changes,
//! which a corpus of whole files does not.

use arbitrary::Arbitrary;

/// Where to change a file and how.
#[derive(Debug, Arbitrary)]
pub struct Damage {
    /// Which of the target's valid files is changed.
    pub base: u8,
    /// Whether the checksums are made right again, so that the checks behind them are reached.
    pub repaired: bool,
    edits: Vec<Edit>,
    cut: Option<u16>,
}

#[derive(Debug, Arbitrary)]
struct Edit {
    /// A section of the file; the number wraps around.
    section: u8,
    /// A byte of the section; the number wraps around.
    at: u16,
    change: Change,
}

#[derive(Debug, Arbitrary)]
enum Change {
    Byte(u8),
    Flip(u8),
    Word(u32),
    Long(u64),
    Add(i8),
}

/// A section of a file: where it begins and how long it is.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The number of bytes.
    pub length: usize,
}

impl Damage {
    /// Applies the changes.
    pub fn apply(&self, file: &[u8], sections: &[Span]) -> Vec<u8> {
        let mut bytes = file.to_vec();
        for edit in self.edits.iter().take(16) {
            edit.apply(&mut bytes, sections);
        }
        if let Some(cut) = self.cut {
            bytes.truncate(usize::from(cut));
        }
        bytes
    }

    /// Whether the file stays as it is.
    pub fn is_none(&self) -> bool {
        self.edits.is_empty() && self.cut.is_none()
    }
}

impl Edit {
    fn apply(&self, bytes: &mut [u8], sections: &[Span]) {
        let filled: Vec<&Span> = sections.iter().filter(|span| span.length > 0).collect();
        let Some(span) = filled.get(usize::from(self.section) % filled.len().max(1)) else {
            return;
        };
        let at = span.start + usize::from(self.at) % span.length;
        match self.change {
            Change::Byte(value) => put(bytes, at, &[value]),
            Change::Flip(bit) => put(bytes, at, &[bytes[at] ^ (1 << (bit % 8))]),
            Change::Word(value) => put(bytes, at & !3, &value.to_le_bytes()),
            Change::Long(value) => put(bytes, at & !7, &value.to_le_bytes()),
            Change::Add(value) => put(bytes, at, &[bytes[at].wrapping_add_signed(value)]),
        }
    }
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    let end = bytes.len().min(at + value.len());
    if let Some(place) = bytes.get_mut(at..end) {
        let length = place.len();
        place.copy_from_slice(&value[..length]);
    }
}
