//! The bytes of a ledger: mapped from a file, or held in memory, aligned for 128-bit columns.

use std::{fs::File, io, path::Path};

/// Bytes that begin at a multiple of 16.
#[derive(Debug)]
pub(crate) enum Bytes {
    Mapped(memmap2::Mmap),
    Held(Vec<u128>, usize),
}

impl Bytes {
    pub(crate) fn held(bytes: &[u8]) -> Self {
        let mut words = vec![0u128; bytes.len().div_ceil(16)];
        bytemuck::cast_slice_mut::<u128, u8>(&mut words)[..bytes.len()].copy_from_slice(bytes);
        Self::Held(words, bytes.len())
    }

    #[allow(unsafe_code, reason = "a mapped file is the whole point of an immutable ledger")]
    pub(crate) fn mapped(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: ledgers are written once under another name, renamed into place and never written again, so the bytes
        // do not change under the map. If another process truncates the file, this process ends with SIGBUS and memory
        // is not corrupted. The alternative, copying gigabytes at each start, takes seconds instead of microseconds.
        let map = unsafe { memmap2::Mmap::map(&file)? };
        Ok(Self::Mapped(map))
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Held(words, length) => &bytemuck::cast_slice(words)[..*length],
        }
    }
}
