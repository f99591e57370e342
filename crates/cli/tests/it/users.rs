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
