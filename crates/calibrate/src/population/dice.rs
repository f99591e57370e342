//! Reproducible pseudo-random numbers.

/// SplitMix64. Its sequence is part of the results: every figure that was published for a seed depends
/// on it, so it is not taken from a crate that may change its own.
#[derive(Debug, Clone)]
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    /// The generator of one row of one seed.
    pub(crate) fn new(seed: u64, row: u64) -> Self {
        let mut dice = Self { state: seed ^ 0x1d_e5_7a_11_5e_ed };
        dice.state = dice.next().wrapping_add(row.wrapping_mul(0xd134_2543_de82_ef95));
        dice
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `end` - 1, uniformly distributed; 0 if `end` is 0.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }
}
