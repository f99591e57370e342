//! Swaps, wraps, pool shares and bridges: tainted units that are carried over into another asset.
//!
//! `netting` finds what a transaction exchanged by netting what each address gave and received;
//! `bridged` finds the two halves of a movement over a bridge by its link. `conversions` carries
//! tainted units over. The pool is never tainted: if a share of what a beneficiary gives is
//! tainted, the same share of what it receives is. Both sides are recorded, so that each asset's
//! account still closes.

mod bridged;
mod conversion;
mod conversions;
mod netting;

pub use conversions::ConversionUsed;
pub(crate) use conversions::{Conversions, Credit, Given};
