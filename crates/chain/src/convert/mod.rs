//! Swaps, wraps, pool shares and bridges: tainted units that go on in another asset.
//!
//! `netting` finds what a transaction exchanged by netting what each address gave and received;
//! `bridged` finds the two halves of a movement over a bridge by its link. `conversions` carries tainted
//! units over. The pool is never tainted: what a beneficiary gives away tainted is carried over to what
//! it receives, in the same share, and both sides are written down, so that each asset's account still
//! closes.

mod bridged;
mod conversion;
mod conversions;
mod netting;

pub use conversions::ConversionUsed;
pub(crate) use conversions::{Conversions, Credit, Given};
