//! The reference documents list every problem code that readers report.

use std::path::Path;

use interdict_model::ProblemCode;

fn documented(name: &str, prefix: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(name);
    let text = std::fs::read_to_string(path).expect("the document is there");
    let start = format!("| {prefix}");
    let rows = text.lines().filter(|line| line.starts_with(&start));
    rows.filter_map(|row| row.get(2..8)).map(str::to_owned).collect()
}

#[test]
fn every_problem_code_has_a_row_in_the_reference() {
    let mut rows = documented("list-problems.md", "LST");
    rows.extend(documented("list-problems.md", "CHN"));
    let codes: Vec<String> = ProblemCode::all().map(|code| code.as_str().to_owned()).collect();
    assert_eq!(rows, codes);
}
