//! The entry point for official lists: files of a dataset to entities.

use interdict_model::DatasetName;

use crate::counting_sink::CountingSink;
use crate::ofac::{self, CsvSet, ListContext};
use crate::recognise::{CsvRole, FileKind, recognise};
use crate::{
    Budget, Counts, Dataset, Format, ListFile, ListHeader, ReadError, Sink, eu, read_ftm_list, uk,
    un,
};

/// Reads the files of an official list, or a FollowTheMoney export under any dataset's name.
/// Formats are recognised by content, and the files of OFAC's comma-separated set may come in any
/// order. A dataset that is given in several formats at once is an error, because it would be read
/// twice.
///
/// # Errors
/// When a file is unreadable, empty, a web page, truncated, of another format or past the budget.
/// What the sink received until then must be thrown away.
pub fn read_list(
    dataset: &DatasetName,
    files: &[ListFile],
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(ListHeader, Counts), ReadError> {
    let known = Dataset::find(dataset).filter(|dataset| !dataset.formats.is_empty());
    let expected =
        known.and_then(|known| known.formats.first()).map_or("a list", |format| format.title());
    let mut kinds = Vec::with_capacity(files.len());
    for file in files {
        kinds.push((recognise(file, budget, expected)?, file));
    }
    if let [(FileKind::Whole(Format::FtmLines), file)] = kinds.as_slice() {
        return read_ftm_list(dataset, file, budget, sink);
    }
    let known = known.ok_or_else(|| ReadError::UnknownDataset(dataset.as_str().to_owned()))?;
    match kinds.as_slice() {
        [] => Err(missing(dataset, "a file")),
        [(FileKind::Whole(format), file)] if known.formats.contains(format) => {
            read_whole((*format, file), context(known, dataset, file), budget, sink)
        }
        _ if known.formats.contains(&Format::OfacCsv) && all_csv(&kinds) => {
            let set = csv_set(dataset, &kinds)?;
            let list = context(known, dataset, set.primary);
            counted(sink, |sink| ofac::read_csv_set(&set, &list, budget, sink))
        }
        [(kind, file), ..] => Err(ReadError::Format {
            file: file.name.clone(),
            expected,
            found: describe(*kind, kinds.len()),
        }),
    }
}

/// Reads a list that comes as one file.
fn read_whole(
    (format, file): (Format, &ListFile),
    list: ListContext,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(ListHeader, Counts), ReadError> {
    match format {
        Format::UnXml => un::read_un(file, budget, sink),
        Format::EuXml => eu::read_eu(file, budget, sink),
        Format::UkXml => uk::read_uk(file, budget, sink),
        Format::FtmLines => read_ftm_list(&list.name, file, budget, sink),
        Format::OfacXml => counted(sink, |sink| ofac::read_standard_xml(file, list, budget, sink)),
        Format::OfacAdvancedXml => {
            counted(sink, |sink| ofac::read_advanced_xml(file, list, budget, sink))
        }
        Format::OfacCsv => Err(missing(&list.name, "the other files of the set")),
    }
}

/// Counts the entities and problems of a reader; the reader counts its records itself.
fn counted(
    sink: &mut dyn Sink,
    read: impl FnOnce(&mut dyn Sink) -> Result<ofac::ReadTotals, ReadError>,
) -> Result<(ListHeader, Counts), ReadError> {
    let mut counting_sink = CountingSink::new(sink);
    let ofac::ReadTotals { version, records, unreadable, set } = read(&mut counting_sink)?;
    Ok((ListHeader { version, set }, counting_sink.finish(records, unreadable)))
}

fn context(dataset: &'static Dataset, name: &DatasetName, file: &ListFile) -> ListContext {
    ListContext { dataset, name: name.clone(), version: String::new(), file: file.name.clone() }
}

fn all_csv(kinds: &[(FileKind, &ListFile)]) -> bool {
    kinds.iter().all(|(kind, _)| matches!(kind, FileKind::OfacCsv(_)))
}

fn describe(kind: FileKind, files: usize) -> String {
    let title = match kind {
        FileKind::OfacCsv(_) => Format::OfacCsv.title(),
        FileKind::Whole(format) => format.title(),
    };
    if files > 1 {
        format!("{title}, one of {files} files that do not belong together")
    } else {
        title.to_owned()
    }
}

fn missing(dataset: &DatasetName, what: &str) -> ReadError {
    ReadError::MissingFile { dataset: dataset.as_str().to_owned(), missing: what.to_owned() }
}

fn csv_set<'a>(
    dataset: &DatasetName,
    kinds: &[(FileKind, &'a ListFile)],
) -> Result<CsvSet<'a>, ReadError> {
    let find = |role| {
        let mut found = kinds.iter().filter(|(kind, _)| *kind == FileKind::OfacCsv(role));
        let first = found.next().map(|(_, file)| *file);
        match found.next() {
            Some((_, second)) => Err(ReadError::Format {
                file: second.name.clone(),
                expected: "one file of each kind",
                found: "a second file of the same kind".to_owned(),
            }),
            None => Ok(first),
        }
    };
    let must = |role, name| find(role)?.ok_or_else(|| missing(dataset, name));
    Ok(CsvSet {
        primary: must(CsvRole::Primary, "the main file (sdn.csv or cons_prim.csv)")?,
        // Without these files, aliases would be missing without a report.
        aliases: must(CsvRole::Aliases, "the file of aliases (alt.csv or cons_alt.csv)")?,
        addresses: must(CsvRole::Addresses, "the file of addresses (add.csv or cons_add.csv)")?,
        comments: find(CsvRole::Comments)?,
    })
}
