//! A reader that goes away early must not change what the exit code says.

use crate::support;

use std::process::{Command, Stdio};

use support::Workplace;

/// The exit code when stdout is a pipe that nobody reads, and what was written to stderr.
fn run_without_a_reader(arguments: &[&str]) -> (Option<i32>, String) {
    let place = Workplace::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = Command::new(env!("CARGO_BIN_EXE_interdict"))
        .args(arguments)
        .env("INTERDICT_DATA_DIR", place.data_dir())
        .env_remove("INTERDICT_CONFIG")
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_match_is_exit_code_1_although_nobody_reads_it() {
    for format in ["text", "json"] {
        let screen = ["screen", "Kim Sang-man", "-d", "dprk_cyber", "--format", format];
        let (code, stderr) = run_without_a_reader(&screen);
        assert_eq!((code, stderr.as_str()), (Some(1), ""), "{format}");
    }
    let (code, _) = run_without_a_reader(&["explain", "Kim Sang-man", "ofac-43377"]);
    assert_eq!(code, Some(1));
}

#[test]
fn no_match_is_exit_code_0_although_nobody_reads_it() {
    let (code, stderr) = run_without_a_reader(&["screen", "Marvello Zedwitz", "-d", "dprk_cyber"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let (code, _) = run_without_a_reader(&["screen", "Marvello Zedwitz"]);
    assert_eq!(code, Some(3), "no official list");
}

#[test]
fn a_failure_is_exit_code_2_although_nobody_reads_anything() {
    let (code, stderr) = run_without_a_reader(&["entity", "no-such-entity"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("no entity has the id \"no-such-entity\""), "{stderr}");
}

#[test]
fn an_export_whose_reader_has_gone_ends_quietly() {
    let (code, stderr) = run_without_a_reader(&["lists", "export"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
}
