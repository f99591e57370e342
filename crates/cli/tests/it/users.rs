//! `interdict users`: accounts, whose passwords are read from stdin and never are an argument.

use crate::support::Workplace;

const PASSWORD: &str = "correct horse battery\n";

#[test]
fn an_account_is_made_changed_and_disabled() {
    let place = Workplace::with_builtin_only();
    let add = ["users", "add", "jane", "--role", "analyst", "--display-name", "Jane Doe"];
    let run = place.run_with_input(&add, PASSWORD);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (0, "jane (Jane Doe): analyst\n"),
        "{}",
        run.stderr
    );
    let again = place.run_with_input(&add, PASSWORD);
    assert_eq!(again.code, 2, "the name is taken");
    let roles = place.run(&["users", "roles", "jane", "--role", "approver", "--role", "auditor"]);
    assert_eq!(roles.stdout, "jane (Jane Doe): approver, auditor\n");
    let changed = place.run_with_input(&["users", "password", "jane"], "another long password\r\n");
    assert_eq!(changed.code, 0, "{}", changed.stderr);
    assert_eq!(place.run(&["users", "disable", "jane"]).code, 0);
    assert_eq!(place.run(&["users", "disable", "jane"]).code, 2);
    let list = place.run(&["users", "list"]).stdout;
    assert!(list.contains("disabled") && list.contains("approver, auditor"), "{list}");
    let enabled = place.run(&["users", "enable", "jane"]);
    assert_eq!(enabled.stdout, "jane (Jane Doe): approver, auditor\n");
    assert_eq!(place.run(&["users", "roles", "joe", "--role", "admin"]).code, 2);
}

#[test]
fn a_password_that_is_short_or_missing_makes_no_account() {
    let place = Workplace::with_builtin_only();
    let add = ["users", "add", "jane", "--role", "analyst"];
    for (input, reason) in [("", "no password on stdin"), ("short\n", "at least 12 characters")] {
        let run = place.run_with_input(&add, input);
        assert!(run.code == 2 && run.stderr.contains(reason), "{}", run.stderr);
    }
    for wrong in ["Jane", "oidc/jane", "jane doe"] {
        let run = place.run_with_input(&["users", "add", wrong, "--role", "analyst"], PASSWORD);
        assert!(run.code == 2 && run.stderr.contains("a person's name"), "{}", run.stderr);
    }
    assert!(!place.run(&["users", "list"]).stdout.contains("jane"));
}
