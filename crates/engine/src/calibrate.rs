//! Measures alerts and recall at each threshold, so that a threshold can be chosen from figures.

use interdict_calibrate::{
    AliasGroup, Counts, Curve, INDEXED_FROM, Plot, RecallCount, RecallRequest, THRESHOLDS,
    measure_recall, render_plot,
};
use interdict_files::ReadingCounts;
use interdict_model::serialize_four_digits;
use schemars::JsonSchema;
use serde::Serialize;

use crate::calibrate_request::{
    CalibrateProgress, CalibrateRequest, CalibrateStage, CleanPopulation,
};
use crate::error::EngineError;
use crate::lists::{Lists, SearchedLists};
use crate::population_alerts::{PopulationAlerts, count_population};
use crate::reading_gaps::reading_gaps;
use crate::session::Session;

/// Alerts and recall by threshold.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CalibrateReport {
    /// The lists that were searched.
    #[serde(flatten)]
    pub searched: SearchedLists,
    /// The population on which alerts were counted.
    pub population: String,
    /// How far its rows could be read. Rows that could not be read count as no alert.
    #[serde(flatten)]
    pub reading: ReadingCounts,
    /// Persons that were searched by an alias left out of the lists.
    pub persons: u64,
    /// Organisations that were searched by an alias left out of the lists.
    pub organizations: u64,
    /// The figures.
    pub points: Vec<CalibratePoint>,
}

/// The figures of one threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct CalibratePoint {
    /// The threshold.
    pub threshold: f64,
    /// On how many rows alerts were counted: all, or where every listed name must be compared, a
    /// sample of them.
    pub rows: u64,
    /// Alerts per 100,000 when only names are screened.
    #[serde(serialize_with = "serialize_four_digits")]
    pub alerts_by_name: f64,
    /// Alerts per 100,000 when all attributes are screened.
    #[serde(serialize_with = "serialize_four_digits")]
    pub alerts_with_facts: f64,
    /// The share of persons found by the alias alone.
    #[serde(serialize_with = "serialize_four_digits")]
    pub persons_by_name: f64,
    /// The share of persons found by the alias with birth date and country.
    #[serde(serialize_with = "serialize_four_digits")]
    pub persons_with_facts: f64,
    /// The share of organisations found by the alias alone.
    #[serde(serialize_with = "serialize_four_digits")]
    pub organizations_by_name: f64,
    /// The share of organisations found by the alias with the country.
    #[serde(serialize_with = "serialize_four_digits")]
    pub organizations_with_facts: f64,
    /// Persons and organisations whose names are alike enough, but were not proposed by the index.
    pub lost_by_index: u64,
}

impl Session {
    /// Measures alerts and recall at every threshold.
    pub fn calibrate(
        &self,
        lists: &Lists,
        request: &CalibrateRequest,
        progress: &dyn Fn(CalibrateProgress),
    ) -> Result<CalibrateReport, EngineError> {
        let datasets = &request.policy.datasets;
        lists.check_datasets(datasets)?;
        let policy = lists.with_day(&request.policy);
        let alerts = count_population(lists, request, &policy, progress)?;
        let recall = |group, before: u64| {
            let aliases_done = |done| {
                let (stage, size) = (CalibrateStage::Aliases, 2 * request.samples as u64);
                progress(CalibrateProgress { stage, done: before + done, size });
            };
            let wanted = RecallRequest { group, samples: request.samples, seed: request.seed };
            measure_recall(lists.generation(), &wanted, &policy, &aliases_done)
        };
        let persons = recall(AliasGroup::Persons, 0)?;
        let organizations = recall(AliasGroup::Organizations, request.samples as u64)?;
        let mut searched = lists.searched(datasets);
        // Calibration screens no real party, so only the gaps are used and not the verdict.
        let _ = searched.conclude(false, &reading_gaps(&alerts.reading), &[]);
        Ok(CalibrateReport {
            searched,
            population: describe_population(request),
            points: points(&alerts, &persons, &organizations),
            reading: alerts.reading,
            persons: persons.asked,
            organizations: organizations.asked,
        })
    }
}

fn describe_population(request: &CalibrateRequest) -> String {
    match &request.population {
        CleanPopulation::File { path, .. } => {
            path.file_name().unwrap_or_default().to_string_lossy().into_owned()
        }
        CleanPopulation::Generated { .. } => format!("generated, seed {}", request.seed),
    }
}

fn points(
    alerts: &PopulationAlerts,
    persons: &RecallCount,
    organizations: &RecallCount,
) -> Vec<CalibratePoint> {
    let share = |counts: &Counts, place: usize, of: u64| {
        counts.get(place).map_or(0.0, |count| *count as f64 / of.max(1) as f64)
    };
    let point = |(place, threshold): (usize, f64)| {
        let alerts = if threshold < INDEXED_FROM { &alerts.sampled } else { &alerts.all };
        CalibratePoint {
            threshold,
            rows: alerts.rows,
            alerts_by_name: share(&alerts.by_name, place, alerts.rows) * 100_000.0,
            alerts_with_facts: share(&alerts.with_facts, place, alerts.rows) * 100_000.0,
            persons_by_name: share(&persons.by_name, place, persons.asked),
            persons_with_facts: share(&persons.with_facts, place, persons.asked),
            organizations_by_name: share(&organizations.by_name, place, organizations.asked),
            organizations_with_facts: share(&organizations.with_facts, place, organizations.asked),
            lost_by_index: [persons, organizations]
                .iter()
                .filter_map(|counted| counted.lost_by_index.get(place))
                .sum(),
        }
    };
    THRESHOLDS.into_iter().enumerate().map(point).collect()
}

/// Draws alerts and recall over the threshold.
pub fn render_calibration_svg(report: &CalibrateReport) -> String {
    let values = |value: &dyn Fn(&CalibratePoint) -> f64| report.points.iter().map(value).collect();
    // Every searched entity has the same weight, person or organisation.
    let (persons, organizations) = (report.persons as f64, report.organizations as f64);
    let both =
        |a: f64, b: f64| (a * persons + b * organizations) / (persons + organizations).max(1.0);
    let curve = |label: &str, values: Vec<f64>, dashed: bool| Curve {
        label: label.to_owned(),
        values,
        dashed,
    };
    render_plot(&Plot {
        title: format!("Alerts on {} clean rows, and aliases found", report.reading.rows_screened),
        alerts: vec![
            curve("alerts, name only", values(&|p| p.alerts_by_name), false),
            curve("alerts, with birth date and country", values(&|p| p.alerts_with_facts), true),
        ],
        recall: vec![
            curve(
                "aliases found, name only",
                values(&|p| both(p.persons_by_name, p.organizations_by_name)),
                false,
            ),
            curve(
                "aliases found, with birth date and country",
                values(&|p| both(p.persons_with_facts, p.organizations_with_facts)),
                true,
            ),
        ],
    })
}
