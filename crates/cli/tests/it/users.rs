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

#[test]
fn a_password_of_blanks_makes_no_account() {
    let place = Workplace::with_builtin_only();
    let add = ["users", "add", "jane", "--role", "analyst"];
    let run = place.run_with_input(&add, "                \n");
    assert!(run.code == 2 && run.stderr.contains("more than blanks"), "{}", run.stderr);
}

#[test]
fn a_tenant_or_a_customer_that_is_not_there_does_not_look_like_success() {
    let place = Workplace::with_builtin_only();
    let add = ["users", "add", "jane", "--role", "analyst", "--tenant", "north"];
    assert_eq!(place.run_with_input(&add, PASSWORD).code, 0);
    assert!(place.run(&["users", "list", "--tenant", "north"]).stdout.contains("jane"));
    assert_eq!(place.run(&["users", "list"]).code, 0, "the only tenant is always there");
    for arguments in [
        &["users", "list", "--tenant", "nroth"][..],
        &["keys", "list", "--tenant", "nroth"],
        &["users", "disable", "jane", "--tenant", "nroth"],
        &["audit", "erase", "--tenant", "nroth"],
        &["audit", "erase", "--customer", "c-1", "--tenant", "nroth"],
        &["audit", "hold", "--tenant", "nroth"],
    ] {
        let run = place.run(arguments);
        let said = "nothing is known of a tenant nroth";
        assert!(run.code == 2 && run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
        assert!(run.stdout.is_empty(), "{arguments:?}: {}", run.stdout);
    }
    let hold = ["audit", "hold", "c-1", "--reason", "order"];
    let run = place.run(&hold);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stderr.contains("nothing is known of this customer"), "{}", run.stderr);
    assert!(place.run(&["audit", "hold"]).stdout.starts_with("0 on hold"));
    for more in [&[][..], &["--before-its-end", "asked for"]] {
        let erase = [&["audit", "erase", "--customer", "c-1"], more].concat();
        let run = place.run(&erase);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.starts_with("nothing is known of this customer"), "{}", run.stdout);
    }
    let in_advance = [&hold[..], &["--in-advance"]].concat();
    assert!(place.run(&in_advance).stdout.starts_with("1 on hold"));
    assert_eq!(place.run(&["audit", "release", "c-1"]).code, 0);
}

/// What `config show` says of a configuration.
fn shown(settings: &str) -> (i32, String) {
    let place = Workplace::with_builtin_only();
    std::fs::write(place.path("secret"), "a secret\n").unwrap();
    std::fs::write(place.path("empty"), "\n").unwrap();
    let here = place.folder.path().display().to_string();
    place.configure(&settings.replace("[HERE]", &here));
    let run = place.run(&["config", "show"]);
    (run.code, run.stdout + &run.stderr)
}

const OIDC: &str = "[server.oidc]\nissuer = \"https://id.example\"\nclient_id = \"interdict\"\n";

#[test]
fn a_provider_or_proxy_that_cannot_be_meant_stops_everything() {
    let good = format!(
        "[server]\ntrusted_proxies = [\"10.0.0.5\"]\n{OIDC}client_secret_file = \"[HERE]/secret\"\n\
         roles = {{ a = \"analyst\", b = [\"analyst\", \"approver\"] }}\n\
         [server.proxy_user]\nuser_header = \"X-User\"\ndefault_roles = [\"screen\"]\n"
    );
    let (code, text) = shown(&good);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("https://id.example") && !text.contains("a secret"), "{text}");
    for (settings, reason) in [
        (good.replace("https:", "http:"), "server.oidc.issuer"),
        (good.replace("\"analyst\"", "\"root\""), "root"),
        (good.replace("roles = { a", "roles = { } # a"), "no group has a role"),
        (good.replace("/secret", "/empty"), "is empty"),
        (good.replace("/secret", "/missing"), "cannot read"),
        (good.replace("10.0.0.5", "").replace("[\"\"]", "[]"), "trusted_proxies"),
        (good.replace("X-User", "X User"), "no name of a header"),
        (good.replace("user_header", "usr_header"), "usr_header"),
        (format!("{good}tenant = \"A B\"\n"), "tenant"),
    ] {
        let (code, text) = shown(&settings);
        assert!(code == 2 && text.contains(reason), "{reason}: {text}");
    }
}
