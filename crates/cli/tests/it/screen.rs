//! Screening from the command line, from the built-in dataset and from the real lists.

use crate::support;

use support::{Workplace, sdn_files, test_data};

fn first(answer: &serde_json::Value) -> &str {
    answer["candidates"][0]["entity"]["id"].as_str().unwrap_or("nothing")
}

#[test]
fn the_built_in_dataset_answers_without_any_list() {
    let place = Workplace::new();
    for (arguments, expected) in [
        (&["Lazarus Group"][..], "ofac-27307"),
        (&["Chinyong IT"], "ofac-43379"),
        (&["진영정보기술개발협조회사"], "ofac-43379"),
        (&["Kim Sangman", "--nationality", "kp"], "ofac-43377"),
        (&["--wallet", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"], "ofac-27307"),
        (&["--wallet", "0x098b716b8aaf21512996dc57eb0615e2383e2f96"], "ofac-27307"),
        (&["--wallet", "0X098B716B8AAF21512996DC57EB0615E2383E2F96"], "ofac-27307"),
        (&["--id", "passport:109420132"], "ofac-43377"),
    ] {
        let arguments = [&["screen"], arguments].concat();
        let answer = place.json(&arguments);
        assert_eq!(first(&answer), expected, "{arguments:?}");
        assert_eq!(place.run(&arguments).code, 1, "{arguments:?}");
    }
    let files = std::fs::read_dir(place.data_dir()).unwrap();
    let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, ["interdict.toml"], "screening writes nothing");
}

#[test]
fn a_name_and_a_birth_date_make_certain_and_another_birth_date_speaks_against() {
    let place = Workplace::new();
    let score = |date: &str| {
        let answer = place.json(&["explain", "Kim Sang-man", "ofac-43377", "--birth-date", date]);
        answer["candidates"][0]["score"].as_f64().unwrap()
    };
    assert_eq!(score("1965-04-25"), 1.0);
    assert!(score("1965") < 1.0 && score("1965") > score("1966"));
    assert!(score("1966") > score("1990"));
    let text = place.run(&["screen", "Kim Sang-man", "--birth-date", "1965-04-25"]).stdout;
    for part in ["MATCH", "DPRK4", "listed on 2023-05-23", "the same birth date", "SCR101"] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
}

#[test]
fn someone_who_is_not_listed_is_clear() {
    let place = Workplace::with_builtin_only();
    let run = place.run(&["screen", "Wilhelmina Featherstonehaugh"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.starts_with("clear: no match at 0.7 or above"), "{}", run.stdout);
}

#[test]
fn a_name_can_be_given_on_stdin() {
    let place = Workplace::new();
    let run = place.run_with_input(&["screen", "-"], "Lazarus Group\n");
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("ofac-27307"));
}

#[test]
fn a_delisted_entry_is_shown_and_is_no_match() {
    let place = Workplace::new();
    let answer = place.json(&["screen", "Tornado Cash"]);
    assert_eq!(first(&answer), "ofac-39796");
    assert_eq!(answer["candidates"][0]["match"], false);
    assert_eq!(answer["candidates"][0]["in_force"], false);
    assert_eq!(place.run(&["screen", "Tornado Cash", "-d", "dprk_cyber"]).code, 0);
}

#[test]
fn entity_and_network_show_what_is_known() {
    let place = Workplace::new();
    let known = place.json(&["entity", "ofac-43377"]);
    assert_eq!(known["records"][0]["properties"]["birthDate"][0], "1965-04-25");
    let related = known["related"].as_array().unwrap();
    assert!(related.iter().any(|entity| entity["schema"] == "CryptoWallet"));
    let network = place.json(&["network", "ofac-43377"]);
    let ids: Vec<&str> =
        network["nodes"].as_array().unwrap().iter().filter_map(|n| n["id"].as_str()).collect();
    assert!(ids.contains(&"ofac-43379") && ids.contains(&"ofac-22285"), "{ids:?}");
    let tree = place.run(&["network", "Kim Sang Man"]).stdout;
    assert!(tree.contains("Chinyong Information Technology Cooperation Company"), "{tree}");
    let similar = place.run(&["network", "Chinyong IT"]);
    assert_eq!(similar.code, 2, "{}", similar.stdout);
    assert!(
        similar.stderr.contains("similar: Chinyong Information Technology"),
        "{}",
        similar.stderr
    );
    let dot = place.run(&["network", "ofac-43377", "--format", "dot"]).stdout;
    assert!(dot.starts_with("digraph network {") && dot.ends_with("}\n"));
    let svg = place.run(&["network", "ofac-43377", "--format", "svg"]).stdout;
    assert!(svg.contains("<svg") && svg.contains("Kim Sang Man"));
}

#[test]
fn two_names_are_compared_and_so_is_a_file_of_pairs() {
    let place = Workplace::new();
    let comparison = place.json(&["compare", "김상만", "Kim Sang-man", "--schema", "Person"]);
    assert!(comparison["score"].as_f64().unwrap() > 0.9);
    let pairs = place.file(
        "pairs.csv",
        "id,name1,name2,schema,remark\n1,Kim Sang Man,KIM Sangman,Person,\"a, b\"\n2,!!!,Kim,Person,x\n3,A B,C D,Spaceship,y\n",
    );
    let scored = place.path("scored.csv");
    let run = place.run(&["compare", "--pairs", &pairs, "--output", scored.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let text = std::fs::read_to_string(scored).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "id,name1,name2,schema,remark,score");
    assert!(lines[1].starts_with("1,Kim Sang Man,KIM Sangman,Person,\"a, b\",0.9"), "{text}");
    assert!(lines[2].ends_with(",x,") && lines[3].ends_with(",y,"), "{text}");
}

#[test]
fn every_screen_of_the_real_lists_finds_the_entry() {
    let Some(data) = test_data("the real lists") else { return };
    let place = Workplace::new();
    let files = sdn_files(&data);
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let import = place.json(&[&["lists", "import", "us_ofac_sdn"], &files[..]].concat());
    assert_eq!(import["counts"]["targets"], 11_443);
    assert_eq!(import["counts"]["wallets"], 509);
    let problems = import["problems"].as_array().unwrap();
    let cut: Vec<_> = problems.iter().filter(|problem| problem["record"] == "17018").collect();
    assert_eq!(cut.len(), 1, "the one record that is cut without an overflow is reported");
    let un = data.join("lists/un/consolidated.xml").display().to_string();
    let import = place.json(&["lists", "import", "un_sc_sanctions", &un]);
    assert_eq!(import["counts"]["targets"], 1_003);
    let cons = support::paths(
        &data.join("lists/ofac"),
        &["cons_prim.csv", "cons_alt.csv", "cons_add.csv", "cons_comments.csv"],
    );
    let cons: Vec<&str> = cons.iter().map(String::as_str).collect();
    let import = place.json(&[&["lists", "import", "us_ofac_cons"], &cons[..]].concat());
    assert_eq!(import["counts"]["targets"], 442);

    let answer = place.json(&["screen", "Vladimir Putin", "--birth-date", "1952-10-07"]);
    assert_eq!(first(&answer), "ofac-35096");
    assert_eq!(answer["candidates"][0]["score"], 1.0);
    let by_number = place.json(&["screen", "--id", "passport:109420132"]);
    assert_eq!(first(&by_number), "ofac-43377");
    // The UN list of the test data is older than its rule allows, so nothing is ever "clear".
    let run = place.run(&["screen", "Wilhelmina Featherstonehaugh"]);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(run.stderr.contains("incomplete: un_sc_sanctions is"), "{}", run.stderr);
    // OFAC's comma-separated files bear no date: that they were imported today says nothing.
    let only_sdn = ["screen", "Wilhelmina Featherstonehaugh", "-d", "us_ofac_sdn"];
    let run = place.run(&only_sdn);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(run.stderr.contains("its age is unknown") && run.stderr.contains("--dated"));
    let today = jiff::Timestamp::now().to_string()[..10].to_owned();
    let dated = [&["lists", "import", "us_ofac_sdn"], &files[..], &["--dated", &today]].concat();
    assert_eq!(place.run(&dated).code, 0);
    let run = place.run(&only_sdn);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains(&format!("us_ofac_sdn ({today})")), "{}", run.stdout);
}

#[test]
fn an_equal_name_is_never_clear_in_silence() {
    let place = Workplace::new();
    let ask = |rest: &[&str]| {
        place.run(&[&["screen", "Kim Sang Man", "-d", "dprk_cyber"], rest].concat())
    };
    let high = ask(&["--threshold", "0.99"]);
    assert_eq!(high.code, 3, "{}", high.stdout);
    assert!(high.stdout.contains("SCR607") && high.stderr.contains("a listed name is equal"));
    let near = ask(&["--birth-date", "1970-03-04", "--country", "mt", "--gender", "female"]);
    assert_eq!(near.code, 1, "{}", near.stdout);
    assert!(
        near.stdout.contains("0.700 of 1") && near.stdout.contains("SCR605"),
        "{}",
        near.stdout
    );
    let far = ask(&["--birth-date", "1990-03-04", "--country", "mt"]);
    assert!(
        far.stdout.contains("cleared by a fact") && far.stdout.contains("SCR606"),
        "{}",
        far.stdout
    );
    assert_ne!(far.code, 1);
    place.configure("[policy]\ncleared_by_years = 200\n");
    assert_eq!(ask(&["--birth-date", "1990-03-04", "--country", "mt"]).code, 1);
}
