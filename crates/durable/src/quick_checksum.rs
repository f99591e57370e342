//! The checksum that is verified when a file is opened.
//!
//! It detects damage, but not deliberate changes: a single changed bit always changes it, because each step is a
//! bijection of the state of its lane, but a forger can produce data with the same checksum. It is computed at the
//! speed of memory, unlike SHA-256.

/// Odd 64-bit constants (those of xxHash), so that a multiplication loses nothing.
const MIX: u64 = 0x9e37_79b1_85eb_ca87;
const SPREAD: u64 = 0xc2b2_ae3d_27d4_eb4f;
/// Words read at once: independent lanes, which the processor computes in parallel.
const LANES: usize = 4;
const STRIPE: usize = LANES * 8;

/// The state of a checksum during its computation.
#[derive(Debug, Clone)]
pub struct QuickChecksum {
    lanes: [u64; LANES],
    /// Bytes that do not fill a stripe yet.
    rest: [u8; STRIPE],
    rest_len: usize,
    length: u64,
}

impl Default for QuickChecksum {
    /// The checksum of nothing so far.
    fn default() -> Self {
        Self { lanes: [MIX, SPREAD, 0, !MIX], rest: [0; STRIPE], rest_len: 0, length: 0 }
    }
}

impl QuickChecksum {
    /// The checksum of these bytes.
    pub fn of(bytes: &[u8]) -> u64 {
        let mut checksum = Self::default();
        checksum.update(bytes);
        checksum.finish()
    }

    /// Adds bytes. The division of the input into calls does not change the result.
    pub fn update(&mut self, mut bytes: &[u8]) {
        self.length = self.length.wrapping_add(bytes.len() as u64);
        if self.rest_len > 0 {
            let wanted = bytes.len().min(STRIPE - self.rest_len);
            let (head, tail) = bytes.split_at(wanted);
            if let Some(free) = self.rest.get_mut(self.rest_len..self.rest_len + wanted) {
                free.copy_from_slice(head);
            }
            self.rest_len += wanted;
            bytes = tail;
            if self.rest_len < STRIPE {
                return;
            }
            let full = self.rest;
            add_stripe(&mut self.lanes, &full);
            self.rest_len = 0;
        }
        let (stripes, rest) = bytes.as_chunks::<STRIPE>();
        for stripe in stripes {
            add_stripe(&mut self.lanes, stripe);
        }
        if let Some(free) = self.rest.get_mut(..rest.len()) {
            free.copy_from_slice(rest);
        }
        self.rest_len = rest.len();
    }

    /// The checksum; never 0, so that 0 can mean that there is none.
    pub fn finish(mut self) -> u64 {
        if let Some(unused) = self.rest.get_mut(self.rest_len..) {
            unused.fill(0);
        }
        let last = self.rest;
        add_stripe(&mut self.lanes, &last);
        let sum = self.lanes.iter().fold(self.length, |sum, lane| {
            (sum ^ lane).wrapping_mul(MIX).rotate_left(29).wrapping_add(SPREAD)
        });
        sum.max(1)
    }
}

fn add_stripe(lanes: &mut [u64; LANES], stripe: &[u8; STRIPE]) {
    let words = stripe.as_chunks::<8>().0;
    for (lane, word) in lanes.iter_mut().zip(words) {
        let word = u64::from_le_bytes(*word);
        *lane = lane.wrapping_add(word.wrapping_mul(SPREAD)).rotate_left(31).wrapping_mul(MIX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at * 7 + at / 251) as u8).collect()
    }

    #[test]
    fn every_flipped_bit_changes_it() {
        for length in [1, 8, 31, 32, 33, 200] {
            let good = sample(length);
            let expected = QuickChecksum::of(&good);
            for bit in 0..length * 8 {
                let mut bytes = good.clone();
                bytes[bit / 8] ^= 1 << (bit % 8);
                assert_ne!(QuickChecksum::of(&bytes), expected, "bit {bit} of {length} bytes");
            }
        }
    }

    #[test]
    fn zeros_at_the_end_and_swapped_stripes_change_it() {
        let all: Vec<u64> = (0..100).map(|length| QuickChecksum::of(&vec![0; length])).collect();
        let mut distinct = all.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), all.len());
        let bytes = sample(64);
        let swapped = [&bytes[32..], &bytes[..32]].concat();
        assert_ne!(QuickChecksum::of(&bytes), QuickChecksum::of(&swapped));
    }

    #[test]
    fn it_does_not_depend_on_how_the_bytes_are_divided() {
        let bytes = sample(300);
        for step in [1, 5, 31, 32, 33, 64, 299] {
            let mut checksum = QuickChecksum::default();
            bytes.chunks(step).for_each(|part| checksum.update(part));
            assert_eq!(checksum.finish(), QuickChecksum::of(&bytes), "{step} at a time");
        }
        assert_ne!(QuickChecksum::of(b""), 0);
    }
}
