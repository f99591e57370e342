//! Golden screens: what some 600 queries are answered, with score, evidence and explanation, recorded
//! in one reviewed file. They run against the built-in dataset and an invented list.
//!
//! A failure shows the difference. If the change is intended: `INSTA_UPDATE=always cargo test -p
//! interdict-engine --test it golden_screens`, read `git diff` of the snapshot, and put the counts of
//! what moved into the changelog under "Screening behaviour".

use std::fmt::Write;
use std::path::Path;

use interdict_engine::list_files::ColumnMap;
use interdict_engine::screening::{Candidate, Policy, Query};
use interdict_engine::{Actor, AsOf, Engine, ImportRequest, Lists, Session};
use interdict_model::{Evidence, PartialDate, Schema, Score};

const QUERIES: &str = include_str!("../../testdata/golden_queries.tsv");

#[test]
fn answers_with_their_evidence_are_as_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let (session, lists) = lists_with_the_invented_one(folder.path());
    let mut text = String::new();
    let mut count = 0;
    for row in QUERIES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (group, fields) = row.split_once('\t').unwrap_or((row, ""));
        let _ = writeln!(text, "[{group}] {}", fields.replace('\t', "; "));
        if let Err(error) = ask((&session, &lists), fields).map(|answer| answer.render(&mut text)) {
            let _ = writeln!(text, "error: {error}");
        }
        text.push('\n');
        count += 1;
    }
    assert!(count >= 500, "only {count} queries");
    insta::assert_snapshot!("answers", text);
}

fn lists_with_the_invented_one(folder: &Path) -> (Session, Lists) {
    let now = "2026-03-20T00:00:00Z".parse().unwrap();
    let session = Engine::new(folder).session(Actor::local("test").unwrap(), now);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/golden_list.yaml");
    let request = ImportRequest {
        dataset: "golden".parse().unwrap(),
        files: vec![file],
        columns: ColumnMap::default(),
        dated: None,
        accept_loss: false,
        wait: false,
    };
    session.import(&request).unwrap();
    let lists = session.open_lists(AsOf::Now).unwrap();
    (session, lists)
}

/// What one query is answered, and the comparison with the entity that the row names.
struct Answered {
    candidates: Vec<Candidate>,
    explained: Vec<Candidate>,
}

impl Answered {
    fn render(&self, text: &mut String) {
        if self.candidates.is_empty() {
            text.push_str("nothing\n");
        }
        self.candidates.iter().for_each(|found| render(text, found));
        for explained in &self.explained {
            text.push_str("explained: ");
            render(text, explained);
        }
    }
}

fn ask(
    (session, lists): (&Session, &Lists),
    fields: &str,
) -> Result<Answered, Box<dyn std::error::Error>> {
    let fields: Vec<(&str, &str)> =
        fields.split('\t').filter_map(|field| field.split_once('=')).collect();
    let schema = fields.iter().find(|(property, _)| *property == "schema");
    let schema = schema.map(|(_, schema)| Schema::parse(schema)).transpose()?;
    let mut query = Query::new(schema);
    let mut policy = Policy::default();
    let mut to_explain = None;
    for (property, value) in fields {
        match property {
            "schema" => {}
            "@threshold" => policy.threshold = Score::clamped(value.parse()?),
            "@algorithm" => policy.algorithm = value.parse()?,
            "@weak" => policy.weak_alias_alone = value.parse()?,
            "@exhaustive" => policy.exhaustive = value.parse()?,
            "@day" => policy.day = Some(value.parse::<PartialDate>()?.from()),
            "@explain" => to_explain = Some(value.parse()?),
            property => query.add(property, value)?,
        }
    }
    let query = query.finish()?;
    let candidates = session.screen(lists, &query, &policy)?.outcome.candidates;
    let explained = match to_explain {
        Some(id) => session.explain(lists, &query, &id, &policy)?.candidates,
        None => Vec::new(),
    };
    Ok(Answered { candidates, explained })
}

fn render(text: &mut String, found: &Candidate) {
    let state = match (found.is_match, found.in_force) {
        (true, _) => "match",
        (false, true) => "no match",
        (false, false) => "not in force",
    };
    let id = &found.entity.id;
    let _ = writeln!(text, "{:.4} {state}: {id} {}", found.score.value(), found.entity.caption());
    if let Some(name) = &found.name {
        let strength = serde_json::to_value(name.strength).unwrap();
        let strength = strength.as_str().unwrap_or_default();
        let score = name.score.value();
        let _ = writeln!(text, "  {score:.4} {:?} ~ {:?} ({strength})", name.query, name.listed);
        if let Some(comparison) = &name.comparison {
            for line in comparison.render_text().lines().skip(1) {
                let _ = writeln!(text, "  {line}");
            }
        }
    }
    for Evidence { code, effect, query, entity, text: sentence, .. } in &found.evidence {
        let _ = writeln!(text, "  {code} {effect:+.4} {sentence} ({query:?} / {entity:?})");
    }
}
