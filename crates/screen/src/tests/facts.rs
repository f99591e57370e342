//! Facts besides the name: what each does to a score.

use interdict_model::{Direction, IdentifierKind, Schema};

use super::{assert_close, codes, decide, entity, person, query};
use crate::facts::Facts;

struct Case {
    query: (&'static str, &'static str),
    listed: (&'static str, &'static str),
    code: &'static str,
    /// From a name score of .8.
    score: f64,
}

const fn case(
    query: (&'static str, &'static str),
    listed: (&'static str, &'static str),
    code: &'static str,
    score: f64,
) -> Case {
    Case { query, listed, code, score }
}

const NAME: (&str, &str) = ("name", "Jane Example");
const BORN: (&str, &str) = ("birthDate", "1970-01-02");

/// Gains g give 1 - .2 (1 - g), losses are added to .8.
const CASES: [Case; 18] = [
    case(BORN, ("birthDate", "1970-01-02"), "SCR101", 0.9),
    case(BORN, ("birthDate", "1970-01"), "SCR102", 0.86),
    case(BORN, ("birthDate", "1970"), "SCR103", 0.824),
    case(BORN, ("birthDate", "1971~"), "SCR104", 0.81),
    case(BORN, ("birthDate", "1970-02-01"), "SCR105", 0.77),
    case(BORN, ("birthDate", "1970-05-05"), "SCR106", 0.68),
    case(BORN, ("birthDate", "1971-01-02"), "SCR107", 0.65),
    case(BORN, ("birthDate", "1969-12-31"), "SCR107", 0.65),
    case(BORN, ("birthDate", "1972-01-02"), "SCR108", 0.55),
    case(("country", "ru"), ("nationality", "ru"), "SCR201", 0.82),
    case(("country", "ru"), ("nationality", "kp"), "SCR202", 0.7),
    case(("gender", "m"), ("gender", "female"), "SCR302", 0.6),
    case(("passportNumber", "AB 1234567"), ("passportNumber", "ab1234567"), "SCR401", 0.96),
    case(("passportNumber", "AB1234567"), ("idNumber", "AB1234567"), "SCR401", 0.96),
    case(("passportNumber", "123456"), ("passportNumber", "123456"), "SCR402", 0.87),
    case(("passportNumber", "AB1234567"), ("taxNumber", "AB1234567"), "SCR402", 0.87),
    case(("innCode", "253908966176"), ("innCode", "7707083893"), "SCR403", 0.55),
    case(("address", "12 Long Street, Valletta"), ("address", "Long Street 12"), "SCR501", 0.82),
];

#[test]
fn every_fact_moves_the_score_by_its_weight() {
    for Case { query: asked, listed, code, score } in CASES {
        let query = query(Some(Schema::PERSON), &[NAME, asked]);
        let found = decide(0.8, &query, &person("x-1", &[NAME, listed]));
        let label = format!("{asked:?} {listed:?}");
        assert_eq!(codes(&found), [code], "{label}");
        assert_close(found.score.value(), score, &label);
        let fact = &found.evidence[0];
        let expected = if score > 0.8 { Direction::For } else { Direction::Against };
        assert_eq!(fact.direction, expected, "{label}");
        assert!(!fact.query.is_empty() && !fact.entity.is_empty() && !fact.text.is_empty());
    }
}

#[test]
fn facts_that_only_one_side_states_are_no_evidence() {
    for Case { query: asked, listed, .. } in CASES {
        let with = query(Some(Schema::PERSON), &[NAME, asked]);
        let without = query(Some(Schema::PERSON), &[NAME]);
        for (query, entity) in
            [(&with, person("x-1", &[NAME])), (&without, person("x-1", &[NAME, listed]))]
        {
            let found = decide(0.8, query, &entity);
            assert_eq!(codes(&found), [""; 0], "{asked:?} {listed:?}");
            assert_close(found.score.value(), 0.8, "no facts");
        }
    }
}

#[test]
fn facts_add_up_with_gains_before_losses() {
    let query = query(
        Some(Schema::PERSON),
        &[NAME, BORN, ("country", "ru"), ("gender", "f"), ("passportNumber", "123456")],
    );
    let listed = person(
        "x-1",
        &[NAME, BORN, ("nationality", "kp"), ("gender", "male"), ("passportNumber", "123456")],
    );
    let found = decide(0.8, &query, &listed);
    assert_eq!(codes(&found), ["SCR101", "SCR202", "SCR302", "SCR402"]);
    assert_close(found.score.value(), 1.0 - 0.2 * 0.5 * 0.65 - 0.1 - 0.2, "two of each");
}

#[test]
fn losses_never_go_below_zero() {
    let query = query(
        Some(Schema::PERSON),
        &[NAME, BORN, ("country", "ru"), ("gender", "f"), ("innCode", "253908966176")],
    );
    let listed = person(
        "x-1",
        &[
            NAME,
            ("birthDate", "1950"),
            ("nationality", "kp"),
            ("gender", "m"),
            ("innCode", "7707083893"),
        ],
    );
    assert_eq!(decide(0.62, &query, &listed).score.value(), 0.0);
}

#[test]
fn of_several_birth_dates_the_pair_that_agrees_best_counts() {
    let query = query(Some(Schema::PERSON), &[NAME, ("birthDate", "1950"), BORN]);
    let listed = person("x-1", &[NAME, ("birthDate", "1971"), BORN, ("birthDate", "1960")]);
    let found = decide(0.8, &query, &listed);
    assert_eq!(codes(&found), ["SCR101"]);
    assert_eq!((&*found.evidence[0].query, &*found.evidence[0].entity), (BORN.1, BORN.1));
}

#[test]
fn a_territory_shares_its_country_and_both_sides_are_shown_by_name() {
    let query = query(None, &[NAME, ("country", "ge"), ("nationality", "kp")]);
    let listed = person("x-1", &[NAME, ("country", "ge-ab")]);
    let found = decide(0.8, &query, &listed);
    assert_eq!(codes(&found), ["SCR201"]);
    let fact = &found.evidence[0];
    assert_eq!(fact.query, "Georgia, North Korea");
    assert_eq!(fact.entity, "Abkhazia");
    assert_eq!(fact.text, "both are connected with Georgia");
}

#[test]
fn one_shared_gender_is_enough_and_an_equal_gender_is_no_evidence() {
    let either = query(None, &[NAME, ("gender", "m"), ("gender", "f")]);
    let male = query(None, &[NAME, ("gender", "m")]);
    let listed = person("x-1", &[NAME, ("gender", "unknown"), ("gender", "male")]);
    assert!(decide(0.8, &either, &listed).evidence.is_empty());
    assert!(decide(0.8, &male, &listed).evidence.is_empty());
    let woman = person("x-2", &[NAME, ("gender", "female")]);
    assert!(decide(0.8, &either, &woman).evidence.is_empty());
}

#[test]
fn a_number_of_the_same_kind_is_preferred_to_one_of_another_kind() {
    let query = query(None, &[NAME, ("passportNumber", "AB1234567")]);
    let both = [NAME, ("idNumber", "AB1234567"), ("passportNumber", "AB1234567")];
    let found = decide(0.8, &query, &person("x-1", &both));
    assert_eq!(codes(&found), ["SCR401"]);
    assert_eq!(found.evidence[0].entity, "passport:AB1234567");
    assert_eq!(found.evidence[0].text, "the same passport number");
    let other = decide(0.8, &query, &person("x-1", &both[..2]));
    assert_eq!(other.evidence[0].entity, "national:AB1234567");
}

#[test]
fn a_different_number_speaks_against_only_where_a_holder_has_one() {
    for (property, asked, listed, code) in [
        ("leiCode", "253400WSS48YWMBUA688", "5493001KJTIIGC8Y1R12", Some("SCR403")),
        ("imoNumber", "9187629", "9074729", Some("SCR403")),
        ("innCode", "7707083893", "7728168971", Some("SCR403")),
        ("ogrnCode", "1027700132195", "1037739010891", Some("SCR403")),
        ("registrationNumber", "123456789", "987654321", None),
        ("taxNumber", "123456789", "987654321", None),
        ("mmsi", "273315080", "273315081", None),
    ] {
        let query = query(None, &[NAME, (property, asked)]);
        let schema = if property == "imoNumber" || property == "mmsi" {
            Schema::VESSEL
        } else {
            Schema::COMPANY
        };
        let found = decide(0.8, &query, &entity("x-1", schema, &[NAME, (property, listed)]));
        assert_eq!(codes(&found).first().copied(), code, "{property}");
        if code.is_some() {
            assert!(found.evidence[0].text.starts_with("another "), "{}", found.evidence[0].text);
        }
    }
    // Another kind of number says nothing about this one.
    let query = query(None, &[NAME, ("innCode", "7707083893")]);
    let listed = entity("x-1", Schema::COMPANY, &[NAME, ("ogrnCode", "1027700132195")]);
    assert!(decide(0.8, &query, &listed).evidence.is_empty());
}

#[test]
fn numbers_of_kinds_that_lists_confuse_are_the_same_number() {
    use IdentifierKind as Kind;
    let value = "1234567890";
    let strong = |asked: Kind, listed: Kind| {
        let query = query(None, &[NAME, (asked.property(), value)]);
        let listed = entity("x-1", Schema::COMPANY, &[NAME, (listed.property(), value)]);
        let facts = Facts::compare(&query, &listed, &crate::Policy::default());
        assert_eq!(facts.strong_identifier, facts.proven);
        assert_ne!(facts.strong_identifier, facts.weak_identifier, "{listed:?}");
        facts.strong_identifier
    };
    for (asked, listed) in [
        (Kind::Passport, Kind::Passport),
        (Kind::Passport, Kind::National),
        (Kind::National, Kind::SocialSecurity),
        (Kind::National, Kind::Registration),
        (Kind::Registration, Kind::Tax),
        (Kind::Registration, Kind::Inn),
        (Kind::Tax, Kind::Ogrn),
        (Kind::Tax, Kind::Usc),
        (Kind::Registration, Kind::Imo),
        (Kind::Registration, Kind::Mmsi),
    ] {
        assert!(strong(asked, listed), "{asked} {listed}");
    }
    for (asked, listed) in [
        (Kind::Passport, Kind::Tax),
        (Kind::Passport, Kind::Imo),
        (Kind::Tax, Kind::SocialSecurity),
        (Kind::Tax, Kind::Imo),
        (Kind::National, Kind::Mmsi),
        (Kind::Registration, Kind::Lei),
    ] {
        assert!(!strong(asked, listed), "{asked} {listed}");
    }
}

#[test]
fn addresses_agree_from_half_of_the_shorter_ones_words_on() {
    let agrees = |asked: &str, listed: &str| {
        let query = query(None, &[NAME, ("address", asked)]);
        !decide(0.8, &query, &person("x-1", &[NAME, ("address", listed)])).evidence.is_empty()
    };
    assert!(agrees("12 LONG street, Valletta", "long-street 12"));
    assert!(agrees("Red Square 1 Moscow", "1 Square Kazan Tatarstan"));
    assert!(!agrees("Red Square 1 Moscow", "1 Kazan Tatarstan Volga"));
    assert!(!agrees("Red Square 1 Moscow", "4 Kazan Tatarstan Volga"));
    assert!(!agrees("Moscow", "Moscow"), "one word is no address");
    assert!(!agrees("Tehran, Iran", "Tehran, Iran"), "two words are none either");
    assert!(!agrees("Iran Iran Iran", "Iran Iran Iran"), "repeated words count once");
    assert!(agrees("a b c", "A, B; C"), "three words are enough");
}

#[test]
fn of_several_addresses_the_pair_that_agrees_best_counts() {
    let addresses =
        [NAME, ("address", "5 Short Lane Sliema"), ("address", "12 Long Street Valletta")];
    let query = query(None, &addresses);
    let listed =
        [NAME, ("address", "7 Other Road Gozo"), ("address", "12 long street valletta mt")];
    let found = decide(0.8, &query, &person("x-1", &listed));
    assert_eq!(codes(&found), ["SCR501"]);
    assert_eq!(found.evidence[0].query, "12 long street valletta");
    assert_eq!(found.evidence[0].entity, "12 long street valletta mt");
}
