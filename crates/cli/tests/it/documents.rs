//! The reference documents say what the program does: generated parts are made anew and compared.
//!
//! If a difference is intended: `INTERDICT_UPDATE_DOCS=1 cargo test -p interdict --test it documents`.

use crate::support;

use support::{Workplace, check_document, verbs_in};

fn help_of(place: &Workplace, verb: &[&str]) -> String {
    let run = place.run(&[verb, &["--help"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let folder = place.data_dir().display().to_string();
    // The default of --data-dir is shown with the value of its environment variable.
    run.stdout.replace(&format!("INTERDICT_DATA_DIR={folder}"), "INTERDICT_DATA_DIR")
}

/// What every verb takes is said once, at the top.
fn without_global_options(help: &str) -> String {
    let Some(start) = help.find("Options of every verb:") else { return help.to_owned() };
    let rest = &help[start..];
    let end = rest.find("\nExamples:").map_or(rest.len(), |at| at + 1);
    let kept = format!("{}{}", &help[..start], &rest[end..]);
    kept.trim_end().to_owned() + "\n"
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme = include_str!("../../../../README.md");
    let (_, rest) = readme.split_once("$ cargo run --release -- ").unwrap();
    let (command, rest) = rest.split_once('\n').unwrap();
    let (shown, _) = rest.split_once("```").unwrap();
    assert_eq!(command, r#"screen "Kim Sang-man" --birth-date 1965-04-25 -d dprk_cyber"#);
    let place = Workplace::new();
    let arguments = ["screen", "Kim Sang-man", "--birth-date", "1965-04-25", "-d", "dprk_cyber"];
    // The dataset grows old; the document does not.
    assert_eq!(place.run(&arguments).stdout.replace(", STALE", ""), shown);
}

#[test]
fn the_help_names_every_kind_of_number() {
    let help = help_of(&Workplace::new(), &["screen"]);
    let (_, help) = help.split_once("The kinds:").unwrap();
    let (kinds, _) = help.split_once("\n\n").unwrap();
    let kinds: Vec<&str> = kinds.split(',').map(str::trim).collect();
    let known: Vec<&str> = interdict_model::IdentifierKind::names().collect();
    assert_eq!(kinds, known);
}

#[test]
fn shells_and_manual_pages_know_every_verb() {
    let place = Workplace::new();
    let verbs = verbs_in(&place.run(&["--help"]).stdout);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = place.run(&["completions", shell]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(verbs.iter().all(|verb| run.stdout.contains(verb.as_str())), "{shell}");
        assert!(run.stdout.contains("birth-date"), "{shell}");
    }
    assert_eq!(place.run(&["completions", "dos"]).code, 2);
    let folder = place.path("pages");
    let run = place.run(&["man", folder.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for verb in verbs {
        let page = std::fs::read_to_string(folder.join(format!("interdict-{verb}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{verb}");
    }
    assert!(folder.join("interdict.1").is_file() && folder.join("interdict-keys-add.1").is_file());
    place.file("a file", "");
    assert_eq!(place.run(&["man", place.path("a file").to_str().unwrap()]).code, 2);
}

#[test]
fn the_reference_of_the_command_line_is_what_help_prints() {
    let place = Workplace::new();
    let top = help_of(&place, &[]);
    let mut text = String::from(
        "# Command line\n\nGenerated from `interdict --help` and `interdict VERB --help`; a test compares them.\n\n",
    );
    text += &format!("## interdict\n\n```text\n{}\n```\n", top.trim_end());
    for verb in verbs_in(&top) {
        let help = help_of(&place, &[&verb]);
        let below = verbs_in(&help);
        let own = without_global_options(&help);
        text += &format!("\n## interdict {verb}\n\n```text\n{}\n```\n", own.trim_end());
        for inner in below {
            let own = without_global_options(&help_of(&place, &[&verb, &inner]));
            text +=
                &format!("\n### interdict {verb} {inner}\n\n```text\n{}\n```\n", own.trim_end());
        }
    }
    check_document("reference/command-line.md", &text);
}
