//! What the verbs on virtual currency say of themselves.
use crate::support;

use support::Workplace;

#[test]
fn long_help_tells_what_short_help_has_no_room_for() {
    let place = Workplace::new();
    for (verb, short, long) in [
        (&["trace"][..], "where did it go?", "to the last unit"),
        (&["exposure"], "share of each party", "never as clean"),
        (&["wallet"], "whether an address is listed", "Exit code"),
        (&["chain", "import"], "files of transfers", "written as a whole or not at all"),
        (&["chain", "links"], "queries fast", "60 to 90 bytes a transfer"),
        (&["chain", "status"], "the period each covers", "how much history is missing"),
        (&["chain", "sync"], "Fetch blocks", "detected and fetched again"),
    ] {
        let help = |flag| {
            let run = place.run(&[verb, &[flag]].concat());
            assert_eq!((run.code, run.stderr.as_str()), (0, ""));
            // Lines are broken where the terminal ends.
            run.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let (brief, full) = (help("-h"), help("--help"));
        assert!(brief.contains(short), "{verb:?}: {brief}");
        assert!(!brief.contains(long), "{verb:?}: {brief}");
        assert!(full.contains(long) && full.contains(short), "{full}");
        assert!(full.contains("Options of every verb: --data-dir"), "{verb:?}: {full}");
    }
}
