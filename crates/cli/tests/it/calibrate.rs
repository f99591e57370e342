//! `interdict calibrate`: the figures are those of real screens.
use crate::support;

use support::Workplace;

#[test]
fn a_generated_population_is_the_same_again_and_alerts_are_those_of_a_batch() {
    let place = Workplace::new();
    let path = |name: &str| place.path(name).display().to_string();
    for name in ["a.csv", "b.csv"] {
        let run =
            place.run(&["calibrate", "--generate", "400", "--seed", "5", "--output", &path(name)]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    let text = std::fs::read_to_string(path("a.csv")).unwrap();
    assert_eq!(text, std::fs::read_to_string(path("b.csv")).unwrap());
    assert_eq!(text.lines().count(), 401);

    // Two of the built-in entries among them, so that there is something to count.
    let with_alerts = place.file(
        "c.csv",
        format!("{text}400,Kim Sang Man,Person,1961-01-01,kp\n401,Park Jin Hyok,Person,,kp\n402,...,Person,,\n"),
    );
    let columns = [
        "--schema-column",
        "schema",
        "-i",
        "name=name",
        "-i",
        "birth_date=birthDate",
        "-i",
        "country=country",
    ];
    let report = place.json(&[&["calibrate", "--population", &with_alerts], &columns[..]].concat());
    assert_eq!(report["rows"], 403);
    assert_eq!(report["rows_unscreened"], 1);
    for (place_of, threshold) in [(1, "0.55"), (2, "0.6"), (4, "0.7"), (7, "0.85")] {
        let batch = place.json(
            &[&["batch", &with_alerts, &path("out.csv"), "--threshold", threshold], &columns[..]]
                .concat(),
        );
        let counted =
            report["points"][place_of]["alerts_with_facts"].as_f64().unwrap() / 100_000.0 * 403.0;
        assert_eq!(counted.round() as u64, batch["rows_matched"].as_u64().unwrap(), "{threshold}");
    }
    let points = report["points"].as_array().unwrap();
    let column =
        |name: &str| -> Vec<f64> { points.iter().map(|p| p[name].as_f64().unwrap()).collect() };
    for name in ["alerts_by_name", "alerts_with_facts", "persons_by_name", "organizations_by_name"]
    {
        let values = column(name);
        assert!(values.windows(2).all(|pair| pair[0] >= pair[1]), "{name}: {values:?}");
    }
    assert!(column("alerts_by_name")[0] > 0.0);
}

#[test]
fn thresholds_for_which_the_index_does_not_answer_are_measured_on_a_sample_and_that_is_said() {
    let place = Workplace::new();
    let list = place.file("watch.csv", "name,schema\nVladimir Testov,Person\n");
    place.run(&["lists", "import", "watch", &list]);
    let rows = ["calibrate", "--rows", "600", "--samples", "10", "-d", "watch"];
    let report = place.json(&rows);
    let points = report["points"].as_array().unwrap();
    let on: Vec<u64> = points.iter().map(|point| point["rows"].as_u64().unwrap()).collect();
    assert_eq!(on, [500, 500, 600, 600, 600, 600, 600, 600, 600, 600]);
    let text = place.run(&rows).stdout;
    assert!(text.contains("alerts at 0.55 and below were counted on 500 of the rows"), "{text}");
}

#[test]
fn an_alias_left_out_is_found_only_through_the_other_names() {
    let place = Workplace::new();
    // One entity whose two names are alike, one whose names are not, one whose second name is the
    // first one in other letters, which is no test.
    let list = place.file(
        "watch.csv",
        "id,name,alias,schema\n\
         1,Vladimir Petrovich Testov,Wladimir Petrowitsch Testow,Person\n\
         2,Hassan Exemplar,Juan Pablo Sample,Person\n\
         3,Maria Beispiel,BEISPIEL Maria,Person\n",
    );
    let run = place.run(&["lists", "import", "watch", &list]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let plot = place.path("plot.svg").display().to_string();
    let report = place.json(&["calibrate", "--rows", "20", "-d", "watch", "--plot", &plot]);
    assert_eq!(report["persons"], 2);
    assert_eq!(report["points"][4]["persons_by_name"], 0.5);
    assert_eq!(report["points"][2]["lost_by_index"], 0);
    let svg = std::fs::read_to_string(plot).unwrap();
    assert_eq!(svg.matches("<polyline").count(), 4);
    assert!(!svg.contains("NaN") && svg.ends_with("</svg>\n"));
}
