//! `interdict batch`

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use interdict_engine::files::{
    BatchFiles, BatchOptions, BatchProgress, Column, ColumnMap, Delimiter, InputForm,
    ReadingCounts, TextEncoding, UnscreenedCeiling,
};
use interdict_engine::{BatchReport, KnownColumns, Session};
use interdict_model::{DateOrder, Schema};

use super::render;
use crate::data::{Data, RequireArgs, StateArgs};
use crate::output::{ExitStatus, Output, is_interactive, print_note, warn_gaps};
use crate::query::{PolicyArgs, parse_schema};

/// Screen a file of customers.
///
/// One row is written for each candidate: the input's columns, then match_id, match_caption,
/// match_score, match, match_list, match_programme, match_name (the listed name that agrees),
/// match_name_kind (primary, alias, former, weak, number or wallet), match_birth_date, match_country,
/// match_topics, match_error and match_unread. The order of the input is kept.
///
/// A row is screened by all that can be read of it. A field that cannot be read, such as a date that
/// does not exist, is named in match_unread; such a row is always written, and without a match it is
/// not clear. A row none of whose names, numbers or wallets can be read has the reason in match_error.
///
/// The formats follow the files' endings: .csv, .tsv, .ndjson (.jsonl, .json), .parquet. Text that is
/// read may be packed with gzip or zstd. When NDJSON is written as a table, its columns are the keys
/// of all rows. The output file appears under its name only when it is complete.
///
/// Exit codes: 0 every row was screened and is clear; 1 a match; 3 no match, but fields could not be
/// read or a list is missing or stale; 4 some rows were not screened, whatever was found in the
/// others; 2 failure, such as more rows unscreened than --max-unscreened allows, or none screened.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict batch customers.csv hits.csv
  interdict batch customers.csv hits.csv -s Person -i Kunde=name -i geboren=birthDate
  interdict batch parties.parquet hits.parquet -s Company -i name=name -d us_ofac_sdn
  interdict batch customers.csv hits.csv -s Person -i full_name=name --resume")]
pub(crate) struct Batch {
    /// The customers.
    input: PathBuf,
    /// The result.
    output: PathBuf,
    #[command(flatten)]
    columns: ColumnArgs,
    /// Write rows without a candidate too.
    #[arg(long)]
    include_empty: bool,
    /// Add a column match_explanation with the evidence as JSON.
    #[arg(long)]
    explanation: bool,
    /// Continue an interrupted run. Fails if the input, the options or the lists have changed; starts from the
    /// beginning if no run was interrupted.
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    require: RequireArgs,
    #[command(flatten)]
    state: StateArgs,
}

/// What the columns of a customer file mean. Without -i, columns with usual names are known.
#[derive(Debug, Args)]
pub(crate) struct ColumnArgs {
    /// The kind of all rows: Person, Company, Vessel ... Of entities that cannot be of this kind only equal names are
    /// found, and no ships whose name is a single word.
    #[arg(short, long, value_parser = parse_schema)]
    schema: Option<Schema>,
    /// A column with the schema of each row, which is used in the same way.
    #[arg(long, value_name = "COLUMN")]
    schema_column: Option<String>,
    /// Which column holds which FollowTheMoney property: name, birthDate, nationality, country,
    /// passportNumber, idNumber, address, publicKey ... Without this option, columns with common
    /// names are recognised, and the program prints how it reads each column.
    #[arg(short, long = "input", value_name = "COLUMN=PROPERTY", value_parser = parse_column)]
    input_column: Vec<Column>,
    /// A column that is left out on purpose. Without -i, an unused column whose values look like names is reported, and
    /// its rows are not clear.
    #[arg(long, value_name = "COLUMN")]
    ignore_column: Vec<String>,
    #[command(flatten)]
    form: FormArgs,
}

/// How the file is written, and how much of it may stay unread.
#[derive(Debug, Args)]
struct FormArgs {
    /// The encoding of the text, if it is not UTF-8: windows-1252, windows-1251, gbk, utf-16le ...
    #[arg(long, value_name = "NAME")]
    encoding: Option<TextEncoding>,
    /// The delimiter between fields, if it cannot be detected in the header line: comma, semicolon, tab, pipe, or one
    /// character.
    #[arg(long, value_name = "CHARACTER")]
    delimiter: Option<Delimiter>,
    /// The order of dates such as 03/04/1965: dmy (day first), mdy (month first), ymd (year first in every date), or
    /// excel (numbers of five digits are spreadsheet days). Without this option, the order of each column is found from
    /// days after the 12th; a file whose order cannot be found is refused.
    #[arg(long, value_name = "ORDER")]
    date_format: Option<DateOrder>,
    /// How many rows may stay unscreened, as a number or a share such as 2%. With more of them the
    /// run fails: exit code 2, and no output of that name.
    #[arg(long, value_name = "N|N%", default_value = "1%, at least 10", value_parser = parse_ceiling)]
    max_unscreened: UnscreenedCeiling,
}

/// The default cannot be written as a value, because it means one in a hundred but at least ten.
fn parse_ceiling(text: &str) -> Result<UnscreenedCeiling, &'static str> {
    let usual = UnscreenedCeiling::default();
    if text == usual.to_string() { Ok(usual) } else { text.parse() }
}

impl ColumnArgs {
    /// The most rows that may stay unscreened.
    pub(crate) fn max_unscreened(&self) -> UnscreenedCeiling {
        self.form.max_unscreened
    }

    /// The columns that were given; without any, those that are recognised by their names. They are printed, and
    /// so are those that are not used.
    pub(crate) fn read(&self, session: &Session, path: &Path) -> anyhow::Result<KnownColumns> {
        let map = ColumnMap {
            schema: self.schema.clone().or_else(|| session.config().policy.schema.clone()),
            schema_column: self.schema_column.clone(),
            columns: self.input_column.clone(),
            ignored: self.ignore_column.clone(),
            form: InputForm {
                encoding: self.form.encoding,
                delimiter: self.form.delimiter,
                dates: self.form.date_format,
            },
            ..ColumnMap::default()
        };
        let known = session.read_columns(path, &map)?;
        print_note(&describe_columns(&known));
        Ok(known)
    }
}

/// `columns: born -> birthDate, type -> schema, id -> key; not used: note`
fn describe_columns(known: &KnownColumns) -> String {
    let arrow = |column: &str, meaning: &str| format!("{column} -> {meaning}");
    let map = &known.map;
    let columns = map.columns.iter().map(|column| arrow(&column.column, &column.property));
    let schema = map.schema_column.iter().map(|column| arrow(column, "schema"));
    let key = known.id_column.iter().map(|column| arrow(column, "key"));
    let nested = nested_keys(map);
    let columns = columns.chain(schema).chain(key).chain(nested);
    let mut text = format!("columns: {}", columns.collect::<Vec<_>>().join(", "));
    if !known.unused.is_empty() {
        text.push_str(&format!("; not used: {}", known.unused.join(", ")));
    }
    text
}

/// `in nested objects name -> name, ubo -> otherParty`
fn nested_keys(map: &ColumnMap) -> Option<String> {
    let keys = map.nested.iter().flatten().map(|key| format!("{} -> {}", key.key, key.meaning));
    let keys: Vec<String> = keys.collect();
    (!keys.is_empty()).then(|| format!("in nested objects {}", keys.join(", ")))
}

fn parse_column(text: &str) -> Result<Column, String> {
    let (column, property) =
        text.split_once('=').ok_or_else(|| format!("{text:?} is not COLUMN=PROPERTY"))?;
    Ok(Column { column: column.to_owned(), property: property.trim().to_owned() })
}

impl Batch {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let (session, mut lists) = data.open_lists(&self.state)?;
        lists.require(&self.require.require);
        let options = BatchOptions {
            map: self.columns.read(&session, &self.input)?.map,
            policy: self.policy.policy(session.config()),
            include_empty: self.include_empty,
            explanation: self.explanation,
            max_unscreened: self.columns.max_unscreened(),
        };
        let states_kind = options.map.schema.is_some() || options.map.schema_column.is_some();
        let files = BatchFiles {
            input: self.input.clone(),
            output: self.output.clone(),
            resume: self.resume,
        };
        let bar = RowsBar::default();
        let report = session.batch(&lists, &files, &options, &|progress| bar.show(progress))?;
        bar.clear();
        output.print(&session, &report, |report| render_report(report, states_kind))?;
        warn_gaps(&report.searched.gaps);
        Ok(ExitStatus::of_rows(&report.summary.reading, report.verdict))
    }
}

/// How many rows are done, how fast, and how long the rest will take; on terminals only.
#[derive(Default)]
pub(crate) struct RowsBar {
    bar: OnceLock<(ProgressBar, u64)>,
}

impl RowsBar {
    pub(crate) fn show(&self, progress: BatchProgress) {
        if !is_interactive() {
            return;
        }
        // A resumed run does not count the rows of the interrupted run.
        let (bar, before) = self.bar.get_or_init(|| {
            let style = ProgressStyle::with_template("{wide_bar} {percent}%  {msg}, {eta} left")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            (ProgressBar::new(progress.size).with_style(style), progress.rows)
        });
        bar.set_position(progress.done);
        let seconds = bar.elapsed().as_secs_f64().max(0.001);
        let rate = ((progress.rows - before) as f64 / seconds) as u64;
        bar.set_message(format!("{} rows, {rate}/s", progress.rows));
    }

    pub(crate) fn clear(&self) {
        if let Some((bar, _)) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

/// `60 rows: 58 screened (2 of them without fields that could not be read), 2 not screened`
pub(crate) fn describe_rows(reading: &ReadingCounts) -> String {
    let unread = match reading.rows_unread {
        0 => String::new(),
        rows => format!(" ({rows} of them with fields that could not be read, or are doubtful)"),
    };
    format!(
        "{} rows: {} screened{unread}, {} not screened",
        reading.rows, reading.rows_screened, reading.rows_unscreened
    )
}

/// The fields by column, and the first rows that could not be screened.
pub(crate) fn describe_unread(reading: &ReadingCounts) -> String {
    let mut text = String::new();
    if !reading.unread.is_empty() {
        let counts = reading.unread.iter().map(|(column, count)| format!("{column} {count}"));
        let counts = counts.collect::<Vec<_>>().join(", ");
        text.push_str(&format!("fields that could not be read, or are doubtful: {counts}\n"));
    }
    for fault in &reading.faults {
        text.push_str(&format!("row {} could not be screened: {}\n", fault.row, fault.fault));
    }
    let more = reading.rows_unscreened.saturating_sub(reading.faults.len() as u64);
    if more > 0 {
        text.push_str(&format!("  and {more} more\n"));
    }
    text
}

fn render_report(report: &BatchReport, states_kind: bool) -> String {
    let summary = &report.summary;
    let mut text = format!(
        "{}; {} with a match, {} candidates written\n",
        describe_rows(&summary.reading),
        summary.rows_matched,
        summary.candidates
    );
    let list = |counts: &std::collections::BTreeMap<String, u64>| {
        counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    };
    if !summary.by_dataset.is_empty() {
        text.push_str(&format!("matches by list: {}\n", list(&summary.by_dataset)));
        text.push_str(&format!("matches by score: {}\n", list(&summary.by_band)));
    }
    text.push_str(&describe_unread(&summary.reading));
    if summary.reading.rows_unscreened > 0 || summary.reading.rows_unread > 0 {
        text.push_str("  match_error and match_unread say why in each row of the output\n");
    }
    if states_kind {
        text.push_str(
            "where a row states its kind, only equal names of other kinds were looked for\n",
        );
    }
    text.push_str(&render::policy(&report.policy));
    text.push_str(&render::searched(&report.searched));
    text
}
