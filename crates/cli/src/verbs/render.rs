//! Answers as text for people.

use std::fmt::Write;

use interdict_engine::screening::{Agreement, Attribute, Candidate};
use interdict_engine::{AppliedPolicy, ListHealth, SearchedLists};
use interdict_model::{DatasetName, Direction, Entity, EvidenceCode, GenerationId, NameStrength};

const INDENT: &str = "       ";

/// One candidate with all of its evidence.
pub(crate) fn candidate(candidate: &Candidate) -> String {
    let mut out = String::new();
    let entity = &candidate.entity;
    let is_allowed = candidate.evidence.iter().any(|fact| fact.code == EvidenceCode::Allowed);
    let state = match (candidate.is_match, candidate.in_force) {
        (true, _) => "MATCH",
        _ if is_allowed => "allowed",
        _ if candidate.is_cleared() => "cleared by a fact",
        (false, false) => "not in force",
        (false, true) => "below the threshold",
    };
    let _ = writeln!(
        out,
        "{} of 1  {}  ({}, {})  {state}",
        candidate.score,
        entity.caption(),
        entity.schema,
        entity.id
    );
    let datasets: Vec<&str> = candidate.datasets.iter().map(AsRef::as_ref).collect();
    let _ = writeln!(out, "{INDENT}on           {}", datasets.join(", "));
    out.push_str(&designations(entity, INDENT));
    if let Some(name) = &candidate.name {
        let strength = match name.strength {
            NameStrength::Primary => "the primary name",
            NameStrength::Strong => "an alias",
            NameStrength::Former => "a former name",
            NameStrength::Weak => "a weak alias",
        };
        let _ = writeln!(
            out,
            "{INDENT}name         {:?} resembles {strength} {:?}: {} by the names alone",
            name.query, name.listed, name.score
        );
        if let Some(comparison) = &name.comparison {
            for line in comparison.render_text().lines().skip(1) {
                let _ = writeln!(out, "{INDENT}             {}", line.trim_start());
            }
        }
    }
    for attribute in &candidate.attributes {
        let _ = writeln!(out, "{INDENT}{}", side_by_side(attribute));
    }
    for fact in &candidate.evidence {
        let direction = match fact.direction {
            Direction::For => "for          ",
            Direction::Against => "against      ",
            Direction::Neutral => "note         ",
        };
        let values = match (fact.query.as_str(), fact.entity.as_str()) {
            ("", "") => String::new(),
            (query, entity) => format!(" ({query} / {entity})"),
        };
        let _ = writeln!(out, "{INDENT}{direction}{}{values}  {}", fact.text, fact.code);
    }
    out
}

/// Values of one attribute that are shown for each side; the JSON form has all.
const MAX_VALUES: usize = 4;

/// `birth date   agrees: 1965-04-25 / 1965-04-25, 1964`: the query's values, then the listed ones.
fn side_by_side(attribute: &Attribute) -> String {
    let agreement = match attribute.agreement {
        Agreement::Agrees => "agrees",
        Agreement::Contradicts => "contradicts",
        Agreement::NotKnown => "not known",
    };
    let values = |values: &[String]| match values {
        [] => "-".to_owned(),
        values if values.len() <= MAX_VALUES => values.join(", "),
        values => {
            let shown = values.iter().take(MAX_VALUES).cloned().collect::<Vec<_>>().join(", ");
            format!("{shown} and {} more", values.len() - MAX_VALUES)
        }
    };
    format!(
        "{:<12} {agreement}: {} / {}",
        attribute.attribute.label(),
        values(&attribute.query),
        values(&attribute.listed)
    )
}

/// Who designated the entity, when and why.
pub(crate) fn designations(entity: &Entity, indent: &str) -> String {
    let mut out = String::new();
    let designations = entity.provenance.as_ref().map_or(&[][..], |p| &p.designations[..]);
    for designation in designations {
        let mut parts = vec![designation.authority.clone()];
        if !designation.programmes.is_empty() {
            parts.push(designation.programmes.join(", "));
        }
        parts.extend(designation.reference.iter().map(|reference| format!("no. {reference}")));
        parts.extend(designation.listed_on.iter().map(|date| format!("listed on {date}")));
        parts.extend(designation.valid_to.iter().map(|date| format!("ended on {date}")));
        let _ = writeln!(out, "{indent}designated   {}", parts.join("; "));
    }
    out
}

/// Which lists an answer rests on.
pub(crate) fn searched(searched: &SearchedLists) -> String {
    searched_lists(&searched.lists, &searched.removed, searched.generation)
}

/// The policy of an answer, where it is not the one as shipped.
pub(crate) fn policy(policy: &AppliedPolicy) -> String {
    match policy.differences().as_slice() {
        [] => String::new(),
        differences => format!("policy: {}\n", differences.join("; ")),
    }
}

/// The searched lists with their versions, and the generation.
pub(crate) fn searched_lists(
    lists: &[ListHealth],
    removed: &[DatasetName],
    generation: GenerationId,
) -> String {
    let named: Vec<String> = lists
        .iter()
        .map(|list| {
            let version = if list.version.is_empty() { "no date" } else { &list.version };
            let version = version.get(..10).unwrap_or(version);
            let stale = if list.stale { ", STALE" } else { "" };
            let partial = if list.partial { ", PARTIAL" } else { "" };
            let failed = if list.failed { ", UPDATE FAILED" } else { "" };
            let loss = if list.accepted_losses.is_empty() { "" } else { ", LOSS ACCEPTED" };
            format!("{} ({version}{stale}{partial}{failed}{loss})", list.dataset)
        })
        .collect();
    let mut state = match generation {
        GenerationId::BUILT_IN_ONLY => {
            "built-in data only; `interdict lists import` adds the official lists".to_owned()
        }
        number => format!("generation {number}"),
    };
    if !removed.is_empty() {
        let names: Vec<&str> = removed.iter().map(AsRef::as_ref).collect();
        state.push_str(&format!("; removed: {}", names.join(", ")));
    }
    let named = if named.is_empty() { "no list".to_owned() } else { named.join(", ") };
    format!("searched {named}; {state}\n")
}
