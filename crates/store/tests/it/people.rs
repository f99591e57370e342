//! People sign in, password guessing is throttled, and sessions end.

use interdict_store::{
    Change, EventFilter, ExternalPerson, NewSession, OpenSession, Origin, PasswordHash, Person,
    PersonRequest, Right, Role, SessionToken, SignIn, SignInAttempt, SignInStep, SignedIn, Store,
    StoreError, Tenant,
};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::stores::{at, on_each, random};

const PASSWORD: &str = "correct horse battery";
const IDLE: SignedDuration = SignedDuration::from_mins(30);

fn origin() -> Origin {
    Origin::of("local:test")
}

fn change<T: Send + 'static>(
    store: &Store,
    work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.change_now(work).unwrap()
}

fn request(name: &str, roles: &[Role]) -> PersonRequest {
    PersonRequest {
        tenant: Tenant::only(),
        name: name.to_owned(),
        display_name: "Jane Doe".to_owned(),
        roles: roles.to_vec(),
        password: PasswordHash::make(PASSWORD, random).unwrap(),
    }
}

fn jane(store: &Store) -> Person {
    let request = request("jane", &[Role::Approver, Role::Analyst, Role::Analyst]);
    change(store, move |change| change.make_person(request, origin(), at(0)))
}

fn new_session(second: i64) -> NewSession {
    NewSession { via: "password", now: at(second), ends_at: at(second + 12 * 3600) }
}

fn begin(store: &Store, name: &str, network: &str, second: i64) -> SignInStep {
    let sign_in = SignIn {
        tenant: Tenant::only(),
        name: name.to_owned(),
        network: network.to_owned(),
        now: at(second),
    };
    change(store, move |change| change.begin_sign_in(sign_in))
}

fn attempt(store: &Store, name: &str, network: &str, second: i64) -> SignInAttempt {
    match begin(store, name, network, second) {
        SignInStep::Check(attempt) => *attempt,
        SignInStep::Later(seconds) => panic!("{seconds} seconds too soon"),
    }
}

/// Ends an attempt as if its password had been verified.
fn finish(store: &Store, attempt: SignInAttempt, is_right: bool, second: i64) -> Option<SignedIn> {
    change(store, move |change| {
        change.finish_sign_in(&attempt, is_right, new_session(second), origin())
    })
}

fn sign_in(store: &Store, second: i64) -> SessionToken {
    let attempt = attempt(store, "jane", "192.0.2.1", second);
    finish(store, attempt, true, second).unwrap().token
}

fn session(store: &Store, token: &SessionToken, second: i64) -> Option<OpenSession> {
    store.session(token, IDLE, at(second)).unwrap()
}

fn events(store: &Store) -> Vec<(String, String, Value)> {
    let all = EventFilter { from: 0, kind: None, limit: 100 };
    let events = store.events(&Tenant::only(), &all).unwrap().into_iter();
    events.map(|event| (event.kind, event.origin.actor, event.detail)).collect()
}

fn kinds(store: &Store) -> Vec<String> {
    events(store).into_iter().map(|(kind, ..)| kind).collect()
}

#[test]
fn a_person_signs_in_with_the_password_and_is_known_by_the_session() {
    on_each(|place| {
        let store = place.open();
        assert!(!store.has_callers().unwrap());
        let made = jane(&store);
        assert!(store.has_callers().unwrap());
        assert_eq!(made.roles, [Role::Analyst, Role::Approver]);
        assert!(made.may(Right::Approve) && !made.may(Right::ManageKeys));
        let tried = attempt(&store, "jane", "192.0.2.1", 1);
        assert!(!tried.is_right("correct horse"));
        assert!(tried.is_right(PASSWORD));
        let signed_in = finish(&store, tried, true, 1).unwrap();
        let token: SessionToken = signed_in.token.reveal().parse().unwrap();
        let open = session(&store, &token, 2).unwrap();
        assert_eq!((open.person.name.as_str(), open.ends_at), ("jane", at(1 + 12 * 3600)));
        assert_eq!(open.person.signed_in_at, Some(at(1)));
        // Another server of the same store recognises it too; another token is unknown.
        assert!(session(&place.open(), &token, 2).is_some());
        let other: SessionToken = "0".repeat(52).parse().unwrap();
        assert!(session(&store, &other, 2).is_none());
        assert!("".parse::<SessionToken>().is_err() && "x y".parse::<SessionToken>().is_err());
        let recorded = events(&store);
        assert_eq!(kinds(&store), ["user.made", "login"]);
        assert_eq!(recorded[0].2["roles"], json!(["analyst", "approver"]));
        assert_eq!(
            (recorded[1].1.as_str(), &recorded[1].2["via"]),
            ("user:jane", &json!("password"))
        );
        // The display name is not in the log.
        assert!(!format!("{recorded:?}").contains("Jane Doe"));
        let rows = store.read(|sql| sql.query("SELECT * FROM sessions", &[])).unwrap();
        assert!(!format!("{rows:?}").contains(token.reveal()), "the store holds a hash of it");
    });
}

#[test]
fn a_session_ends_when_idle_at_its_end_at_sign_out_and_with_the_account() {
    on_each(|place| {
        let store = place.open();
        let id = jane(&store).id;
        let token = sign_in(&store, 0);
        assert!(session(&store, &token, 1_799).is_some());
        assert!(session(&store, &token, 1_800).is_none(), "half an hour without use");
        let open = session(&store, &token, 1_700).unwrap();
        assert!(open.is_use_to_note(at(60)) && !open.is_use_to_note(at(59)));
        change(&store, move |change| change.note_session_use(&open, at(1_700)));
        assert!(session(&store, &token, 3_400).is_some());
        place.meddle(&format!("UPDATE sessions SET used_at = {}", at(43_199).as_microsecond()));
        assert!(session(&store, &token, 43_199).is_some());
        assert!(session(&store, &token, 43_200).is_none(), "its end, whatever it is used for");
        let (first, second) = (sign_in(&store, 43_201), sign_in(&store, 43_202));
        let open = session(&store, &first, 43_203).unwrap();
        let again = open.clone();
        let out = |open: OpenSession| {
            store.change_now(move |change| {
                change.end_session(&open, Origin::of("user:jane"), at(43_204))
            })
        };
        out(open).unwrap();
        assert!(matches!(out(again), Err(StoreError::NotFound("session"))));
        assert!(session(&store, &first, 43_204).is_none());
        assert!(session(&store, &second, 43_204).is_some(), "another session goes on");
        let disabled = id.clone();
        change(&store, move |change| {
            change.set_disabled(&Tenant::only(), &disabled, true, origin(), at(43_205))
        });
        assert!(session(&store, &second, 43_206).is_none());
        let refused = attempt(&store, "jane", "192.0.2.1", 43_207);
        assert!(refused.is_right(PASSWORD), "the password is looked at all the same");
        assert!(finish(&store, refused, true, 43_207).is_none());
        let enabled = id.clone();
        let person = change(&store, move |change| {
            change.set_disabled(&Tenant::only(), &enabled, false, origin(), at(43_208))
        });
        assert_eq!(person.disabled_at, None);
        let token = sign_in(&store, 43_209);
        let hash = PasswordHash::make("another long password", random).unwrap();
        change(&store, move |change| {
            change.set_password(&Tenant::only(), &id, &hash, origin(), at(43_210))
        });
        assert!(session(&store, &token, 43_211).is_none(), "a new password ends sessions");
        let kinds = kinds(&store);
        assert_eq!(
            kinds[4..],
            [
                "logout",
                "user.disabled",
                "login.refused",
                "user.enabled",
                "login",
                "user.password-changed"
            ]
        );
    });
}

#[test]
fn an_account_or_password_that_ends_while_it_is_looked_at_opens_nothing() {
    on_each(|place| {
        let store = place.open();
        let id = jane(&store).id;
        let tried = attempt(&store, "jane", "192.0.2.1", 1);
        let hash = PasswordHash::make("another long password", random).unwrap();
        let whose = id.clone();
        change(&store, move |change| {
            change.set_password(&Tenant::only(), &whose, &hash, origin(), at(2))
        });
        assert!(finish(&store, tried, true, 3).is_none());
        let tried = attempt(&store, "jane", "192.0.2.1", 4);
        change(&store, move |change| {
            change.set_disabled(&Tenant::only(), &id, true, origin(), at(5))
        });
        assert!(finish(&store, tried, true, 6).is_none());
    });
}

#[test]
fn roles_change_at_once_with_old_and_new_value_and_nobody_changes_their_own() {
    on_each(|place| {
        let store = place.open();
        let person = jane(&store);
        let token = sign_in(&store, 1);
        let set = |roles: &[Role], actor: &str| {
            let (id, roles, origin) = (person.id.clone(), roles.to_vec(), Origin::of(actor));
            store.change_now(move |change| {
                change.change_roles(&Tenant::only(), &id, roles, origin, at(2))
            })
        };
        assert!(matches!(set(&[], "user:root"), Err(StoreError::Invalid(_))));
        assert!(matches!(set(&[Role::Admin], "user:jane"), Err(StoreError::Refused(_))));
        set(&[Role::Auditor], "user:root").unwrap();
        set(&[Role::Auditor], "user:root").unwrap();
        let open = session(&store, &token, 3).unwrap();
        assert!(open.person.may(Right::ReadAudit) && !open.person.may(Right::Approve));
        let recorded = events(&store);
        assert_eq!(kinds(&store), ["user.made", "login", "user.roles-changed"]);
        let detail = &recorded[2].2;
        assert_eq!(
            (&detail["old"], &detail["new"]),
            (&json!(["analyst", "approver"]), &json!(["auditor"]))
        );
        let stranger = Tenant::parse("stranger").unwrap();
        let id = person.id.clone();
        let foreign = store.change_now(move |change| {
            change.change_roles(&stranger, &id, vec![Role::Admin], origin(), at(2))
        });
        assert!(matches!(foreign, Err(StoreError::NotFound("person"))));
    });
}

#[test]
fn a_name_belongs_to_one_person_of_a_tenant() {
    on_each(|place| {
        let store = place.open();
        jane(&store);
        let again = request("jane", &[Role::Screen]);
        let again = store.change_now(move |change| change.make_person(again, origin(), at(1)));
        assert!(matches!(again, Err(StoreError::Exists)));
        for (name, roles) in
            [("Jane", &[Role::Screen][..]), ("oidc/jane", &[Role::Screen]), ("joe", &[])]
        {
            let wrong = request(name, roles);
            let error = store.change_now(move |change| change.make_person(wrong, origin(), at(1)));
            assert!(matches!(error, Err(StoreError::Invalid(_))), "{name}");
        }
        let other = Tenant::parse("other").unwrap();
        let elsewhere = PersonRequest { tenant: other.clone(), ..request("jane", &[Role::Screen]) };
        change(&store, move |change| change.make_person(elsewhere, origin(), at(1)));
        assert_eq!(store.people(&Tenant::only()).unwrap().len(), 1);
        assert_eq!(store.person_named(&other, "jane").unwrap().roles, [Role::Screen]);
        assert!(store.person_named(&other, "joe").is_err());
    });
}

#[test]
fn a_name_that_nobody_has_is_refused_as_slowly_and_is_not_written_down() {
    on_each(|place| {
        let store = place.open();
        jane(&store);
        let tried = attempt(&store, "hunter2 hunter2", "192.0.2.1", 1);
        let start = std::time::Instant::now();
        assert!(!tried.is_right(PASSWORD));
        let nobody = start.elapsed();
        assert!(finish(&store, tried, false, 1).is_none());
        // A hash takes longer than this on any machine; without one it would be microseconds.
        assert!(nobody.as_millis() >= 3, "{nobody:?}");
        let tried = attempt(&store, "jane", "192.0.2.1", 1);
        assert!(!tried.is_right("wrong password"));
        assert!(finish(&store, tried, false, 1).is_none());
        let refused: Vec<_> = events(&store).into_iter().skip(1).collect();
        assert!(!format!("{refused:?}").contains("hunter2"));
        let causes: Vec<&Value> = refused.iter().map(|(_, _, detail)| &detail["cause"]).collect();
        assert_eq!(causes, ["unknown", "password"]);
        // Refused callers were not authenticated.
        assert!(refused.iter().all(|(_, actor, _)| actor == "local:test"));
    });
}

#[test]
fn who_guesses_waits_longer_each_time_and_keeps_nobody_out() {
    on_each(|place| {
        let store = place.open();
        jane(&store);
        let is_let = |network: &str, second| {
            matches!(begin(&store, "jane", network, second), SignInStep::Check(_))
        };
        // She has signed in from here before.
        sign_in(&store, 0);
        let guesses = (1..1_000).filter(|second| is_let("203.0.113.7", *second)).count();
        assert!((10..20).contains(&guesses), "{guesses} guesses in a quarter of an hour");
        assert!(is_let("192.0.2.1", 1_000), "her own network does not wait");
        // Guesses from many networks delay unknown networks, but not hers.
        for network in 0..50 {
            assert!(is_let(&format!("198.51.100.{network}"), 1_001) || network > 30);
        }
        assert!(!is_let("203.0.113.99", 1_002), "a network that is new");
        assert!(is_let("192.0.2.1", 1_002));
        assert!(is_let("203.0.113.99", 1_002 + 3_601), "an hour later");
        // Unknown names are delayed in the same way.
        let nobody = (1..100).filter(|second| {
            matches!(begin(&store, "joe", "203.0.113.8", *second), SignInStep::Check(_))
        });
        assert!(nobody.count() < 15);
        // A day later only the network of her sign-in is stored.
        begin(&store, "joe", "203.0.113.8", 200_000);
        let rows = store.read(|sql| sql.query("SELECT name, network FROM sign_ins", &[])).unwrap();
        let mut left: Vec<_> = rows.iter().map(|row| row.text(1).unwrap()).collect();
        left.sort();
        assert_eq!(left, ["192.0.2.1", "203.0.113.8"]);
    });
}

#[test]
fn a_person_of_elsewhere_is_known_by_the_subject_with_the_roles_of_today() {
    on_each(|place| {
        let store = place.open();
        let external = ExternalPerson {
            tenant: Tenant::only(),
            label: "oidc".to_owned(),
            issuer: "https://id.example".to_owned(),
            subject: "248289761001".to_owned(),
            display_name: "Jane Doe".to_owned(),
            roles: vec![Role::Analyst],
        };
        let come = |external: &ExternalPerson, second| {
            let external = external.clone();
            store.change_now(move |change| {
                let new = NewSession { via: "oidc", ..new_session(second) };
                change.sign_in_external(&external, new, origin())
            })
        };
        let first = come(&external, 1).unwrap().unwrap();
        assert_eq!(first.person.name, "oidc/248289761001");
        let later = ExternalPerson {
            display_name: "Jane Roe".to_owned(),
            roles: vec![Role::Approver],
            ..external.clone()
        };
        let second = come(&later, 2).unwrap().unwrap();
        assert_eq!(second.person.id, first.person.id);
        let open = session(&store, &first.token, 3).unwrap();
        assert_eq!(
            (open.person.roles, open.person.display_name),
            (vec![Role::Approver], "Jane Roe".to_owned())
        );
        assert_eq!(kinds(&store), ["user.made", "login", "user.roles-changed", "login"]);
        // The same subject of another issuer is another person with another name.
        let other =
            ExternalPerson { issuer: "https://evil.example".to_owned(), ..external.clone() };
        assert!(matches!(come(&other, 3).map(drop), Err(StoreError::Exists)));
        for subject in ["", " x", "a\nb", &"x".repeat(256)] {
            let wrong = ExternalPerson { subject: subject.to_owned(), ..external.clone() };
            assert!(matches!(come(&wrong, 3).map(drop), Err(StoreError::Invalid(_))), "{subject}");
        }
        let nothing = ExternalPerson { roles: Vec::new(), ..external.clone() };
        assert!(matches!(come(&nothing, 3).map(drop), Err(StoreError::Invalid(_))));
        let id = first.person.id.clone();
        change(&store, move |change| {
            change.set_disabled(&Tenant::only(), &id, true, origin(), at(4))
        });
        assert!(come(&external, 5).unwrap().is_none());
        assert!(session(&store, &second.token, 5).is_none());
        let id = first.person.id;
        let hash = PasswordHash::make(PASSWORD, random).unwrap();
        let refused = store.change_now(move |change| {
            change.set_password(&Tenant::only(), &id, &hash, origin(), at(6))
        });
        assert!(matches!(refused, Err(StoreError::Refused(_))));
    });
}
