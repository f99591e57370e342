//! `interdict calibrate`

use std::cell::RefCell;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use interdict_engine::{
    CalibratePoint, CalibrateProgress, CalibrateReport, CalibrateRequest, CalibrateStage,
    CleanPopulation, render_calibration_svg,
};

use super::batch::{ColumnArgs, describe_rows, describe_unread};
use super::render;
use crate::data::{Data, StateArgs};
use crate::output::{ExitStatus, Format, Output, csv_line, is_interactive, print_note, warn_gaps};
use crate::query::PolicyArgs;

/// Measure alerts and recall at each threshold.
///
/// Screens a population that is known to be clean and counts the alerts at each threshold, beside
/// the share of listed entities that are found by an alias left out of the lists. Without a file,
/// the population comes from the built-in generator.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict calibrate --plot thresholds.svg
  interdict calibrate --population customers.csv -s Person -i full_name=name -i born=birthDate
  interdict calibrate --generate 5000000 --output population.csv")]
pub(crate) struct Calibrate {
    /// Customers who are on no list: .csv, .ndjson or .parquet.
    #[arg(long, value_name = "FILE", conflicts_with = "generate")]
    population: Option<PathBuf>,
    #[command(flatten)]
    columns: ColumnArgs,
    /// How many rows to generate when no --population is given.
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..))]
    rows: u64,
    /// Measure recall on at most this many listed entities of each kind: one alias of each is
    /// removed from the list and then searched for.
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    samples: usize,
    /// The seed of the generated population and of the samples.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Draw the figures.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// Write this many generated rows to --output as CSV, and do nothing else.
    #[arg(long, value_name = "N", requires = "output")]
    generate: Option<u64>,
    /// The file for generated rows.
    #[arg(short, long, value_name = "FILE", requires = "generate")]
    output: Option<PathBuf>,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    state: StateArgs,
}

impl Calibrate {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        if let (Some(rows), Some(path)) = (self.generate, &self.output) {
            Data::session_without_data()?.write_population(rows, self.seed, path)?;
            print_note(&format!("{rows} rows of seed {} written to {}", self.seed, path.display()));
            return Ok(ExitStatus::Done);
        }
        let (session, lists) = data.open_lists(&self.state)?;
        let population = match &self.population {
            Some(path) => {
                let map = self.columns.read(&session, path)?.map;
                let max_unscreened = self.columns.max_unscreened();
                CleanPopulation::File { path: path.clone(), map: Box::new(map), max_unscreened }
            }
            None => CleanPopulation::Generated { rows: self.rows },
        };
        let request = CalibrateRequest {
            population,
            samples: self.samples,
            seed: self.seed,
            policy: self.policy.policy(session.config()),
        };
        let bar = StageBar::default();
        let report = session.calibrate(&lists, &request, &|progress| bar.show(progress))?;
        bar.clear();
        if let Some(path) = &self.plot {
            std::fs::write(path, render_calibration_svg(&report))
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        match output.format {
            Format::Csv => output.write(&render_csv(&report))?,
            Format::Svg => output.write(&render_calibration_svg(&report))?,
            _ => output.print(&session, &report, render_text)?,
        }
        warn_gaps(&report.searched.gaps);
        let status = ExitStatus::unless_gaps(&report.searched.gaps);
        Ok(ExitStatus::of_rows(&report.reading, status))
    }
}

/// What is being measured, and how long it will take; on terminals only.
#[derive(Default)]
struct StageBar {
    bar: RefCell<Option<(CalibrateStage, ProgressBar)>>,
}

impl StageBar {
    fn show(&self, progress: CalibrateProgress) {
        if !is_interactive() {
            return;
        }
        let mut shown = self.bar.borrow_mut();
        if shown.as_ref().is_some_and(|(stage, _)| *stage != progress.stage)
            && let Some((_, bar)) = shown.take()
        {
            bar.finish_and_clear();
        }
        let (_, bar) = shown.get_or_insert_with(|| (progress.stage, start_bar(progress)));
        bar.set_position(progress.done);
    }

    fn clear(&self) {
        if let Some((_, bar)) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn start_bar(progress: CalibrateProgress) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg}  {wide_bar} {percent}%, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(progress.size).with_style(style).with_message(match progress.stage {
        CalibrateStage::CleanRows => "clean rows",
        CalibrateStage::WithoutIndex => "below .60, without the index",
        CalibrateStage::Aliases => "aliases left out",
    })
}

fn render_text(report: &CalibrateReport) -> String {
    let mut text = format!(
        "{} ({}); aliases of {} persons and {} organisations left out\n{}\n\
         threshold   alerts per 100,000      persons found       organisations found\n\
         \x20           name    with facts      name  with facts    name  with facts\n",
        describe_rows(&report.reading),
        report.population,
        report.persons,
        report.organizations,
        describe_unread(&report.reading)
    );
    for point in &report.points {
        text.push_str(&format!(
            "{:>9.2} {:>8.0} {:>11.0} {:>9.1} % {:>6.1} % {:>8.1} % {:>6.1} %\n",
            point.threshold,
            point.alerts_by_name,
            point.alerts_with_facts,
            point.persons_by_name * 100.0,
            point.persons_with_facts * 100.0,
            point.organizations_by_name * 100.0,
            point.organizations_with_facts * 100.0
        ));
    }
    let sampled =
        report.points.iter().rev().find(|point| point.rows < report.reading.rows_screened);
    if let Some(point) = sampled {
        text.push_str(&format!(
            "alerts at {:.2} and below were counted on {} of the rows, drawn by lot: there every \
             listed name must be compared\n",
            point.threshold, point.rows
        ));
    }
    for point in report.points.iter().filter(|point| point.lost_by_index > 0) {
        let (lost, threshold) = (point.lost_by_index, point.threshold);
        text.push_str(&format!(
            "{lost} aliases reach {threshold:.2}, but the index asked at {threshold:.2} did not propose \
             the entity\n"
        ));
    }
    text + "\n" + &render::searched(&report.searched)
}

fn render_csv(report: &CalibrateReport) -> String {
    let mut text = csv_line(&[
        "threshold",
        "alerts_by_name",
        "alerts_with_facts",
        "persons_by_name",
        "persons_with_facts",
        "organizations_by_name",
        "organizations_with_facts",
        "lost_by_index",
        "rows",
    ]);
    let cells = |point: &CalibratePoint| {
        let shares = [
            point.persons_by_name,
            point.persons_with_facts,
            point.organizations_by_name,
            point.organizations_with_facts,
        ];
        let mut cells = vec![
            format!("{:.2}", point.threshold),
            format!("{:.1}", point.alerts_by_name),
            format!("{:.1}", point.alerts_with_facts),
        ];
        cells.extend(shares.map(|share| format!("{share:.4}")));
        cells.push(point.lost_by_index.to_string());
        cells.push(point.rows.to_string());
        cells
    };
    for point in &report.points {
        text.push_str(&csv_line(&cells(point)));
    }
    text
}
