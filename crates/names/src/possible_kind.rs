//! Requirements on the comparison of names whose bearer may be of another kind.
//!
//! A query that does not say whether it names a person, an organisation or a vessel is compared with each listed name
//! as a name of its kind (see `Name::parse_as_each`). Words of a person's name occur in names of ships and companies by
//! chance, so names of a kind that nothing suggests have to match in whole.

use crate::name::{Name, name_flag};

/// Ceiling unless both names match in whole: just under the threshold. Pairs: Maria Garcia / MARIA E
/// (a ship), Hamas / KAMAZ. Test: `a_kind_that_nothing_points_to_has_to_match_in_whole`.
pub(crate) const POSSIBLE_KIND: f64 = 0.69;
/// Factor on the part of a score that lies above the threshold, if the query does not state the kind and its
/// text suggests another one. A person then ranks above an organisation of the same name, and no match is
/// lost. Test:
/// `a_kind_that_nothing_points_to_ranks_below`.
const RANK: f64 = 0.75;
/// The score from which on [`RANK`] applies: the default threshold.
const RANKED_FROM: f64 = 0.7;
/// Minimum similarity (thousandths) of aligned words to match in whole: of short words, and of words
/// of [`LONG`] units, which are less often similar by chance. Same test.
const WHOLE: (u16, u16) = (930, 860);
/// Units from which a word is long.
const LONG: usize = 8;

/// Whether the names match in whole as far as their kinds require. `match_in_whole` states whether their words do. If a
/// kind is unlikely, the answer is no: only equal names then reach the threshold, because no ceiling applies to them.
pub(crate) fn is_whole_enough(left: &Name, right: &Name, match_in_whole: bool) -> bool {
    let unlikely = left.is(name_flag::UNLIKELY_KIND) || right.is(name_flag::UNLIKELY_KIND);
    !is_of_possible_kind(left, right) || match_in_whole && !unlikely
}

/// The score, lowered without crossing the threshold if nothing suggests the kind.
pub(crate) fn ranked(left: &Name, right: &Name, score: f64) -> f64 {
    if score > RANKED_FROM && is_of_possible_kind(left, right) {
        RANKED_FROM + (score - RANKED_FROM) * RANK
    } else {
        score
    }
}

/// Whether a link of this similarity shows that its words are spellings of one word. `units` is the length of the
/// longer side.
pub(crate) fn is_whole_match(similarity: u16, units: usize) -> bool {
    similarity >= if units >= LONG { WHOLE.1 } else { WHOLE.0 }
}

/// Whether one of the names may be of another kind than the one it was analysed as.
pub(crate) fn is_of_possible_kind(left: &Name, right: &Name) -> bool {
    left.is(name_flag::POSSIBLE_KIND) || right.is(name_flag::POSSIBLE_KIND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NameKind, score};

    /// The best score of a name of unknown kind.
    fn of_unknown_kind(query: &str, listed: &str, kind: NameKind) -> f64 {
        let listed = Name::parse(listed, kind);
        let kinds = [NameKind::Person, NameKind::Organization, NameKind::Object];
        let readings = Name::parse_as_each(query, &kinds);
        let same_kind = readings.iter().filter(|reading| reading.kind() == kind);
        same_kind.map(|reading| score(reading, &listed)).fold(0.0, f64::max)
    }

    #[test]
    fn a_kind_that_nothing_points_to_has_to_match_in_whole() {
        use NameKind::{Object, Organization, Person};
        for (query, listed, kind) in [
            ("Maria Garcia", "MARIA E", Object),
            ("Kim Jong Un", "JONHON", Object),
            ("Hamas", "KAMAZ", Organization),
            ("Viktor Petrov", "Petrov Trading", Organization),
            ("Maria Garcia", "Grupo Garcia Maria Lopez", Organization),
            ("Sirius Trading Company", "Sirius Tradin Kompani Ivanov", Person),
        ] {
            let score = of_unknown_kind(query, listed, kind);
            assert!(score < 0.7, "{query} ~ {listed}: {score}");
        }
        for (query, listed, kind) in [
            ("Hyok Sin 2", "HYOK SIN 2", Object),
            ("Apt38", "APT-38", Organization),
            ("Gazprombank", "Gazprombank JSC", Organization),
            ("Rosoboroneksport", "ROSOBORONEXPORT", Organization),
            ("Viktor Petrov", "VIKTOR PETROV LLC", Organization),
            ("Maria Garcia", "GARCIA, Maria", Person),
        ] {
            let score = of_unknown_kind(query, listed, kind);
            assert!(score >= 0.7, "{query} ~ {listed}: {score}");
        }
    }

    #[test]
    fn a_kind_that_nothing_points_to_ranks_below() {
        let person = of_unknown_kind("Viktor Petrov", "Viktor Petrov", NameKind::Person);
        let company = of_unknown_kind("Viktor Petrov", "Viktor Petrov", NameKind::Organization);
        assert!(person > company, "{person} {company}");
        let lowest = RANKED_FROM + (crate::equality::EQUAL - RANKED_FROM) * RANK;
        assert!(lowest >= 0.84 && company >= 0.84, "equal names of all kinds");
    }

    #[test]
    fn a_kind_that_something_speaks_against_has_to_be_equal() {
        use NameKind::{Object, Organization};
        for (query, equal, whole, kind) in [
            ("Maria Garcia", "GARCIA MARIA", "Maria Garcya", Object),
            ("Viktor Petrov", "Petrov Viktor", "VIKTOR PETROV LLC", Organization),
        ] {
            let mut name = Name::parse_as_each(query, &[NameKind::Person, kind]).remove(1);
            let with = |name: &Name, listed: &str| score(name, &Name::parse(listed, kind));
            assert!(with(&name, whole) >= 0.7, "{query} ~ {whole}");
            name.set_kind_unlikely();
            assert!(with(&name, whole) < 0.7, "{query} ~ {whole}");
            assert!(with(&name, query) >= 0.7 && with(&name, equal) < 0.9, "{query} ~ {equal}");
        }
    }

    #[test]
    fn a_kind_that_is_known_need_not_match_in_whole() {
        let listed = Name::parse("Sirius Bank of Zorvek", NameKind::Organization);
        let part = |name: &Name| score(name, &listed);
        let known = part(&Name::parse("Zorvek Sirius", NameKind::Organization));
        let possible = of_unknown_kind("Zorvek Sirius", listed.text(), NameKind::Organization);
        assert!(possible <= known, "{possible} {known}");
    }
}
