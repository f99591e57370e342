//! The fingerprint of code and tables that decides whether a segment must be rebuilt.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    reason = "a build script talks to cargo by its output and its end"
)]

use std::path::Path;

#[path = "../build/fingerprint.rs"]
#[allow(dead_code, reason = "the build scripts call the rest")]
mod fingerprint;

use fingerprint::significant_text;

fn rust(text: &str) -> String {
    significant_text(Path::new("a.rs"), text)
}

const CODE: &str = r##"
fn f<'a>(text: &'a str) -> bool {
    text.contains("//") && text != r#"/* " */"# && text.contains(['"', '\'', '\\', '/'])
}
"##;

#[test]
fn comments_and_blank_lines_change_no_fingerprint() {
    let commented = CODE
        .replace(
            "{\n",
            "{\n    // A fact, \"quoted\", and its reason.\n\n    /* one /* nested */ */\n",
        )
        .replace("&& text != ", "&& /* it's */ text != ")
        .replace("\n}", " // the end\n}")
        .replace('\n', "\r\n");
    assert_ne!(commented, CODE);
    assert_eq!(rust(&format!("//! A head.\n{commented}")).trim(), rust(CODE).trim());
    let table = |text| significant_text(Path::new("a.tsv"), text);
    assert_eq!(table("# a head\n\na\t1 # one\r\n"), "a\t1 # one\n");
    assert_eq!(significant_text(Path::new("README.md"), "words"), "");
}

#[test]
fn every_change_of_code_or_of_a_row_changes_the_fingerprint() {
    let code = rust(CODE);
    // Each character that is not white space is significant, also those inside of literals that look like comments.
    for (at, letter) in CODE.char_indices().filter(|(_, letter)| letter.is_alphanumeric()) {
        let changed = format!("{}0{}", &CODE[..at], &CODE[at + letter.len_utf8()..]);
        assert_ne!(rust(&changed), code, "{changed}");
    }
    for (old, new) in [("\"//\"", "\"// \""), ("/* \" */", "/* \"  */"), ("'/'", "' '")] {
        assert!(CODE.contains(old));
        assert_ne!(rust(&CODE.replace(old, new)), code, "{old}");
    }
    assert_ne!(rust("let a = \"x\n// y\";"), rust("let a = \"x\n// z\";"));
    assert_ne!(rust("let a = \"\n\n\";"), rust("let a = \"\n\";"));
    assert_eq!(significant_text(Path::new("a.bin"), "# x\n\n"), "# x\n\n");
}

#[test]
fn the_sources_of_model_and_names_keep_all_lines_but_comments() {
    fn check(folder: &Path) -> usize {
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                seen += check(&path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let is_code = |line: &&str| !line.trim_start().starts_with("//");
            let uncommented: Vec<&str> = text.lines().filter(is_code).collect();
            let code = rust(&text);
            // A literal whose end is not found would keep the comments after it.
            assert_eq!(code.trim(), rust(&uncommented.join("\n")).trim(), "{}", path.display());
            // A comment whose beginning or end is wrong would remove code.
            for line in uncommented.iter().filter(|line| !line.contains("//")) {
                assert!(code.contains(line.trim()), "{}: {line}", path.display());
            }
            seen += 1;
        }
        seen
    }
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(
        ["src", "../names/src"].iter().map(|folder| check(&crates.join(folder))).sum::<usize>()
            > 50
    );
}
