//! Columns of amounts: eight bytes each where every sum fits, sixteen otherwise.

use crate::width::low_half;

/// A column of amounts in a ledger file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Column<'a> {
    Narrow(&'a [u64]),
    Wide(&'a [u128]),
}

impl Column<'_> {
    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<u128> {
        match self {
            Self::Narrow(values) => values.get(at).copied().map(u128::from),
            Self::Wide(values) => values.get(at).copied(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Narrow(values) => values.len(),
            Self::Wide(values) => values.len(),
        }
    }
}

/// A column while it is being built.
#[derive(Debug)]
pub(crate) enum ColumnVec {
    Narrow(Vec<u64>),
    Wide(Vec<u128>),
}

impl ColumnVec {
    pub(crate) fn zeros(wide: bool, length: usize) -> Self {
        if wide { Self::Wide(vec![0; length]) } else { Self::Narrow(vec![0; length]) }
    }

    #[inline]
    pub(crate) fn set(&mut self, at: usize, value: u128) {
        match self {
            // Narrow columns are chosen only when the sum of all amounts fits 64 bits.
            Self::Narrow(values) => values[at] = low_half(value),
            Self::Wide(values) => values[at] = value,
        }
    }

    #[inline]
    pub(crate) fn get(&self, at: usize) -> u128 {
        match self {
            Self::Narrow(values) => u128::from(values[at]),
            Self::Wide(values) => values[at],
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Narrow(values) => bytemuck::cast_slice(values),
            Self::Wide(values) => bytemuck::cast_slice(values),
        }
    }
}
