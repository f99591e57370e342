//! Reads the files of a list and prints its entities as JSON lines, its counts to stderr:
//! `cargo run --release -p interdict-lists --example read_list -- us_ofac_sdn sdn.csv alt.csv add.csv`.
//! With `--problems` it prints the problems instead.

#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use std::io::{BufWriter, Write};

use interdict_lists::{Budget, ListFile, Problem, Sink, read_list};
use interdict_model::Entity;

struct Printer<W: Write> {
    out: W,
    problems: bool,
}

impl<W: Write> Sink for Printer<W> {
    fn entity(&mut self, entity: Entity) {
        if !self.problems {
            let _ = serde_json::to_writer(&mut self.out, &entity);
            let _ = self.out.write_all(b"\n");
        }
    }

    fn problem(&mut self, problem: Problem) {
        if self.problems {
            let _ = serde_json::to_writer(&mut self.out, &problem);
            let _ = self.out.write_all(b"\n");
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, arguments): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let (dataset, files) = arguments.split_first().ok_or("name a dataset and its files")?;
    let files: Vec<ListFile> = files.iter().map(ListFile::from_path).collect();
    let out = BufWriter::new(std::io::stdout().lock());
    let problems = flags.iter().any(|flag| flag == "--problems");
    let mut printer = Printer { out, problems };
    let (header, counts) = read_list(&dataset.parse()?, &files, &Budget::default(), &mut printer)?;
    printer.out.flush()?;
    eprintln!("version {:?}, {counts:?}", header.version);
    Ok(())
}
