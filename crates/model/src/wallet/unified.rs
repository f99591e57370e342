//! Zcash unified addresses, as ZIP 316 specifies them: several receivers in one address, spread over the
//! whole text by a permutation, so that a part of one address cannot be put into another.

use blake2::{
    Blake2bVarCore,
    digest::block_api::{Buffer, UpdateCore, VariableOutputCore},
};

use super::{WalletError, base58};

/// The longest output of BLAKE2b, in bytes.
const MAX_HASH_BYTES: usize = 64;
/// The shortest message that F4Jumble permits, in bytes.
const MIN_MESSAGE_BYTES: usize = 48;
/// The length of the address's prefix, filled up with zeros, at the end of the message.
const PADDING_BYTES: usize = 16;

const P2PKH: u64 = 0;
const P2SH: u64 = 1;
/// Receivers from here on are shielded.
const SAPLING: u64 = 2;
const ORCHARD: u64 = 3;
/// The largest type number that a receiver may have.
const LAST_KIND: u64 = 0x0200_0000;

/// One receiver of a unified address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Receiver {
    kind: u64,
    bytes: Vec<u8>,
}

impl Receiver {
    /// The receiver as an address, if it is a transparent one.
    pub(super) fn transparent(&self) -> Option<String> {
        let hash: [u8; 20] = self.bytes.as_slice().try_into().ok()?;
        match self.kind {
            P2PKH => Some(base58::zcash_address(&hash, false)),
            P2SH => Some(base58::zcash_address(&hash, true)),
            _ => None,
        }
    }
}

/// Splits the bytes of a unified address into its receivers and checks everything that ZIP 316
/// requires: the padding, the order and the lengths of the receivers, and that one is shielded.
pub(super) fn receivers(prefix: &str, jumbled: &[u8]) -> Result<Vec<Receiver>, WalletError> {
    if jumbled.len() < MIN_MESSAGE_BYTES {
        return Err(WalletError::Length);
    }
    let message = unjumble(jumbled);
    let (mut items, padding) = message.split_at(message.len() - PADDING_BYTES);
    let (name, zeros) = padding.split_at(prefix.len().min(PADDING_BYTES));
    if name != prefix.as_bytes() || zeros.iter().any(|byte| *byte != 0) {
        return Err(WalletError::Checksum { format: "zcash-unified" });
    }
    let mut found: Vec<Receiver> = Vec::new();
    while !items.is_empty() {
        let kind = compact_size(&mut items).filter(|kind| *kind <= LAST_KIND);
        let length = compact_size(&mut items).and_then(|length| usize::try_from(length).ok());
        let (Some(kind), Some(length)) = (kind, length) else { return Err(WalletError::Length) };
        let Some((bytes, rest)) = items.split_at_checked(length) else {
            return Err(WalletError::Length);
        };
        items = rest;
        if found.last().is_some_and(|last| last.kind >= kind) {
            return Err(WalletError::Length);
        }
        found.push(Receiver { kind, bytes: bytes.to_vec() });
    }
    check(&found)?;
    Ok(found)
}

fn check(receivers: &[Receiver]) -> Result<(), WalletError> {
    let fits = |receiver: &Receiver| match receiver.kind {
        P2PKH | P2SH => receiver.bytes.len() == 20,
        SAPLING | ORCHARD => receiver.bytes.len() == 43,
        _ => true,
    };
    let shielded = receivers.iter().any(|receiver| receiver.kind >= SAPLING);
    let transparent = receivers.iter().filter(|receiver| receiver.kind < SAPLING).count();
    if receivers.iter().all(fits) && shielded && transparent <= 1 {
        Ok(())
    } else {
        Err(WalletError::Length)
    }
}

/// Reads a number in Bitcoin's variable length, which must be the shortest that holds it.
fn compact_size(bytes: &mut &[u8]) -> Option<u64> {
    let (first, rest) = bytes.split_first()?;
    let (length, least) = match first {
        0xfd => (2, 0xfd),
        0xfe => (4, 0x1_0000),
        0xff => (8, 0x1_0000_0000),
        small => {
            *bytes = rest;
            return Some(u64::from(*small));
        }
    };
    let (number, rest) = rest.split_at_checked(length)?;
    let value = number.iter().rev().fold(0, |sum: u64, byte| sum << 8 | u64::from(*byte));
    *bytes = rest;
    (value >= least).then_some(value)
}

/// The inverse of ZIP 316's permutation F4Jumble: an unkeyed Feistel network of four rounds over two
/// halves, of which the left has at most 64 bytes.
fn unjumble(jumbled: &[u8]) -> Vec<u8> {
    let length = MAX_HASH_BYTES.min(jumbled.len() / 2);
    let (left, right) = jumbled.split_at(length);
    let (mut left, mut right) = (left.to_vec(), right.to_vec());
    mix_left(1, &mut left, &right);
    mix_right(1, &mut right, &left);
    mix_left(0, &mut left, &right);
    mix_right(0, &mut right, &left);
    left.extend(right);
    left
}

fn mix_left(round: u8, left: &mut [u8], right: &[u8]) {
    let mask = blake2b(b"UA_F4Jumble_H", [round, 0, 0], left.len(), right);
    left.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
}

fn mix_right(round: u8, right: &mut [u8], left: &[u8]) {
    for (number, part) in (0u16..).zip(right.chunks_mut(MAX_HASH_BYTES)) {
        let [low, high] = number.to_le_bytes();
        let mask = blake2b(b"UA_F4Jumble_G", [round, low, high], MAX_HASH_BYTES, left);
        part.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    }
}

/// The first `length` bytes of BLAKE2b of `data`, personalised with a name and the number of the call.
fn blake2b(name: &[u8; 13], call: [u8; 3], length: usize, data: &[u8]) -> Vec<u8> {
    let person = [name.as_slice(), &call].concat();
    let mut core = Blake2bVarCore::new_with_params(&[], &person, 0, length);
    let mut buffer = Buffer::<Blake2bVarCore>::default();
    buffer.digest_blocks(data, |blocks| core.update_blocks(blocks));
    let mut out = Default::default();
    core.finalize_variable_core(&mut buffer, &mut out);
    out.iter().take(length).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hexadecimal: &str) -> Vec<u8> {
        let digit = |at: usize| u8::from_str_radix(&hexadecimal[at..at + 2], 16).unwrap_or(0);
        (0..hexadecimal.len()).step_by(2).map(digit).collect()
    }

    fn jumble(message: &[u8]) -> Vec<u8> {
        let (left, right) = message.split_at(MAX_HASH_BYTES.min(message.len() / 2));
        let (mut left, mut right) = (left.to_vec(), right.to_vec());
        mix_right(0, &mut right, &left);
        mix_left(0, &mut left, &right);
        mix_right(1, &mut right, &left);
        mix_left(1, &mut left, &right);
        left.extend(right);
        left
    }

    /// The published vectors of ZIP 316's permutation, the two shortest and the first with a full left
    /// half.
    #[test]
    fn the_permutation_gives_the_published_vectors() {
        for (normal, jumbled) in [
            (
                "5d7a8f739a2d9e945b0ce152a8049e294c4d6e66b164939daffa2ef6ee6921481cdd86b3cc4318d9614fc820905d042b",
                "0304d029141b995da5387c125970673504d6c764d91ea6c082123770c7139ccd88ee27368cd0c0921a0444c8e5858d22",
            ),
            (
                "b1ef9ca3f24988c7b3534201cfb1cd8dbf69b8250c18ef41294ca97993db546c1fe01f7e9c8e36d6a5e29d4e30a73594bf5098421c69378af1e40f64e125946f",
                "5271fa3321f3adbcfb075196883d542b438ec6339176537daf859841fe6a56222bff76d1662b5509a9e1079e446eeedd2e683c31aae3ee1851d7954328526be1",
            ),
            (
                "62c2fa7b2fecbcb64b6968912a6381ce3dc166d56a1d62f5a8d7551db5fd9313e8c7203d996af7d477083756d59af80d06a745f44ab023752cb5b406ed8985e18130ab33362697b0e4e4c763ccb8f676495c222f7fba1e31defa3d5a57efc2e1e9b01a035587d5fb1a38e01d94903d3c3e0ad3360c1d3710acd20b183e31d49f",
                "498cf1b1ba6f4577effe64151d67469adc30acc325e326207e7d78487085b4162669f82f02f9774c0cc26ae6e1a76f1e266c6a9a8a2f4ffe8d2d676b1ed71cc47195a3f19208998f7d8cdfc0b74d2a96364d733a62b4273c77d9828aa1fa061588a7c4c88dd3d3dde02239557acfaad35c55854f4541e1a1b3bc8c17076e7316",
            ),
        ] {
            assert_eq!(unjumble(&bytes(jumbled)), bytes(normal));
            assert_eq!(jumble(&bytes(normal)), bytes(jumbled));
        }
    }

    fn message(items: &[(&[u8], usize)]) -> Vec<u8> {
        let mut message = Vec::new();
        for (kind, length) in items {
            message.extend(*kind);
            message.push(*length as u8);
            message.extend(vec![7; *length]);
        }
        message.extend(b"u\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        message
    }

    #[test]
    fn receivers_that_the_specification_forbids_are_refused() {
        let read = |message: &[u8]| receivers("u", &jumble(message));
        let kinds = |message: &[u8]| read(message).map(|all| all.len());
        assert_eq!(kinds(&message(&[(&[0], 20), (&[3], 43)])), Ok(2));
        assert_eq!(
            kinds(&message(&[(&[3], 43), (&[0xfd, 0xfd, 0xff], 9)])),
            Ok(2),
            "an unknown kind"
        );
        assert_eq!(kinds(&message(&[(&[4], 30)])), Ok(1), "48 bytes are the shortest message");
        for (items, why) in [
            (&[(&[0u8][..], 20usize), (&[1], 20), (&[3], 43)][..], "two transparent ones"),
            (&[(&[0], 20), (&[1], 20)], "none shielded"),
            (&[(&[3], 43), (&[2], 43)], "out of order"),
            (&[(&[3], 43), (&[3], 43)], "one kind twice"),
            (&[(&[3], 42)], "the wrong length"),
            (&[(&[0], 21), (&[3], 43)], "the wrong length of a hash"),
            (&[(&[1], 19), (&[3], 43)], "the wrong length of a script's hash"),
            (&[(&[2], 42)], "the wrong length of a Sapling receiver"),
            (&[(&[0xfd, 0x03, 0x00], 43)], "a number longer than it need be"),
            (&[(&[0xfe, 0x01, 0x00, 0x00, 0x02], 43)], "a kind beyond the last"),
        ] {
            assert_eq!(read(&message(items)), Err(WalletError::Length), "{why}");
        }
        let checksum = Err(WalletError::Checksum { format: "zcash-unified" });
        let mut other = message(&[(&[3], 43)]);
        let last = other.len() - 1;
        other[last] = 1;
        assert_eq!(read(&other), checksum, "padding that is not zero");
        assert_eq!(receivers("utest", &jumble(&message(&[(&[3], 43)]))), checksum);
        let mut cut = message(&[(&[3], 43)]);
        cut.splice(43..45, []);
        assert!(read(&cut).is_err(), "a receiver that is cut off");
        assert_eq!(receivers("u", &[0; 47]), Err(WalletError::Length));
    }
}
