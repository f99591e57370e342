//! Opened lists, and whether they can be relied on.

use interdict_index::{Generation, Segment};
use interdict_lists::Dataset;
use interdict_model::{DatasetName, DatePrefix, Entity};
use jiff::Timestamp;
use serde::Serialize;

use crate::engine::At;
use crate::error::EngineError;

/// A state of the lists, opened. It does not change while it is open.
pub struct Lists {
    pub(crate) generation: Generation,
    standings: Vec<Standing>,
    day: DatePrefix,
}

/// One list, and whether it is fresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The dataset.
    pub dataset: DatasetName,
    /// Its title.
    pub title: String,
    /// The list's own version.
    pub version: String,
    /// When it was imported.
    pub imported_at: String,
    /// Days since its version, or since its import if the version is no date.
    pub age_days: Option<i64>,
    /// After how many days it counts as stale; never, if absent.
    pub stale_after_days: Option<u32>,
    /// Whether it is stale.
    pub stale: bool,
    /// Listed entities.
    pub targets: u64,
    /// Entities of all kinds.
    pub entities: u64,
    /// Names of listed entities.
    pub names: u64,
    /// Wallets.
    pub wallets: u64,
    /// Problems found when it was read.
    pub problems: u64,
}

impl Lists {
    pub(crate) fn new(generation: Generation, now: Timestamp, at: At) -> Self {
        let today = day_of(now);
        let day = match at {
            At::Day(day) => day,
            At::Now | At::Generation(_) => today,
        };
        let standings = generation.segments.iter().map(|segment| standing(segment, day)).collect();
        Self { generation, standings, day }
    }

    /// The generation's number; 0 when nothing was ever imported.
    pub fn number(&self) -> u64 {
        self.generation.manifest.number
    }

    /// The day that the lists are asked for.
    pub fn day(&self) -> DatePrefix {
        self.day
    }

    /// Every list with its standing.
    pub fn standings(&self) -> &[Standing] {
        &self.standings
    }

    /// The opened generation.
    pub fn generation(&self) -> &Generation {
        &self.generation
    }

    /// Why an answer from these datasets (all, if none is named) would be incomplete.
    pub fn gaps(&self, datasets: &[DatasetName]) -> Vec<String> {
        self.standings
            .iter()
            .filter(|list| list.stale && (datasets.is_empty() || datasets.contains(&list.dataset)))
            .map(|list| {
                let days = list.age_days.unwrap_or_default();
                let limit = list.stale_after_days.unwrap_or_default();
                format!("{} is {days} days old, stale after {limit}", list.dataset)
            })
            .collect()
    }

    /// Fails if a dataset is not among the lists.
    pub fn check_datasets(&self, datasets: &[DatasetName]) -> Result<(), EngineError> {
        datasets
            .iter()
            .find(|dataset| self.standings.iter().all(|list| list.dataset != **dataset))
            .map_or(Ok(()), |missing| Err(EngineError::NotImported(missing.to_string())))
    }

    /// All records of an id, one for each dataset that has it. Other ids of the same entity count.
    pub fn records(&self, id: &str) -> Result<Vec<Entity>, EngineError> {
        let mut found = Vec::new();
        for segment in &self.generation.segments {
            let by_id = segment.find(id);
            let key = format!("ref:{id}");
            let others = segment.lookup(&key).collect::<Vec<_>>();
            for number in by_id.into_iter().chain(others) {
                found.push(segment.entity(number)?);
            }
        }
        Ok(found)
    }

    /// All entities that point to an id: its sanctions, addresses, documents, wallets, relations.
    pub fn pointing_to(&self, id: &str) -> Result<Vec<Entity>, EngineError> {
        let key = format!("link:{id}");
        let mut found = Vec::new();
        for segment in &self.generation.segments {
            for number in segment.lookup(&key) {
                found.push(segment.entity(number)?);
            }
        }
        Ok(found)
    }
}

/// The day of a moment, in UTC.
pub(crate) fn day_of(moment: Timestamp) -> DatePrefix {
    let text = moment.to_string();
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse().ok());
    DatePrefix::new(
        number(0..4).unwrap_or(1970),
        number(5..7).map(|month: u16| month as u8),
        number(8..10).map(|day: u16| day as u8),
    )
    .expect("a time stamp names a day of the calendar")
}

fn standing(segment: &Segment, day: DatePrefix) -> Standing {
    let about = segment.about();
    let known = Dataset::find(&about.dataset);
    let dated = |text: &str| -> Option<i64> {
        let then: jiff::civil::Date = text.get(..10)?.parse().ok()?;
        let now: jiff::civil::Date = day.to_string().parse().ok()?;
        now.since(then).ok().map(|span| i64::from(span.get_days()))
    };
    let age_days = dated(&about.version).or_else(|| dated(&about.imported_at));
    let stale_after_days = known.map(|dataset| dataset.stale_after_days);
    let stale = match (age_days, stale_after_days) {
        (Some(age), Some(limit)) => age > i64::from(limit),
        _ => false,
    };
    Standing {
        dataset: about.dataset.clone(),
        title: known.map_or_else(|| about.dataset.to_string(), |dataset| dataset.title.to_owned()),
        version: about.version.clone(),
        imported_at: about.imported_at.clone(),
        age_days,
        stale_after_days,
        stale,
        targets: about.targets,
        entities: about.entities,
        names: about.names,
        wallets: about.wallets,
        problems: about.problems.len() as u64,
    }
}
