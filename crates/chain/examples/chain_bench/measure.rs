//! Processor time, wall time and memory of this process.

use std::{fs, time::Instant};

/// Runs some work and prints one line that the table is made from: what, wall and processor seconds, the
/// most memory so far with and without mapped files, and a remark.
pub fn timed<T>(what: &str, work: impl FnOnce() -> T, remark: impl FnOnce(&T) -> String) -> T {
    let (start, fine, coarse) = (Instant::now(), living_threads(), all_threads());
    let result = work();
    let (fine, coarse) = (living_threads() - fine, all_threads() - coarse);
    let (wall, used) = (start.elapsed().as_secs_f64(), if coarse < 0.5 { fine } else { coarse });
    let (peak, own) = (memory("VmHWM:"), memory("RssAnon:"));
    println!("{what}\t{wall:.4}\t{used:.4}\t{peak}\t{own}\t{}", remark(&result));
    result
}

/// Processor seconds of the threads that are there now, to the microsecond.
fn living_threads() -> f64 {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let each = threads.filter_map(|task| {
        let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    });
    each.sum::<f64>() / 1e9
}

/// Processor seconds of this process, ended threads included, to the hundredth.
fn all_threads() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// A line of the system's account of this process, in MiB.
pub fn memory(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find(|text| text.starts_with(line)).unwrap_or("");
    let kib = found.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}
