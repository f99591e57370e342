//! An emulation of the score of the OFAC portal's list search, so that differences from it can be
//! explained.
//!
//! The portal's published method: Jaro-Winkler over the whole string and over its parts; the higher
//! of the two counts.

/// The score of two texts in [0, 1], close to the portal's own: near enough to explain differences.
pub fn ofac_score(left: &str, right: &str) -> f64 {
    let (query, listed) = (prepare(left), prepare(right));
    if query.is_empty() || listed.is_empty() {
        return 0.0;
    }
    let whole = if query[0].first() == listed[0].first() {
        jaro_winkler(&query.join(&' '), &listed.join(&' '))
    } else {
        0.0
    };
    whole.max(by_parts(&query, &listed)).clamp(0.0, 1.0)
}

/// Exact comparison: equal after folding case, marks and punctuation.
pub fn is_exact(left: &str, right: &str) -> bool {
    let readings = |text: &str| {
        let turned = text.split_once(',').map(|(last, first)| format!("{first} {last}"));
        [Some(crate::fold::key_of(text)), turned.map(|turned| crate::fold::key_of(&turned))]
    };
    let (left, right) = (readings(left), readings(right));
    left.iter()
        .flatten()
        .any(|key| !key.is_empty() && right.iter().flatten().any(|other| other == key))
}

fn prepare(text: &str) -> Vec<Vec<char>> {
    text.chars()
        .take(512)
        .flat_map(char::to_uppercase)
        .map(|letter| if letter.is_alphanumeric() { letter } else { ' ' })
        .collect::<String>()
        .split_whitespace()
        .take(24)
        .map(|part| part.chars().take(64).collect())
        .collect()
}

/// Matches each query part of more than two letters with its most similar counterpart and averages.
/// A similarity under one half counts as zero.
fn by_parts(query: &[Vec<char>], listed: &[Vec<char>]) -> f64 {
    let parts: Vec<&Vec<char>> = query.iter().filter(|part| part.len() > 2).collect();
    if parts.is_empty() {
        return 0.0;
    }
    let total: f64 = parts
        .iter()
        .map(|part| listed.iter().map(|other| jaro_winkler(part, other)).fold(0.0, f64::max))
        .map(|best| if best < 0.5 { 0.0 } else { best })
        .sum();
    total / parts.len() as f64
}

/// Jaro-Winkler without the usual boost threshold; prefix weight 0.1 for up to four letters.
fn jaro_winkler(left: &[char], right: &[char]) -> f64 {
    let jaro = jaro(left, right);
    let prefix = left.iter().zip(right).take(4).take_while(|(a, b)| a == b).count();
    jaro + prefix as f64 * 0.1 * (1.0 - jaro)
}

fn jaro(left: &[char], right: &[char]) -> f64 {
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    let window = (left.len().max(right.len()) / 2).saturating_sub(1);
    let mut taken = vec![false; right.len()];
    let mut common = Vec::new();
    for (at, letter) in left.iter().enumerate() {
        let range = at.saturating_sub(window)..right.len().min(at + window + 1);
        if let Some(to) = range.into_iter().find(|&to| !taken[to] && right[to] == *letter) {
            taken[to] = true;
            common.push(*letter);
        }
    }
    if common.is_empty() {
        return 0.0;
    }
    let met = right.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(letter, _)| *letter);
    let swaps = common.iter().zip(met).filter(|(a, b)| *a != b).count() as f64 / 2.0;
    let count = common.len() as f64;
    (count / left.len() as f64 + count / right.len() as f64 + (count - swaps) / count) / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_names_are_equal_in_both_printed_orders() {
        assert!(is_exact("ABBAS, Abu", "Abu Abbas") && is_exact("Abu Abbas", "Abbas, Abu"));
        assert!(!is_exact("Abbas Abu", "Abu Abbas") && !is_exact(",", ","));
    }
}
