//! What bad input gets: an error that names it and the next step, and the last good state.

use crate::support;

use support::Workplace;

const GOOD: &str = "id,name,schema\n1,Jane Example,Person\n2,John Example,Person\n";

fn refused(place: &Workplace, arguments: &[&str], parts: &[&str]) {
    let run = place.run(arguments);
    assert_eq!(run.code, 2, "{arguments:?}\n{}{}", run.stdout, run.stderr);
    for part in parts {
        assert!(run.stderr.contains(part), "{part:?} is not in:\n{}", run.stderr);
    }
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
}

#[test]
fn names_and_values_that_cannot_be_screened_are_refused() {
    let place = Workplace::new();
    let long = "x".repeat(100_000);
    refused(&place, &["screen", &long], &["100000 characters", "1000"]);
    refused(&place, &["screen", "?!.,;"], &["?!.,;", "no letters"]);
    refused(
        &place,
        &["screen", "Jane", "--birth-date", "31/31/1999"],
        &["31/31/1999", "no such month"],
    );
    refused(&place, &["screen", "Jane", "--schema", "Spaceship"], &["unknown schema", "Spaceship"]);
    refused(&place, &["screen", "Jane", "-d", "no_such_list"], &["no_such_list", "lists status"]);
    refused(&place, &["screen", "Jane", "--nationality", "Atlantis"], &["Atlantis", "no country"]);
    refused(&place, &["screen", "Jane", "--id", "shoe:42"], &["unknown kind", "shoe"]);
    refused(&place, &["screen", "Jane", "--threshold", "7"], &["7", "between 0 and 1"]);
    refused(&place, &["screen", "Jane", "--threshold", "0"], &["every listed party"]);
    refused(&place, &["screen"], &["Usage"]);
    refused(&place, &["entity", "ofac-0"], &["ofac-0", "screen NAME"]);
    refused(&place, &["screen", "Jane", "--generation", "7"], &["no generation 7"]);
}

#[test]
fn files_that_are_no_list_are_refused_and_the_last_good_version_stays() {
    let place = Workplace::new();
    let good = place.file("good.csv", GOOD);
    assert_eq!(place.run(&["lists", "import", "mine", &good]).code, 0);
    let html = place.file("page.xml", "<!DOCTYPE html><html><body>Service down</body></html>");
    let empty = place.file("empty.xml", "");
    let cut = place.file(
        "cut.xml",
        "<?xml version=\"1.0\"?><CONSOLIDATED_LIST dateGenerated=\"2026-01-01\"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>",
    );
    let columns = place.file("columns.csv", "colour,size\nred,3\n");
    let bomb = place.file(
        "bomb.xml",
        "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>\
         <CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>&b;</DATAID></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>",
    );
    let deep = place.file("deep.xml", format!("<CONSOLIDATED_LIST>{}", "<a>".repeat(10_000)));
    for (dataset, file, parts) in [
        ("un_sc_sanctions", &html, &["page.xml", "HTML"][..]),
        ("us_ofac_sdn", &html, &["page.xml", "HTML"]),
        ("un_sc_sanctions", &empty, &["empty.xml", "empty"]),
        ("un_sc_sanctions", &cut, &["cut.xml", "truncated"]),
        ("us_ofac_sdn", &columns, &["columns.csv"]),
        ("mine", &columns, &["columns.csv", "own-lists.md"]),
        ("un_sc_sanctions", &bomb, &["bomb.xml"]),
        ("un_sc_sanctions", &deep, &["deep.xml"]),
        ("mine", &place.path("missing.csv").display().to_string(), &["missing.csv"]),
    ] {
        refused(&place, &["lists", "import", dataset, file], parts);
    }
    let status = place.json(&["lists", "status"]);
    assert_eq!(status["generation"], 1, "nothing was put in use by a failed import");
    assert_eq!(place.run(&["screen", "Jane Example"]).code, 1, "the good list still answers");
}

#[test]
fn a_list_of_ones_own_with_a_wrong_byte_is_refused_with_its_line() {
    let place = Workplace::new();
    let mut bytes = b"id,name,schema\n".to_vec();
    for number in 0..100 {
        bytes.extend(format!("{number},Example Number{number},Person\n").bytes());
    }
    bytes.extend(b"100,Ren\xE9 Exemple,Person\n");
    let file = place.file("latin.csv", bytes);
    refused(&place, &["lists", "import", "mine", &file], &["line 102", "UTF-8"]);
}

#[test]
fn a_list_that_lost_a_fifth_is_refused_unless_the_loss_is_accepted() {
    let place = Workplace::new();
    let rows = |count: usize| {
        let rows: String = (0..count).map(|n| format!("{n},Example Number{n},Person\n")).collect();
        format!("id,name,schema\n{rows}")
    };
    let full = place.file("full.csv", rows(100));
    let small = place.file("small.csv", rows(70));
    assert_eq!(place.run(&["lists", "import", "mine", &full]).code, 0);
    refused(&place, &["lists", "import", "mine", &small], &["100", "70", "--accept-loss"]);
    assert_eq!(place.run(&["lists", "import", "mine", &small, "--accept-loss"]).code, 0);
}
