//! How names, facts, numbers and wallets make a score and a match.

use std::slice::from_ref;

use interdict_model::{Direction, Entity, GapCode, NameStrength, Schema, Score};

use super::{
    answer, assert_close, codes, decide, designated, entity, ids, name_match, person, query,
    threshold,
};
use crate::decision::{MatchBasis, score_candidate};
use crate::{Candidate, Policy, Query, name_floor};

const NAME: (&str, &str) = ("name", "Jane Example");
const BORN: (&str, &str) = ("birthDate", "1970-01-02");
const STRONG: (&str, &str) = ("passportNumber", "AB1234567");
const WEAK: (&str, &str) = ("passportNumber", "123456");

fn both(facts: &[(&str, &str)]) -> (Query, Entity) {
    let values = [&[NAME], facts].concat();
    (query(Some(Schema::PERSON), &values), person("x-1", &values))
}

fn with_strength(
    score: f64,
    strength: NameStrength,
    policy: &Policy,
) -> impl Fn(&[(&str, &str)]) -> Candidate {
    move |facts| {
        let (query, entity) = both(facts);
        let basis = MatchBasis {
            name: name_match(score, strength),
            wallet: false,
            ..MatchBasis::default()
        };
        score_candidate(&query, policy, entity, basis)
    }
}

#[test]
fn without_facts_the_score_is_that_of_the_names_but_never_certain() {
    let (query, listed) = both(&[]);
    assert_close(decide(0.93, &query, &listed).score.value(), 0.93, "as the names");
    assert_close(decide(1.0, &query, &listed).score.value(), 0.999, "equal names");
    assert_close(decide(0.3, &query, &listed).score.value(), 0.3, "names that differ");
    // Facts that are no proof do not make certain either.
    let (query, listed) = both(&[("country", "ru"), ("address", "12 Long Street, Valletta")]);
    let found = decide(1.0, &query, &listed);
    assert_eq!(codes(&found), ["SCR201", "SCR501"]);
    assert_close(found.score.value(), 0.999, "two gains");
}

#[test]
fn proof_makes_a_close_name_certain_unless_something_speaks_against() {
    for proof in [BORN, STRONG] {
        let (asked, listed) = both(&[proof]);
        assert_eq!(decide(0.9, &asked, &listed).score, Score::ONE, "{proof:?}");
        assert!(decide(0.899, &asked, &listed).score < Score::ONE, "{proof:?}");
    }
    let asked = query(None, &[NAME, BORN, ("country", "ru")]);
    let listed = person("x-1", &[NAME, BORN, ("nationality", "kp")]);
    assert_close(decide(0.95, &asked, &listed).score.value(), 1.0 - 0.05 * 0.5 - 0.1, "against");
}

#[test]
fn facts_other_than_a_unique_number_make_no_match_of_different_names() {
    let (asked, listed) = both(&[BORN]);
    assert_close(decide(0.55, &asked, &listed).score.value(), 0.775, "at the floor beside proof");
    let below = decide(0.549, &asked, &listed);
    assert_close(below.score.value(), 0.549, "below the floor");
    assert_eq!(codes(&below), ["SCR101", "SCR603"], "it is shown nevertheless");
    let (asked, listed) = both(&[("country", "ru")]);
    assert_close(decide(0.62, &asked, &listed).score.value(), 1.0 - 0.38 * 0.9, "at the floor");
    assert_close(decide(0.619, &asked, &listed).score.value(), 0.619, "below the floor");
    assert_close(decide(0.0, &asked, &listed).score.value(), 0.0, "no name at all");
}

#[test]
fn a_weak_alias_alone_stays_just_below_the_default_threshold() {
    let policy = Policy::default();
    let weak =
        |score, facts: &[(&str, &str)]| with_strength(score, NameStrength::Weak, &policy)(facts);
    let capped = weak(0.95, &[]);
    assert_eq!(codes(&capped), ["SCR601"]);
    assert_eq!(capped.evidence[0].direction, Direction::Neutral);
    assert_close(capped.score.value(), 0.69, "capped");
    assert!(!capped.is_match);
    let with_country = weak(0.95, &[("country", "ru")]);
    assert_eq!(codes(&with_country), ["SCR201", "SCR601"]);
    assert_close(with_country.score.value(), 0.69, "a country is no proof");
    let at_the_cap = weak(0.69, &[]);
    assert_eq!(codes(&at_the_cap), [""; 0]);
    assert_close(at_the_cap.score.value(), 0.69, "nothing to cap");
    assert_close(weak(0.65, &[]).score.value(), 0.65, "below the cap");
    let proven = weak(0.8, &[BORN]);
    assert_eq!(codes(&proven), ["SCR101"]);
    assert_close(proven.score.value(), 0.9, "proof lifts the cap");
}

#[test]
fn only_weak_aliases_are_capped_and_only_unless_the_policy_lets_them_match() {
    let policy = Policy::default();
    for strength in [NameStrength::Primary, NameStrength::Strong, NameStrength::Former] {
        let found = with_strength(0.95, strength, &policy)(&[]);
        assert_eq!(codes(&found), [""; 0], "{strength:?}");
        assert_close(found.score.value(), 0.95, "not capped");
    }
    let policy = Policy { weak_alias_alone: true, ..Policy::default() };
    let found = with_strength(0.95, NameStrength::Weak, &policy)(&[]);
    assert_eq!(codes(&found), [""; 0]);
    assert_close(found.score.value(), 0.95, "allowed");
    assert!(found.is_match);
}

#[test]
fn a_unique_number_is_a_match_by_itself_and_a_warning_if_the_names_differ() {
    let nameless = query(None, &[STRONG]);
    let listed = person("x-1", &[NAME, STRONG]);
    let found = decide(0.0, &nameless, &listed);
    assert_eq!(codes(&found), ["SCR401"]);
    assert_close(found.score.value(), 0.95, "no name");

    let named = query(None, &[("name", "John Other"), STRONG]);
    for name in [0.0, 0.3, 0.549] {
        let found = decide(name, &named, &listed);
        assert_eq!(codes(&found), ["SCR401", "SCR602"], "{name}");
        assert_eq!(found.evidence[1].direction, Direction::Neutral);
        assert_close(found.score.value(), 0.85, "other name");
        assert!(found.is_match);
    }
    let found = decide(0.55, &named, &listed);
    assert_eq!(codes(&found), ["SCR401"]);
    assert_close(found.score.value(), 1.0 - 0.45 * 0.2, "names that agree");
}

#[test]
fn a_number_that_is_not_unique_is_a_match_alone_or_if_it_is_long_enough() {
    let listed = person("x-1", &[NAME, WEAK]);
    let nameless = decide(0.0, &query(None, &[WEAK]), &listed);
    assert_eq!((codes(&nameless), nameless.is_match), (vec!["SCR402"], true));
    assert_close(nameless.score.value(), 0.75, "weak number alone");
    let named = query(None, &[("name", "John Other"), WEAK]);
    let found = decide(0.0, &named, &listed);
    assert_eq!((codes(&found), found.is_match), (vec!["SCR402", "SCR602"], true));
    assert_close(found.score.value(), 0.70, "a number beside another name");
    assert_close(decide(0.61, &named, &listed).score.value(), 0.70, "names that differ");
    for (short, long) in [("12345", "123456"), ("AB12", "AB123")] {
        let score = |number| {
            let number = ("passportNumber", number);
            let named = query(None, &[("name", "John Other"), number]);
            decide(0.0, &named, &person("x-1", &[NAME, number])).score.value()
        };
        assert_close(score(short), 0.69, "a number that is equal by chance");
        assert_close(score(long), 0.70, "a number that is not");
    }
    // With names that agree it is one gain among others.
    assert_close(decide(0.62, &named, &listed).score.value(), 1.0 - 0.38 * 0.65, "names agree");
    let without = person("x-1", &[NAME]);
    assert_close(decide(0.3, &named, &without).score.value(), 0.3, "no number listed");
}

#[test]
fn a_listed_wallet_is_a_match_and_certain_with_a_close_name() {
    let key = ("publicKey", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96");
    let wallet = |name: f64, query: &Query| {
        let basis = MatchBasis {
            name: name_match(name, NameStrength::Primary),
            wallet: true,
            ..MatchBasis::default()
        };
        let listed = person("x-1", &[NAME, ("nationality", "kp")]);
        score_candidate(query, &Policy::default(), listed, basis)
    };
    let alone = query(None, &[key]);
    let found = wallet(0.0, &alone);
    assert_eq!(codes(&found), ["SCR404"]);
    let fact = &found.evidence[0];
    assert_eq!((fact.direction, fact.entity.as_str()), (Direction::For, "x-1"));
    assert_eq!(fact.query, "0x098b716b8aaf21512996dc57eb0615e2383e2f96");
    assert_close(fact.effect, 0.99, "its effect is shown");
    assert_close(found.score.value(), 0.99, "wallet alone");

    let named = query(None, &[NAME, key]);
    assert_close(wallet(0.5, &named).score.value(), 0.99, "another name");
    assert_close(wallet(0.899, &named).score.value(), 0.99, "a similar name");
    assert_eq!(wallet(0.9, &named).score, Score::ONE, "a close name");
    let contradicted = query(None, &[NAME, key, ("country", "ru")]);
    let found = wallet(0.95, &contradicted);
    assert_eq!(codes(&found), ["SCR202", "SCR404"]);
    assert_close(found.score.value(), 0.99, "something speaks against");
}

#[test]
fn a_match_reaches_the_threshold_and_is_in_force() {
    let (asked, listed) = both(&[]);
    assert!(decide(0.7, &asked, &listed).is_match, "the threshold itself is a match");
    assert!(!decide(0.699, &asked, &listed).is_match);
    assert!(decide(0.7, &asked, &listed).in_force, "no designation counts as listed");

    let on = |day: &str, periods: &[(&str, &str)]| {
        let day: Option<interdict_model::PartialDate> = day.parse().ok();
        let policy = Policy { day: day.map(|day| day.to()), ..Policy::default() };
        let basis = MatchBasis {
            name: name_match(0.9, NameStrength::Primary),
            wallet: false,
            ..MatchBasis::default()
        };
        let found = score_candidate(&asked, &policy, designated(listed.clone(), periods), basis);
        assert_eq!(found.in_force, found.is_match, "{periods:?}");
        let note = if found.in_force { &[][..] } else { &["SCR701"] };
        assert_eq!(codes(&found), note, "{periods:?}");
        assert_close(found.score.value(), 0.9, "the score stays");
        found.in_force
    };
    assert!(on("", &[("2020-01-01", "")]));
    assert!(!on("", &[("2020-01-01", "2021-01-01")]));
    assert!(on("", &[("2020-01-01", "2021-01-01"), ("2022-01-01", "")]));
    assert!(on("2020-06-01", &[("2020-01-01", "2021-01-01")]));
    assert!(!on("2021-06-01", &[("2020-01-01", "2021-01-01")]));
    assert!(!on("2019-06-01", &[("2020-01-01", "")]));
}

#[test]
fn a_query_with_facts_is_searched_down_to_the_name_floor() {
    let high = Score::clamped(0.9);
    let low = Score::clamped(0.5);
    assert_eq!(name_floor(high, false), 0.9);
    assert_eq!(name_floor(high, true), 0.62);
    assert_eq!(name_floor(low, false), 0.5);
    assert_eq!(name_floor(low, true), 0.5);
    assert_eq!(threshold(0.9).threshold, high);
}

/// The answer to "Jane Example" with facts, from a list with that name and others.
fn beside(asked: &[(&str, &str)], listed: &[(&str, &str)]) -> Candidate {
    let asked = query(Some(Schema::PERSON), &[&[NAME], asked].concat());
    let listed = person("p-1", &[&[NAME], listed].concat());
    let day: interdict_model::PartialDate = "2026-03-01".parse().unwrap();
    let policy = Policy { day: Some(day.to()), ..Policy::default() };
    let found = answer(from_ref(&listed), &asked, &policy);
    let explained = crate::explain(&asked, &listed, &policy);
    let [candidate] = &found.candidates[..] else { panic!("{found:?}") };
    assert_eq!((candidate.score, codes(candidate)), (explained.score, codes(&explained)));
    assert!(found.gaps().is_empty());
    candidate.clone()
}

#[test]
fn facts_that_differ_leave_an_equal_name_a_match_unless_one_clears_it() {
    const MALE: (&str, &str) = ("gender", "male");
    const FEMALE: (&str, &str) = ("gender", "female");
    const MALTA: (&str, &str) = ("country", "mt");
    const CUBA: (&str, &str) = ("country", "cu");
    for (asked, listed) in [
        (&[("birthDate", "1970"), MALTA][..], &[("birthDate", "1980-05-04"), CUBA][..]),
        (&[("birthDate", "1970-02-03"), MALTA, MALE], &[("birthDate", "1970-09-05"), CUBA, FEMALE]),
        (&[("birthDate", "1950"), MALTA], &[("birthDate", "1975"), ("birthDate", "1960"), CUBA]),
        (&[MALE, MALTA], &[FEMALE, CUBA]),
    ] {
        let found = beside(asked, listed);
        assert_eq!(found.score.value(), crate::weights::EQUAL_NAME_AGAINST_FACTS, "{asked:?}");
        assert!(found.is_match && codes(&found).contains(&"SCR605"), "{:?}", codes(&found));
    }
    for (asked, listed) in [
        (&[("birthDate", "1970"), MALTA][..], &[("birthDate", "1981"), CUBA][..]),
        (&[("birthDate", "1950"), MALTA], &[("birthDate", "1984"), ("birthDate", "1970"), CUBA]),
        (&[("birthDate", "1950"), MALTA], &[("birthDate", "1963~"), CUBA]),
    ] {
        let found = beside(asked, listed);
        assert!(!found.is_match && found.is_cleared(), "{:?}", codes(&found));
        let note = found.evidence.last().unwrap();
        assert_eq!((note.code.as_str(), &*note.query), ("SCR606", asked[0].1));
        assert!(note.text.contains("cleared by the birth date"), "{}", note.text);
    }
    let near = beside(&[("birthDate", "1950"), MALTA], &[("birthDate", "1962~"), CUBA]);
    assert!(near.is_match, "a listed date that is approximate may be two years nearer");
}

#[test]
fn numbers_of_which_a_holder_has_one_clear_an_equal_name_if_both_have_right_check_digits() {
    let company = |lei| entity("c-1", Schema::COMPANY, &[("name", "Zorvek Trading"), lei]);
    let ask = |lei| {
        let values = [("name", "Zorvek Trading"), ("country", "mt"), lei];
        query(Some(Schema::COMPANY), &values)
    };
    let listed = company(("leiCode", "5493001KJTIIGC8Y1R12"));
    let found =
        crate::explain(&ask(("leiCode", "253400WSS48YWMBUA688")), &listed, &Policy::default());
    assert!(found.is_cleared() && !found.is_match);
    let listed = company(("leiCode", "5493001KJTIIGC8Y1R13"));
    let found =
        crate::explain(&ask(("leiCode", "253400WSS48YWMBUA688")), &listed, &Policy::default());
    assert!(found.is_match && !found.is_cleared(), "a mistyped number clears nobody");
}

#[test]
fn numbers_that_were_typed_to_fill_a_field_clear_nobody() {
    let ship = |imo| [("name", "ZORVEK STAR"), ("imoNumber", imo)];
    let listed = entity("s-1", Schema::VESSEL, &ship("9187629"));
    let explained =
        |imo| crate::explain(&query(Some(Schema::VESSEL), &ship(imo)), &listed, &Policy::default());
    for filler in ["0000000", "1234567", "9999993", "7654321"] {
        let found = explained(filler);
        assert!(found.is_match && !found.is_cleared(), "{filler}: {:?}", codes(&found));
        assert!(!codes(&found).contains(&"SCR403"), "{filler}: {:?}", codes(&found));
    }
    assert!(codes(&explained("9074729")).contains(&"SCR403"), "another ship's number");
}

#[test]
fn what_is_written_for_an_unknown_birth_date_is_no_evidence_against() {
    let listed = [("birthDate", "1984-07-08")];
    for date in ["1970-01-01", "1900-01-01", "1753-01-01", "1858-11-17", "0001-01-01", "2024-02-02"]
    {
        let found = beside(&[("birthDate", date)], &listed);
        assert_eq!(codes(&found), [""; 0], "{date}");
    }
    let found = beside(&[("birthDate", "1984-01-01")], &listed);
    assert_eq!(codes(&found), ["SCR103"], "the 1st of January is a year");
    let found = beside(&[("birthDate", "1970-01-01")], &[("birthDate", "1970-01-01")]);
    assert_eq!(codes(&found), ["SCR101"], "the listed day itself agrees");
}

#[test]
fn an_equal_name_under_the_threshold_is_shown_and_makes_the_answer_incomplete() {
    use crate::Algorithm::{Exact, Interdict, Ofac};
    let listed = [
        person("p-1", &[("name", "KIL, Jong Hun"), ("previousName", "Petr Zorvek")]),
        entity("v-1", Schema::VESSEL, &[("name", "SANAR-14")]),
    ];
    let persons = || Some(Schema::PERSON);
    for (algorithm, at, schema, name, id) in [
        (Interdict, 0.999, persons(), "Jong Hun Kil", "p-1"),
        (Interdict, 0.98, None, "Petr Zorvek", "p-1"),
        (Interdict, 0.81, Some(Schema::COMPANY), "Jong Hun Kil", "p-1"),
        (Interdict, 0.81, Some(Schema::LEGAL_ENTITY), "Sanar-14", "v-1"),
        (Interdict, 0.81, persons(), "Sanar 14", "v-1"),
        (Exact, 1.0, persons(), "kil jonghun", "p-1"),
        (Ofac, 1.0, persons(), "kil jonghun", "p-1"),
        (Exact, 1.0, None, "Petr Zorvek", "p-1"),
    ] {
        for exhaustive in [false, true] {
            let asked = query(schema.clone(), &[("name", name)]);
            let policy = Policy { algorithm, exhaustive, ..threshold(at) };
            let found = answer(&listed, &asked, &policy);
            assert_eq!((ids(&found), found.matches), (vec![id], 0), "{name} {algorithm:?}");
            assert!(codes(&found.candidates[0]).contains(&"SCR607"));
            assert_eq!(found.gaps()[0].code, GapCode::ThresholdHigh);
            let similar = query(schema.clone(), &[("name", &format!("{name}a"))]);
            assert!(answer(&listed, &similar, &policy).gaps().is_empty());
        }
    }
    let weak = person("p-1", &[("name", "Roe"), ("weakAlias", "Jane Example")]);
    let found = answer(&[weak], &query(None, &[NAME]), &Policy::default());
    assert!(found.gaps().is_empty() && found.candidates.is_empty(), "weak aliases are a policy");
    let ended = designated(person("p-1", &[NAME]), &[("2000-01-01", "2001-01-01")]);
    let found = answer(&[ended], &query(None, &[NAME]), &threshold(0.999));
    assert!(found.gaps().is_empty(), "what has ended is no match at any threshold");
}
