//! The record of what was searched: which lists an answer names, and as of which day they are opened.

use std::fs;
use std::path::{Path, PathBuf};

use interdict_engine::files::{BatchFiles, BatchOptions, ColumnMap, UnscreenedCeiling};
use interdict_engine::list_files;
use interdict_engine::screening::{Policy, Query};
use interdict_engine::{
    Actor, AsOf, CalibrateRequest, CleanPopulation, Engine, EngineError, ImportRequest, ListHealth,
    RescreenRequest, Session,
};
use interdict_model::{DatasetName, GenerationId, PartialDate};
use tempfile::TempDir;

/// Imports to lists `first` and `second`, at the moments that a test chooses.
struct Scene {
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn session(&self, now: &str) -> Session {
        let actor = Actor::local("test").unwrap();
        Engine::new(self.folder.path().join("data")).session(actor, now.parse().unwrap())
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Imports a list of one person that was published on the day of the import.
    fn import(&self, dataset: &str, person: &str, now: &str) -> GenerationId {
        let file =
            self.file(&format!("{dataset}.csv"), &format!("id,name\n{dataset}-1,{person}\n"));
        let request = ImportRequest {
            dataset: name(dataset),
            files: vec![file],
            columns: list_files::ColumnMap::default(),
            dated: Some(now[..10].parse::<PartialDate>().unwrap().to()),
            accept_loss: false,
            wait: false,
        };
        self.session(now).import(&request).unwrap().generation
    }

    /// Two lists, and a session after them.
    fn with_two_lists() -> (Self, Session) {
        let scene = Self::new();
        scene.import("first", "Marvello Zedwitz", NOW);
        scene.import("second", "Quentin Brachwitz", NOW);
        let session = scene.session(NOW);
        (scene, session)
    }
}

const NOW: &str = "2026-03-20T12:00:00Z";

fn name(text: &str) -> DatasetName {
    text.parse().unwrap()
}

fn only(dataset: &str) -> Policy {
    Policy { datasets: vec![name(dataset)], ..Policy::default() }
}

fn names(lists: &[ListHealth]) -> Vec<&str> {
    lists.iter().map(|list| list.dataset.as_str()).collect()
}

fn batch_options(policy: Policy) -> BatchOptions {
    BatchOptions {
        map: ColumnMap {
            columns: vec![interdict_engine::files::Column {
                column: "name".to_owned(),
                property: "name".to_owned(),
            }],
            ..ColumnMap::default()
        },
        policy,
        include_empty: false,
        explanation: false,
        max_unscreened: interdict_engine::files::UnscreenedCeiling::default(),
    }
}

#[test]
fn a_screen_names_only_the_lists_that_were_searched() {
    let (_scene, session) = Scene::with_two_lists();
    let lists = session.open_lists(AsOf::Now).unwrap();
    let mut query = Query::new(None);
    query.add("name", "Marvello Zedwitz").unwrap();
    let query = query.finish().unwrap();
    let answer = session.screen(&lists, &query, &only("second")).unwrap();
    assert_eq!((names(&answer.searched.lists), answer.outcome.matches), (vec!["second"], 0));
    let answer = session.screen(&lists, &query, &Policy::default()).unwrap();
    assert_eq!(names(&answer.searched.lists), ["dprk_cyber", "first", "second"]);
    assert_eq!((answer.searched.generation, answer.outcome.matches), (lists.number(), 1));
}

#[test]
fn a_batch_names_only_the_lists_that_were_searched() {
    let (scene, session) = Scene::with_two_lists();
    let lists = session.open_lists(AsOf::Now).unwrap();
    let files = BatchFiles {
        input: scene.file("customers.csv", "name\nMarvello Zedwitz\n"),
        output: scene.folder.path().join("out.csv"),
        resume: false,
    };
    let options = batch_options(only("second"));
    let report = session.batch(&lists, &files, &options, &|_| ()).unwrap();
    assert_eq!((names(&report.searched.lists), report.summary.rows_matched), (vec!["second"], 0));
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["lists"].as_array().unwrap().len(), 1);
    let all = batch_options(Policy::default());
    let report = session.batch(&lists, &files, &all, &|_| ()).unwrap();
    assert_eq!((report.searched.lists.len(), report.summary.rows_matched), (3, 1));
}

#[test]
fn a_past_generation_that_lacks_a_list_of_today_is_incomplete() {
    let (scene, session) = Scene::with_two_lists();
    let first = AsOf::Generation(GenerationId::from(1));
    let told = |session: &Session, as_of: AsOf, policy: &Policy| -> bool {
        let gaps = session.open_lists(as_of).unwrap().gaps(&policy.datasets);
        gaps.iter().any(|gap| gap.text.contains("second is in use now"))
    };
    let all = Policy::default();
    assert!(told(&session, first, &all) && !told(&session, AsOf::Now, &all));
    assert!(!told(&session, AsOf::Generation(GenerationId::from(2)), &all));
    assert!(!told(&session, first, &only("first")), "it is not asked for");
    let day = |text: &str| AsOf::Day(text.parse::<PartialDate>().unwrap().to());
    assert!(!told(&session, day("2026-03-20"), &all), "both were imported on that day");
    scene.import("third", "Ada Marvello", "2026-04-20T12:00:00Z");
    let gaps =
        scene.session("2026-04-21T12:00:00Z").open_lists(day("2026-03-21")).unwrap().gaps(&[]);
    assert!(gaps.iter().any(|gap| gap.text.contains("third is in use now")), "{gaps:?}");
}

#[test]
fn a_calibration_and_a_rescreening_name_only_the_lists_that_were_searched() {
    let (scene, session) = Scene::with_two_lists();
    let lists = session.open_lists(AsOf::Now).unwrap();
    let request = CalibrateRequest {
        population: CleanPopulation::Generated { rows: 1 },
        samples: 1,
        seed: 1,
        policy: only("second"),
    };
    let report = session.calibrate(&lists, &request, &|_| ()).unwrap();
    assert_eq!(names(&report.searched.lists), ["second"]);

    let old = session.open_lists(AsOf::Generation(GenerationId::from(1))).unwrap();
    let request = RescreenRequest {
        customers: scene.file("customers.csv", "name\nQuentin Brachwitz\n"),
        map: batch_options(Policy::default()).map,
        id_column: None,
        policy: only("second"),
        max_unscreened: UnscreenedCeiling::default(),
    };
    let report = session.rescreen(&old, &lists, &request).unwrap();
    assert_eq!((names(&report.lists), report.results.len()), (vec!["second"], 1));
}

#[test]
fn a_dataset_that_is_not_imported_is_an_error_and_not_an_empty_answer() {
    let (_scene, session) = Scene::with_two_lists();
    let lists = session.open_lists(AsOf::Now).unwrap();
    let mut query = Query::new(None);
    query.add("name", "Marvello Zedwitz").unwrap();
    let error = session.screen(&lists, &query.finish().unwrap(), &only("third")).unwrap_err();
    assert!(matches!(error, EngineError::NotImported(dataset) if dataset == name("third")));
}

#[test]
fn the_last_generation_of_a_day_counts_to_its_last_fraction_of_a_second() {
    let scene = Scene::new();
    // As text the first of these sorts after the second: "...59Z" and "...59.999Z".
    let first = scene.import("first", "Marvello Zedwitz", "2026-01-01T23:59:59Z");
    let second = scene.import("first", "Marvello Brachwitz", "2026-01-01T23:59:59.999999999Z");
    let third = scene.import("first", "Marvello Gosdlewitz", "2026-01-02T00:00:00Z");
    assert!(first < second && second < third);
    let session = scene.session(NOW);
    let on = |day: &str| {
        let day = day.parse::<PartialDate>().unwrap().to();
        session.open_lists(AsOf::Day(day)).map(|lists| lists.number())
    };
    assert_eq!(on("2026-01-01").unwrap(), second);
    assert_eq!(on("2026-01-02").unwrap(), third);
    assert_eq!(on("2026-01").unwrap(), third);
    assert_eq!(on("2025-12-31").unwrap(), first, "it stands in, and the answer says so");
}

#[test]
fn a_generation_made_in_the_last_second_of_a_day_was_in_use_on_that_day() {
    let scene = Scene::new();
    let only = scene.import("first", "Marvello Zedwitz", "2026-01-01T23:59:59Z");
    let day = "2026-01-01".parse::<PartialDate>().unwrap().to();
    assert_eq!(scene.session(NOW).open_lists(AsOf::Day(day)).unwrap().number(), only);
}

#[test]
fn a_past_state_is_judged_on_its_day_and_the_present_one_today() {
    let scene = Scene::new();
    let number = scene.import("first", "Marvello Zedwitz", "2026-01-01T08:00:00Z");
    let session = scene.session(NOW);
    let age = |as_of| {
        let lists = session.open_lists(as_of).unwrap();
        let list = lists.health().iter().find(|list| list.dataset == name("first")).unwrap();
        (list.age_days, lists.number())
    };
    let day = "2026-01-03".parse::<PartialDate>().unwrap().to();
    assert_eq!(age(AsOf::Day(day)), (Some(2), number));
    assert_eq!(age(AsOf::Now), (Some(78), number));
    assert_eq!(age(AsOf::Generation(number)), (Some(78), number));
}

#[test]
fn every_session_has_the_actor_that_it_was_made_for() {
    let session = Engine::new(Path::new("nowhere"))
        .session(Actor::user("jane@example.org").unwrap(), NOW.parse().unwrap());
    assert_eq!(session.actor().to_string(), "user:jane@example.org");
    assert_eq!(session.now(), NOW.parse().unwrap());
}
