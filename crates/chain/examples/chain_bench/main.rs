//! Measures ledgers and traces on synthetic transfers and writes a table: `benches/chain.sh` runs it.
//!
//! ```text
//! cargo run --release -p interdict-chain --example chain_bench -- TABLE FOLDER MILLIONS...
//! ```
#![allow(clippy::print_stdout, reason = "an example program")]
#![allow(unreachable_pub, reason = "an example program in several files")]

mod measure;
mod stages;
mod transfers;

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const USAGE: &str = "usage: chain_bench TABLE FOLDER MILLIONS...";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [first, second, rest @ ..] = arguments.as_slice() else { return Err(USAGE.into()) };
    if let ("--stage", [millions, folder]) = (first.as_str(), rest) {
        return stages::run(second, millions.parse()?, Path::new(folder));
    }
    let (table, folder) = (Path::new(first), PathBuf::from(second));
    let sizes: Vec<u64> = rest.iter().map(|m| m.parse()).collect::<Result<_, _>>()?;
    if sizes.is_empty() {
        return Err(USAGE.into());
    }
    let mut rows = Rows::default();
    for millions in &sizes {
        let folder = folder.join(format!("{millions}m"));
        fs::create_dir_all(&folder)?;
        for stage in stages::STAGES {
            rows.take(stage, *millions, &run_stage(stage, *millions, &folder)?);
        }
    }
    let text = rows.table(&sizes);
    println!("\n{text}");
    fs::write(table, text)?;
    println!("written to {}", table.display());
    Ok(())
}

/// Runs a stage in a process of its own and shows its lines as they are.
fn run_stage(stage: &str, millions: u64, folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--stage", stage, &millions.to_string()]).arg(folder);
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("the stage {stage} failed").into());
    }
    let text = String::from_utf8(output.stdout)?;
    print!("{text}");
    Ok(text)
}

/// What was measured: by name, then by size, in the order of the first appearance.
#[derive(Default)]
struct Rows {
    names: Vec<String>,
    cells: BTreeMap<(String, u64), String>,
}

impl Rows {
    fn take(&mut self, stage: &str, millions: u64, lines: &str) {
        let mut peak = "";
        for line in lines.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [name, wall, processor, most, _, remark] = fields.as_slice() else { continue };
            let count = remark.split(' ').next().filter(|n| n.parse::<u64>().is_ok());
            let count = count.map_or_else(String::new, |n| format!(" ({n})"));
            self.set(name, millions, format!("{processor} / {wall}{count}"));
            peak = most;
        }
        if !peak.is_empty() {
            self.set(&format!("peak memory of `{stage}`, MiB"), millions, peak.to_owned());
        }
    }

    fn set(&mut self, name: &str, millions: u64, cell: String) {
        if !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
        }
        self.cells.insert((name.to_owned(), millions), cell);
    }

    fn table(&self, sizes: &[u64]) -> String {
        let mut text = format!("{}\n\n| processor s / wall s (count) |", machine());
        sizes.iter().for_each(|m| text.push_str(&format!(" {m} M |")));
        text.push_str("\n|---|");
        sizes.iter().for_each(|_| text.push_str("---:|"));
        for name in &self.names {
            text.push_str(&format!("\n| {name} |"));
            for millions in sizes {
                let cell = self.cells.get(&(name.clone(), *millions));
                text.push_str(&format!(" {} |", cell.map_or("", String::as_str)));
            }
        }
        text.push('\n');
        text
    }
}

/// The commit, and what the machine has.
fn machine() -> String {
    let commit = Command::new("git").args(["rev-parse", "--short", "HEAD"]).output().ok();
    let commit = commit.and_then(|out| String::from_utf8(out.stdout).ok()).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = memory.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok());
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!(
        "Commit {}, {cores} cores, {} GiB of memory, load when done {}",
        commit.trim(),
        kib.unwrap_or(0) >> 20,
        load.split_whitespace().next().unwrap_or("unknown"),
    )
}
