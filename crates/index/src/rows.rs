//! Positions of entities, targets, names and terms within a segment, one type for each.

use std::fmt;

use crate::integers;

macro_rules! row {
    ($(#[$doc:meta])* $visibility:vis $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visibility struct $name(u32);

        impl $name {
            /// The row with that number. If a segment has no such row, reading it yields an empty record.
            $visibility const fn new(number: u32) -> Self {
                Self(number)
            }

            /// Its number, counted from 0.
            $visibility const fn number(self) -> u32 {
                self.0
            }

            pub(crate) const fn index(self) -> usize {
                integers::index(self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

row! {
    /// An entity of any kind within a segment, in the order in which entities were added.
    pub EntityRow
}
row! {
    /// A target (screened entity) within a segment.
    pub TargetRow
}
row! {
    /// A name of a target within a segment. Its number is below 2^31.
    pub NameRow
}
row! {
    /// A term of a segment's dictionary. Its number is below 2^28.
    pub(crate) TermRow
}
