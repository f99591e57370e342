//! A tainted amount split by the number of hops that its units came.

/// Pairs of hop count and units, in the order of hop counts.
pub(crate) type Parts = Vec<(u32, u128)>;

/// Adds units to a hop's part. Sums stay within the ledger's total; only those of a damaged ledger can
/// saturate.
pub(crate) fn add_part(parts: &mut Parts, hop: u32, units: u128) {
    match parts.binary_search_by_key(&hop, |(h, _)| *h) {
        Ok(found) => {
            if let Some((_, sum)) = parts.get_mut(found) {
                *sum = sum.saturating_add(units);
            }
        }
        Err(place) => parts.insert(place, (hop, units)),
    }
}

/// The sum of all parts.
pub(crate) fn total(parts: &[(u32, u128)]) -> u128 {
    parts.iter().fold(0, |sum, (_, units)| sum.saturating_add(*units))
}

/// The smallest hop count; 0 of nothing.
pub(crate) fn fewest_hops(parts: &[(u32, u128)]) -> u32 {
    parts.iter().map(|(hop, _)| *hop).min().unwrap_or_default()
}
