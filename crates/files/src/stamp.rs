//! The data that must be equal for an interrupted run to be resumed.

use std::fs::File;
use std::path::Path;

use interdict_index::Generation;
use interdict_model::{DatasetName, GenerationId, Sha256Digest};
use interdict_screen::{Algorithm, Policy};
use serde::{Deserialize, Serialize};

use crate::error::BatchError;
use crate::options::{BatchOptions, ColumnMap};

/// The input, the options, the lists and the program of a run. Two runs with equal stamps write the
/// same bytes, so one can continue the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// The program's version: the rules of a decision change with it.
    program: String,
    /// The fingerprint of the analysis of names, which also changes between versions.
    analyzer: String,
    input_bytes: u64,
    input_sha256: Sha256Digest,
    options: OptionsStamp,
    /// The day on which a designation must be in force.
    pub(crate) day: Option<String>,
    generation: GenerationId,
    lists: Vec<ListStamp>,
}

/// The options, without the day: a run that continues after midnight keeps its first day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct OptionsStamp {
    map: ColumnMap,
    include_empty: bool,
    explanation: bool,
    /// As text, which reads back exactly; a JSON parser may be off by the last bit of a number.
    threshold: String,
    limit: usize,
    algorithm: Algorithm,
    datasets: Vec<DatasetName>,
    #[serde(default)]
    allowed: Vec<DatasetName>,
    weak_alias_alone: bool,
    #[serde(default)]
    cleared_by_years: u16,
    exhaustive: bool,
}

/// One list of the generation, by what it was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ListStamp {
    dataset: DatasetName,
    version: String,
    sources: Vec<Sha256Digest>,
}

impl Stamp {
    pub(crate) fn new(
        generation: &Generation,
        input: &Path,
        options: &BatchOptions,
    ) -> Result<Self, BatchError> {
        let (input_bytes, input_sha256) = File::open(input)
            .and_then(Sha256Digest::of_reader)
            .map_err(BatchError::io("read", input))?;
        let lists = generation.segments.iter().map(|segment| {
            let about = segment.about();
            ListStamp {
                dataset: about.dataset.clone(),
                version: about.version.clone(),
                sources: about.sources.iter().map(|source| source.sha256).collect(),
            }
        });
        Ok(Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            analyzer: interdict_index::analysis_version().to_owned(),
            input_bytes,
            input_sha256,
            options: OptionsStamp::new(options),
            day: options.policy.day.map(|day| day.to_string()),
            generation: generation.id,
            lists: lists.collect(),
        })
    }

    /// What differs from the stamp of an earlier run, if anything does.
    pub(crate) fn difference(&self, earlier: &Stamp) -> Option<&'static str> {
        let input = |stamp: &Stamp| (stamp.input_bytes, stamp.input_sha256);
        if input(self) != input(earlier) {
            return Some("the input is not what it was");
        }
        if self.options != earlier.options || self.day != earlier.day {
            return Some("the options are not what they were");
        }
        if self.generation != earlier.generation || self.lists != earlier.lists {
            return Some("the lists are not what they were");
        }
        let program = |stamp: &Stamp| (stamp.program.clone(), stamp.analyzer.clone());
        (program(self) != program(earlier)).then_some("the program's version is not what it was")
    }
}

impl OptionsStamp {
    /// Takes the options apart without `..`, so that a new one cannot be forgotten here.
    fn new(options: &BatchOptions) -> Self {
        // `max_unscreened` decides whether the output gets its name, not its content, so a run that stopped at the
        // ceiling can be completed with a higher one.
        let BatchOptions { map, policy, include_empty, explanation, max_unscreened: _ } =
            options.clone();
        let Policy {
            threshold,
            limit,
            algorithm,
            datasets,
            day: _,
            allowed,
            weak_alias_alone,
            cleared_by_years,
            exhaustive,
        } = policy;
        Self {
            map,
            include_empty,
            explanation,
            threshold: threshold.value().to_string(),
            limit,
            algorithm,
            datasets,
            allowed,
            weak_alias_alone,
            cleared_by_years,
            exhaustive,
        }
    }
}

#[cfg(test)]
mod tests {
    use interdict_model::Score;

    use super::*;
    use crate::ceiling::UnscreenedCeiling;
    use crate::options::Column;

    fn stamp(change: impl FnOnce(&mut BatchOptions)) -> Stamp {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "name\nJane Example\n").unwrap();
        let column = Column { column: "name".to_owned(), property: "name".to_owned() };
        let mut options = BatchOptions {
            map: ColumnMap { columns: vec![column], ..ColumnMap::default() },
            policy: Policy::default(),
            include_empty: false,
            explanation: false,
            max_unscreened: UnscreenedCeiling::Usual,
        };
        change(&mut options);
        let generation =
            Generation { id: GenerationId::from(7), ..Generation::in_memory(Vec::new()) };
        Stamp::new(&generation, file.path(), &options).unwrap()
    }

    /// A change after which a run must not be resumed.
    type Change = fn(&mut Stamp);

    #[test]
    fn a_stamp_survives_the_progress_file_and_equals_that_of_the_same_run() {
        let first = stamp(|_| ());
        for threshold in [0.7, 0.1 + 0.2, 0.7000000000000001, 1.0 / 3.0] {
            let first = stamp(|options| options.policy.threshold = Score::clamped(threshold));
            let json = serde_json::to_string(&first).unwrap();
            assert_eq!(serde_json::from_str::<Stamp>(&json).unwrap(), first, "{threshold}");
        }
        assert_eq!(first.difference(&stamp(|_| ())), None);
    }

    #[test]
    fn every_option_that_can_change_the_output_is_part_of_the_stamp() {
        let changes: [fn(&mut BatchOptions); 16] = [
            |options| options.map.columns[0].property = "alias".to_owned(),
            |options| options.map.schema = Some(interdict_model::Schema::PERSON),
            |options| options.map.schema_column = Some("type".to_owned()),
            |options| options.map.form.encoding = Some("gbk".parse().unwrap()),
            |options| options.map.form.delimiter = Some(";".parse().unwrap()),
            |options| options.map.form.dates = Some(interdict_model::DateOrder::DayFirst),
            |options| options.include_empty = true,
            |options| options.explanation = true,
            |options| options.policy.threshold = Score::clamped(0.71),
            |options| options.policy.limit += 1,
            |options| options.policy.algorithm = Algorithm::Exact,
            |options| options.policy.datasets.push("us_ofac_sdn".parse().unwrap()),
            |options| options.policy.allowed.push("staff".parse().unwrap()),
            |options| options.policy.weak_alias_alone = true,
            |options| options.policy.cleared_by_years += 1,
            |options| options.policy.exhaustive = true,
        ];
        let before = stamp(|options| options.max_unscreened = UnscreenedCeiling::Rows(3));
        for (number, change) in changes.into_iter().enumerate() {
            let difference = stamp(change).difference(&before);
            assert_eq!(difference, Some("the options are not what they were"), "{number}");
        }
        let day: interdict_model::PartialDate = "2026-01-01".parse().unwrap();
        let other_day = stamp(|options| options.policy.day = Some(day.to()));
        assert_eq!(other_day.difference(&before), Some("the options are not what they were"));
    }

    #[test]
    fn another_input_list_or_analysis_is_told_apart() {
        let changes: [(Change, &str); 5] = [
            (|stamp| stamp.input_bytes += 1, "the input is not what it was"),
            (|stamp| stamp.input_sha256 = Sha256Digest::of(b""), "the input is not what it was"),
            (
                |stamp| stamp.generation = stamp.generation.next(),
                "the lists are not what they were",
            ),
            (|stamp| stamp.analyzer.push('x'), "the program's version is not what it was"),
            (|stamp| stamp.program.push('x'), "the program's version is not what it was"),
        ];
        let before = stamp(|_| ());
        for (change, text) in changes {
            let mut after = before.clone();
            change(&mut after);
            assert_eq!(after.difference(&before), Some(text));
        }
        let mut after = before.clone();
        let dataset = "my_list".parse().unwrap();
        after.lists.push(ListStamp { dataset, version: String::new(), sources: Vec::new() });
        assert_eq!(after.difference(&before), Some("the lists are not what they were"));
    }
}
