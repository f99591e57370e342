//! Nobody whose matches differ between two states of the lists is left out by the search for touched customers.

use std::collections::BTreeMap;
use std::path::PathBuf;

use interdict_engine::screening::Policy;
use interdict_engine::{
    Actor, AsOf, Engine, ImportRequest, Lists, PartyQuery, Session, list_files,
};
use tempfile::TempDir;

const NAMES: [&str; 14] = [
    "Zacharias Quillfeather",
    "Zachary Quilfeather",
    "Quillfeather, Zacharias",
    "Ottoline Brambleworth",
    "O. Brambleworth",
    "Ivo Maris Roe",
    "Ivo Roe",
    "Maris Roe",
    "Sirius Hotel LLC",
    "Sirius Hotels Limited",
    "Heron Spirit",
    "Wilhelmina Featherstonehaugh",
    "Odalys Vantongeren",
    "Jane Example",
];
const DATES: [&str; 3] = ["1965-04-25", "1965-04-26", "1970"];
const NUMBERS: [&str; 3] = ["P1234567", "P7654321", "X0000001"];
/// Pairs of states that are compared.
const ROUNDS: u64 = 12;

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count
    }

    fn one<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

struct Scene {
    folder: TempDir,
}

impl Scene {
    fn session(&self) -> Session {
        let actor = Actor::local("test").unwrap();
        let engine = Engine::new(self.folder.path().join("data"));
        engine.session(actor, "2026-03-01T00:00:00Z".parse().unwrap())
    }

    /// Another version of the list: some entities come, some go, some are different.
    fn import(&self, dice: &mut Dice) -> Lists {
        let mut list = "id,name,alias,birth_date,passport\n".to_owned();
        for id in 0..8 {
            if dice.below(3) > 0 {
                let alias = if dice.below(3) == 0 { dice.one(&NAMES) } else { "" };
                let born = if dice.below(2) == 0 { dice.one(&DATES) } else { "" };
                let number = if dice.below(3) == 0 { dice.one(&NUMBERS) } else { "" };
                let name = dice.one(&NAMES);
                list.push_str(&format!("w-{id},\"{name}\",\"{alias}\",{born},{number}\n"));
            }
        }
        list.push_str("w-9,Always There,,,\n");
        self.import_list(&self.session(), &list);
        self.session().open_lists(AsOf::Now).unwrap()
    }

    fn import_list(&self, session: &Session, list: &str) {
        let file: PathBuf = self.folder.path().join("list.csv");
        std::fs::write(&file, list).unwrap();
        let request = ImportRequest {
            dataset: "watch".parse().unwrap(),
            files: vec![file],
            columns: list_files::ColumnMap::default(),
            dated: None,
            accept_loss: true,
            wait: true,
        };
        session.import(&request).unwrap();
    }
}

fn customer(dice: &mut Dice) -> PartyQuery {
    let mut properties = BTreeMap::new();
    properties.insert("name".to_owned(), vec![dice.one(&NAMES).to_owned()]);
    if dice.below(2) == 0 {
        properties.insert("birthDate".to_owned(), vec![dice.one(&DATES).to_owned()]);
    }
    if dice.below(3) == 0 {
        properties.insert("passportNumber".to_owned(), vec![dice.one(&NUMBERS).to_owned()]);
    }
    PartyQuery { schema: None, properties }
}

/// The matches of a customer as text, with every value whose change makes an event.
fn matches(session: &Session, lists: &Lists, party: &PartyQuery, policy: &Policy) -> Vec<String> {
    let policy = Policy { limit: usize::MAX, ..policy.clone() };
    let answer = session.screen_party(lists, party, &policy).unwrap();
    let candidates = answer.answer.iter().flat_map(|answer| &answer.outcome.candidates);
    candidates
        .filter(|candidate| candidate.is_match)
        .map(|one| {
            let entity = serde_json::to_string(&one.entity).unwrap();
            format!("{} {}", one.score.value(), entity)
        })
        .collect()
}

#[test]
fn whoever_has_other_matches_is_touched() {
    let mut dice = Dice(20_261_130);
    let (mut touched_count, mut differing_count, mut count) = (0, 0, 0);
    for threshold in [0.7, 0.85] {
        let scene = Scene { folder: tempfile::tempdir().unwrap() };
        let threshold = interdict_model::Score::new(threshold).unwrap();
        let policy = Policy { threshold, ..Policy::default() };
        let session = scene.session();
        let mut old = scene.import(&mut dice);
        for _ in 0..ROUNDS {
            let new = scene.import(&mut dice);
            let customers: Vec<PartyQuery> = (0..40).map(|_| customer(&mut dice)).collect();
            let delta = session.list_delta(&old, &new, (&[], None)).unwrap();
            let touched =
                session.touched_customers((&old, &new), &delta, &customers, &policy).unwrap();
            for (place, party) in customers.iter().enumerate() {
                let before = matches(&session, &old, party, &policy);
                let after = matches(&session, &new, party, &policy);
                let differs = before != after;
                assert!(!differs || touched.contains(&place), "{party:?}: {before:?} {after:?}");
                differing_count += usize::from(differs);
            }
            touched_count += touched.len();
            count += customers.len();
            old = new;
        }
    }
    assert!(differing_count > 100, "{differing_count} of {count} customers have other matches");
    assert!(touched_count < count, "everybody is touched");
    println!("{count} customers, {touched_count} touched, {differing_count} with other matches");
}

#[test]
fn whoever_resembles_a_listing_that_begins_or_ends_between_two_days_is_touched() {
    let scene = Scene { folder: tempfile::tempdir().unwrap() };
    let on = |day: &str| {
        let engine = Engine::new(scene.folder.path().join("data"));
        engine.session(Actor::local("test").unwrap(), format!("{day}T12:00:00Z").parse().unwrap())
    };
    let list = "id,name,valid_from,valid_to\n\
        w-1,Zacharias Quillfeather,2026-03-05,\n\
        w-2,Ottoline Brambleworth,2020-01-01,2026-03-05\n\
        w-3,Ivo Maris Roe,2020,2030\n\
        w-4,Wilhelmina Featherstonehaugh,2020-01-01,2026-03\n\
        w-5,Odalys Vantongeren,,\n";
    scene.import_list(&on("2026-03-01"), list);
    let party = |name: &&str| PartyQuery {
        schema: None,
        properties: BTreeMap::from([("name".to_owned(), vec![(*name).to_owned()])]),
    };
    let customers: Vec<PartyQuery> = [
        "Zacharias Quillfeather",
        "Ottoline Brambleworth",
        "Ivo Maris Roe",
        "Wilhelmina Featherstonehaugh",
        "Odalys Vantongeren",
        "Jane Example",
    ]
    .iter()
    .map(party)
    .collect();
    let policy = Policy::default();
    for (then, now, expected) in [
        ("2026-03-04", "2026-03-05", &[0][..]),
        ("2026-03-05", "2026-03-06", &[1]),
        ("2026-03-04", "2026-03-06", &[0, 1]),
        ("2026-03-06", "2026-03-07", &[]),
        ("2026-03-07", "2026-03-07", &[]),
        ("2026-03-31", "2026-04-01", &[3]),
        ("2026-03-01", "2026-04-20", &[0, 1, 3]),
        // The clock was set back.
        ("2026-03-05", "2026-03-04", &[0]),
    ] {
        let session = on(now);
        let lists = session.open_lists(AsOf::Now).unwrap();
        let earlier = on(then).open_lists(AsOf::Now).unwrap();
        let since = Some(earlier.day());
        let delta = session.list_delta(&earlier, &lists, (&[], since)).unwrap();
        let touched =
            session.touched_customers((&earlier, &lists), &delta, &customers, &policy).unwrap();
        assert_eq!(touched.into_iter().collect::<Vec<_>>(), expected, "{then} to {now}");
        assert_eq!(delta.changed_ids().count(), 0, "no record is different");
        for (place, party) in customers.iter().enumerate() {
            let differs = matches(&session, &earlier, party, &policy)
                != matches(&session, &lists, party, &policy);
            assert_eq!(differs, expected.contains(&place), "{party:?} from {then} to {now}");
        }
        let undated = session.list_delta(&earlier, &lists, (&[], None)).unwrap();
        assert_eq!(undated.entities(), 0);
    }
}
