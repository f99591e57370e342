//! `interdict encryption`: with a master key nothing in the store can be read, and without it nothing is answered.

use crate::support::Workplace;

fn screened(place: &Workplace, more: &[&str]) -> String {
    let made = place.run(&[&["keys", "add", "batch", "--role", "admin"], more].concat());
    assert_eq!(made.code, 0, "{}", made.stderr);
    let held =
        [&["audit", "hold", "Zacharias-7", "--in-advance", "--reason", "order"], more].concat();
    let held = place.run(&held);
    assert_eq!(held.code, 0, "{}", held.stderr);
    held.stdout
}

fn database(place: &Workplace) -> Vec<u8> {
    std::fs::read(place.data_dir().join("store/interdict.sqlite")).unwrap()
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[test]
fn a_store_is_encrypted_and_its_key_rotated() {
    let place = Workplace::with_builtin_only();
    assert!(screened(&place, &[]).contains("Zacharias-7"));
    assert!(has(&database(&place), "Zacharias-7"));
    let file = place.path("store.key").display().to_string();
    let given = ["--store-key-file", &file];
    let run = |arguments: &[&str]| place.run(&[arguments, &given].concat());
    assert_eq!(place.run(&["encryption", "apply"]).code, 2, "there is no key");
    let made = place.run(&["encryption", "key", &file]);
    assert!(made.stdout.contains("0 older ones"), "{}", made.stdout);
    let done = run(&["encryption", "apply"]);
    assert!(done.stdout.contains("1 customers' keys wrapped"), "{} {}", done.stdout, done.stderr);
    assert!(!has(&database(&place), "Zacharias-7"));
    let refused = place.run(&["audit", "hold"]);
    assert!(refused.code == 2 && refused.stderr.contains("--store-key-file"), "{}", refused.stderr);
    assert!(run(&["audit", "hold"]).stdout.contains("Zacharias-7"));
    assert!(place.run(&["encryption", "key", &file]).stdout.contains("1 older ones"));
    let early = place.run(&["encryption", "key", &file, "--drop-older"]);
    assert!(early.code == 2 && early.stderr.contains("encryption apply"), "{}", early.stderr);
    assert_eq!(run(&["encryption", "apply"]).code, 0);
    assert!(
        place.run(&["encryption", "key", &file, "--drop-older"]).stdout.contains("0 older ones")
    );
    assert!(run(&["audit", "hold"]).stdout.contains("Zacharias-7"));
    assert_eq!(run(&["audit", "verify"]).code, 0);
    // The table of the configuration names the file, too.
    place.configure(&format!("[server]\nstore_key_file = {file:?}\n"));
    assert!(place.run(&["audit", "hold"]).stdout.contains("Zacharias-7"));
    std::fs::write(&file, "something else").unwrap();
    assert_eq!(place.run(&["audit", "hold"]).code, 2);
    assert_eq!(place.run(&["encryption", "key", &file]).code, 2);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "something else");
}
