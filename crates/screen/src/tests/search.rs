//! One query against whole lists: who is found, merged, sorted and explained.

use interdict_index::CandidateSearcher;
use interdict_model::{Entity, Schema, Score};

use super::{answer, codes, designated, entity, generation, ids, person, query, threshold};
use crate::{Algorithm, Policy, explain, score_entity, screen};

const NAME: (&str, &str) = ("name", "Jane Example");
const KEY: (&str, &str) = ("publicKey", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96");

fn listed() -> Vec<Entity> {
    vec![
        person("p-1", &[NAME, ("birthDate", "1970-01-02"), ("passportNumber", "AB1234567")]),
        person("p-2", &[("name", "Pyotr Sidorovich Kuznetsov"), ("alias", "Petr Kuznetsov")]),
        entity("c-1", Schema::COMPANY, &[("name", "Northern Example Trading LLC")]),
        entity("w-1", Schema::CRYPTO_WALLET, &[KEY, ("holder", "p-2")]),
        entity("w-2", Schema::CRYPTO_WALLET, &[("publicKey", "TXyz123")]),
    ]
}

#[test]
fn a_name_is_found_with_its_best_pair_and_an_explanation() {
    let query = query(None, &[("name", "Somebody Else"), ("alias", "Petr Kuznetsov")]);
    let found = answer(&listed(), &query, &Policy::default());
    assert_eq!((ids(&found), found.matches), (vec!["p-2"], 1));
    let name = found.candidates[0].name.as_ref().unwrap();
    assert_eq!((&*name.query, &*name.listed), ("Petr Kuznetsov", "Petr Kuznetsov"));
    let comparison = name.comparison.as_ref().unwrap();
    assert!((comparison.score - name.score.value()).abs() < 1e-9);
}

#[test]
fn a_former_name_counts_a_little_less_than_a_current_one() {
    let query = query(Some(Schema::PERSON), &[NAME]);
    let score = |property: &str| {
        let found = answer(&[person("p-1", &[(property, NAME.1)])], &query, &Policy::default());
        let name = found.candidates[0].name.as_ref().unwrap();
        assert_eq!(found.candidates[0].score, name.score);
        name.score.value()
    };
    let current = score("name");
    assert_eq!(score("alias"), current);
    assert!((score("previousName") - current * 0.98).abs() < 1e-9);
}

#[test]
fn of_several_names_the_most_similar_one_counts() {
    let query = query(Some(Schema::PERSON), &[NAME]);
    for values in [
        [("name", "Jane Exampel"), ("alias", NAME.1)],
        [("name", NAME.1), ("alias", "Jane Exampel")],
        [("alias", NAME.1), ("previousName", NAME.1)],
    ] {
        let entities = [person("p-1", &values)];
        let found = answer(&entities, &query, &Policy::default());
        assert_eq!(found.candidates[0].name.as_ref().unwrap().listed, NAME.1);
        let explained = explain(&query, &entities[0], &Policy::default());
        assert_eq!(explained.name.as_ref().unwrap().listed, NAME.1);
        assert_eq!(explained.score, found.candidates[0].score);
    }
}

#[test]
fn of_equally_similar_names_the_screen_shows_the_first() {
    let values = [("name", "Jane Example"), ("alias", "Jane  Example."), ("alias", "JANE EXAMPLE")];
    let query = query(Some(Schema::PERSON), &[NAME]);
    let scores: Vec<_> = values
        .iter()
        .map(|value| score_entity(&query, &person("p-1", &[*value]), &threshold(0.7)).score)
        .collect();
    assert!(scores.windows(2).all(|pair| pair[0] == pair[1]), "{scores:?}");
    let found = answer(&[person("p-1", &values)], &query, &Policy::default());
    assert_eq!(found.candidates[0].name.as_ref().unwrap().listed, "Jane Example");
}

#[test]
fn of_two_records_with_equal_scores_the_later_list_is_shown() {
    let one = [person("p-1", &[NAME, ("notes", "first list")])];
    let two = [person("p-1", &[NAME, ("notes", "second list")])];
    let generation = generation(&[("list_a", &one[..]), ("list_b", &two[..])]);
    let query = query(None, &[NAME]);
    let found =
        screen(&generation, &query, &Policy::default(), &mut CandidateSearcher::default()).unwrap();
    assert_eq!(found.candidates[0].entity.first("notes"), Some("second list"));
}

#[test]
fn a_number_finds_its_holder_whatever_the_name() {
    let number = ("passportNumber", "ab 1234567");
    let found = answer(&listed(), &query(None, &[number]), &Policy::default());
    assert_eq!(ids(&found), ["p-1"]);
    assert!(found.candidates[0].name.is_none());
    let other = query(None, &[("name", "Somebody Else"), number]);
    let found = answer(&listed(), &other, &Policy::default());
    assert_eq!((ids(&found), codes(&found.candidates[0])), (vec!["p-1"], vec!["SCR401", "SCR602"]));
}

#[test]
fn a_wallet_finds_its_holder_or_itself() {
    let found = answer(&listed(), &query(None, &[KEY]), &Policy::default());
    assert_eq!((ids(&found), codes(&found.candidates[0])), (vec!["p-2"], vec!["SCR404"]));
    // A wallet without a listed holder is shown for queries of any schema.
    for schema in [None, Some(Schema::PERSON), Some(Schema::VESSEL)] {
        let query = query(schema, &[("wallet", "TXyz123")]);
        assert_eq!(ids(&answer(&listed(), &query, &Policy::default())), ["w-2"]);
    }
    let vessel = query(Some(Schema::VESSEL), &[KEY]);
    assert_eq!(ids(&answer(&listed(), &vessel, &Policy::default())), ["p-2"], "so is its holder");
    let other = query(None, &[("wallet", "TXyz124")]);
    assert!(answer(&listed(), &other, &Policy::default()).candidates.is_empty());
}

#[test]
fn an_entity_is_scored_with_its_own_wallets() {
    let query = query(None, &[("wallet", "TXyz123")]);
    let wallets = [("publicKey", "other"), ("publicKey", "TXyz123")];
    let with = score_entity(&query, &entity("w", Schema::CRYPTO_WALLET, &wallets), &threshold(0.7));
    assert_eq!(codes(&with), ["SCR404"]);
    let without = entity("w", Schema::CRYPTO_WALLET, &wallets[..1]);
    assert_eq!(codes(&score_entity(&query, &without, &threshold(0.7))), [""; 0]);
}

#[test]
fn entities_of_another_schema_are_not_found_by_a_similar_name() {
    for (schema, expected) in [
        (Schema::PERSON, &["p-1"][..]),
        (Schema::LEGAL_ENTITY, &["p-1"]),
        (Schema::COMPANY, &[]),
        (Schema::VESSEL, &[]),
    ] {
        let by_name = query(Some(schema.clone()), &[("name", "Jane Exampel")]);
        let exhaustive = Policy { exhaustive: true, ..Policy::default() };
        for policy in [Policy::default(), exhaustive] {
            assert_eq!(ids(&answer(&listed(), &by_name, &policy)), expected, "{schema}");
        }
    }
}

#[test]
fn only_the_datasets_of_the_policy_are_searched() {
    let one = [person("p-1", &[NAME])];
    let two = [person("p-2", &[NAME])];
    let generation = generation(&[("list_one", &one), ("list_two", &two)]);
    let query = query(None, &[NAME]);
    let found = |datasets: &[&str]| {
        let datasets = datasets.iter().map(|name| name.parse().unwrap()).collect();
        let policy = Policy { datasets, ..Policy::default() };
        let outcome =
            screen(&generation, &query, &policy, &mut CandidateSearcher::default()).unwrap();
        ids(&outcome).join(" ")
    };
    assert_eq!(found(&[]), "p-1 p-2");
    assert_eq!(found(&["list_two"]), "p-2");
    assert_eq!(found(&["list_one", "list_two"]), "p-1 p-2");
    assert_eq!(found(&["list_three"]), "");
}

#[test]
fn facts_lift_a_name_that_is_similar_but_below_the_threshold() {
    let listed = [person("p-1", &[NAME, ("birthDate", "1970-01-02")])];
    let asked = |facts: &[(&str, &str)]| {
        query(Some(Schema::PERSON), &[&[("name", "Jane Exampla Smythe")], facts].concat())
    };
    let name = score_entity(&asked(&[]), &listed[0], &Policy::default()).score.value();
    assert!((0.62..0.99).contains(&name), "{name}");
    let above_the_name = threshold(name + 0.001);
    assert!(answer(&listed, &asked(&[]), &above_the_name).candidates.is_empty());
    let found = answer(&listed, &asked(&[("birthDate", "1970-01-02")]), &above_the_name);
    assert_eq!((ids(&found), found.matches), (vec!["p-1"], 1));
}

#[test]
fn low_thresholds_show_what_the_index_does_not_propose() {
    let query = query(Some(Schema::PERSON), &[("name", "Jane Smith")]);
    let scores: Vec<(String, f64)> = listed()
        .iter()
        .filter(|entity| entity.schema == Schema::PERSON)
        .map(|entity| (entity.id.to_string(), score_entity(&query, entity, &threshold(0.0))))
        .map(|(id, candidate)| (id, candidate.score.value()))
        .collect();
    let (_, score) = scores.iter().find(|(id, _)| id == "p-1").unwrap();
    assert!(*score < CandidateSearcher::MIN_SCORE && *score > 0.0, "{score}");
    assert_eq!(ids(&answer(&listed(), &query, &threshold(*score))), ["p-1"]);
    assert!(answer(&listed(), &query, &threshold(score + 0.001)).candidates.is_empty());
}

#[test]
fn each_algorithm_compares_in_its_own_way() {
    let screen_with = |algorithm, name: &str, threshold_at: f64| {
        let policy = Policy { algorithm, ..threshold(threshold_at) };
        let query = query(Some(Schema::PERSON), &[("name", name)]);
        let found = answer(&listed(), &query, &policy);
        found.candidates.into_iter().next()
    };
    let turned = screen_with(Algorithm::Exact, "EXAMPLE Jane", 0.9).unwrap();
    assert!(!turned.is_match && turned.is_equal_under(Score::clamped(0.9)), "another order");
    assert!(screen_with(Algorithm::Exact, "EXAMPLE, Jane", 0.9).is_some(), "as lists print it");
    let exact = screen_with(Algorithm::Exact, "jane  example", 0.9).unwrap();
    let name = exact.name.as_ref().unwrap();
    assert_eq!(name.score.value(), 1.0);
    assert!(name.comparison.is_none(), "only our own comparison is explained");
    assert!(screen_with(Algorithm::Exact, "Jane Exampel", 0.5).is_none());
    // The emulation finds pairs that our own comparison, and so the index, does not propose.
    assert!(screen_with(Algorithm::Interdict, "Janet Exam", 0.7).is_none());
    let ofac = screen_with(Algorithm::Ofac, "Janet Exam", 0.7).unwrap();
    let expected = interdict_names::ofac_score("Janet Exam", "Jane Example");
    assert_eq!(ofac.score.value(), expected);
    assert!(screen_with(Algorithm::Ofac, "Janet Exam", expected).is_some(), "at the threshold");
    assert!(ofac.name.unwrap().comparison.is_none());
}

#[test]
fn a_search_without_the_index_finds_the_same() {
    for name in ["Jane Example", "Kuznetsov Petr", "Northern Example Trading", "Nobody"] {
        let query = query(None, &[("name", name)]);
        let by_index = answer(&listed(), &query, &Policy::default());
        let exhaustive = Policy { exhaustive: true, ..Policy::default() };
        let by_comparing_all = answer(&listed(), &query, &exhaustive);
        assert_eq!(ids(&by_index), ids(&by_comparing_all), "{name}");
    }
}

#[test]
fn matches_come_first_then_scores_then_lists_then_ids() {
    let ended = designated(person("a-ended", &[NAME]), &[("2001-01-01", "2002-01-01")]);
    let former = person("b-former", &[("previousName", NAME.1)]);
    let one = [ended, former, person("d-2", &[NAME]), person("d-1", &[NAME])];
    let two = [person("c-1", &[NAME])];
    let generation = generation(&[("list_two", &two), ("list_one", &one)]);
    let query = query(None, &[NAME]);
    let found = |limit| {
        let policy = Policy { limit, ..Policy::default() };
        screen(&generation, &query, &policy, &mut CandidateSearcher::default()).unwrap()
    };
    let all = found(10);
    assert_eq!(ids(&all), ["d-1", "d-2", "c-1", "b-former", "a-ended"]);
    assert_eq!(all.matches, 4);
    let cut = found(2);
    assert_eq!((ids(&cut), cut.matches), (vec!["d-1", "d-2"], 4));
}

#[test]
fn one_entity_in_two_lists_is_one_candidate_with_both_datasets() {
    let better = [person("p-1", &[NAME])];
    let worse = [person("p-1", &[("previousName", NAME.1)])];
    let query = query(None, &[NAME]);
    for lists in
        [[("list_b", &better), ("list_a", &worse)], [("list_b", &worse), ("list_a", &better)]]
    {
        let lists = lists.map(|(name, entities)| (name, &entities[..]));
        let generation = generation(&lists);
        let found = crate::screen(
            &generation,
            &query,
            &Policy::default(),
            &mut CandidateSearcher::default(),
        )
        .unwrap();
        assert_eq!((ids(&found), found.matches), (vec!["p-1"], 1));
        let candidate = &found.candidates[0];
        let datasets: Vec<String> = candidate.datasets.iter().map(ToString::to_string).collect();
        assert_eq!(datasets, ["list_a", "list_b"]);
        assert_eq!(candidate.entity.first("name"), Some(NAME.1), "the better one is kept");
    }
}

#[test]
fn an_entity_that_one_list_still_has_in_force_is_in_force() {
    let ended = [designated(person("p-1", &[NAME]), &[("2001-01-01", "2002-01-01")])];
    let current = [designated(person("p-1", &[NAME]), &[("2001-01-01", "")])];
    let query = query(None, &[NAME]);
    for lists in [[&ended, &current], [&current, &ended]] {
        let generation = generation(&[("list_a", &lists[0][..]), ("list_b", &lists[1][..])]);
        let found = crate::screen(
            &generation,
            &query,
            &Policy::default(),
            &mut CandidateSearcher::default(),
        )
        .unwrap();
        assert_eq!((found.matches, found.candidates[0].in_force), (1, true));
    }
    // A match by a former name in force is kept over a better one that has ended, and the other
    // way round the entity is still shown as in force.
    let former = [designated(person("p-1", &[("previousName", NAME.1)]), &[("2001-01-01", "")])];
    let generation = generation(&[("list_a", &ended[..]), ("list_b", &former[..])]);
    let found =
        screen(&generation, &query, &Policy::default(), &mut CandidateSearcher::default()).unwrap();
    let candidate = &found.candidates[0];
    assert!(candidate.is_match && candidate.in_force);
    assert_eq!(candidate.entity.first("previousName"), Some(NAME.1));
}

#[test]
fn a_better_record_that_has_ended_keeps_the_mark_of_one_in_force() {
    // Neither is a match: one has ended, the other is below the threshold but proven by nothing.
    let ended = [designated(person("p-1", &[NAME]), &[("2001-01-01", "2002-01-01")])];
    let weak = [designated(person("p-1", &[("weakAlias", NAME.1)]), &[("2001-01-01", "")])];
    let generation = generation(&[("list_a", &ended[..]), ("list_b", &weak[..])]);
    let query = query(None, &[NAME]);
    let found =
        screen(&generation, &query, &threshold(0.69), &mut CandidateSearcher::default()).unwrap();
    assert!(found.candidates[0].in_force, "in force by the other list");
}

/// The birth date, the country and the schema of a row are those of the customer.
#[test]
fn another_party_of_a_row_is_searched_by_its_name_alone() {
    let listed = person(
        "ofac-1",
        &[("name", "Ivo Maris Roe"), ("birthDate", "1965-04-25"), ("country", "kp")],
    );
    let generation = interdict_index::Generation::in_memory(vec![super::segment(
        "a_list",
        std::slice::from_ref(&listed),
    )]);
    let mut query = crate::Query::new(Some(Schema::COMPANY));
    for (property, value) in [
        ("name", "Example Bread"),
        ("country", "mt"),
        ("birthDate", "1990-01-01"),
        ("otherParty", "Ivo Maris Roe"),
    ] {
        query.add(property, value).unwrap();
    }
    let query = query.finish().unwrap();
    let policy = Policy::default();
    let outcome = screen(&generation, &query, &policy, &mut CandidateSearcher::default()).unwrap();
    assert_eq!(outcome.matches, 1);
    let explained = crate::explain(&query, &listed, &policy);
    assert_eq!(explained.score, outcome.candidates[0].score);
    assert!(outcome.candidates[0].name.as_ref().unwrap().comparison.is_some());
    let mut alone = crate::Query::new(Some(Schema::COMPANY));
    alone.add("otherParty", "Ivo Maris Roe").unwrap();
    let outcome = crate::screen(
        &generation,
        &alone.finish().unwrap(),
        &policy,
        &mut CandidateSearcher::default(),
    );
    assert_eq!(outcome.unwrap().matches, 1);
}
