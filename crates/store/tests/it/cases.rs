//! The life of a case: matches open it and are added to it, people move it, and every move is an event.

use interdict_store::{
    CaseFilter, CaseState, CaseStep, Disposition, FourEyes, MoveError, Setting, StoreError, Tenant,
};

use crate::case_steps::{Desk, kinds, sealed_texts};
use crate::stores::{at, on_each};

#[test]
fn a_match_opens_a_case_and_the_next_one_joins_it_by_any_id() {
    on_each(|place| {
        let desk = Desk::open(place);
        let first = desk.screen("c-1", &["e-1", "e-1-old"]);
        let same = desk.screen("c-1", &["e-9", "e-1-old"]);
        let third = desk.screen("c-1", &["e-9"]);
        assert_eq!(first.marks[0].case, same.marks[0].case);
        assert_eq!(first.marks[0].case, third.marks[0].case);
        let other_customer = desk.screen("c-2", &["e-1"]);
        let other_entity = desk.screen("c-1", &["e-2"]);
        assert_ne!(first.marks[0].case, other_customer.marks[0].case);
        assert_ne!(first.marks[0].case, other_entity.marks[0].case);
        let case = desk.case(&first.marks[0].case, 0);
        assert_eq!((case.state, case.customer.as_deref()), (CaseState::Open, Some("c-1")));
        assert_eq!(case.entities, ["e-1", "e-1-old", "e-9"]);
        // The screenings with its matches are in its history.
        let history =
            desk.store.case_history(&desk.tenant, &case.id, (None, 1_000)).unwrap().entries;
        let hits: Vec<u64> =
            history.iter().filter(|one| one.kind == "screening").map(|one| one.seq).collect();
        assert_eq!(hits, [first.seq, same.seq, third.seq]);
        // Without the query and the candidates.
        assert_eq!((&history[0].entry, history[0].erased), (&None, false));
        assert_eq!(history[1].kind, "case.opened");
        assert_eq!(history[1].detail["screening"], first.seq);
        assert!(desk.store.check_log(&[]).unwrap().is_sound());
    });
}

#[test]
fn a_long_history_is_read_in_pages_from_its_end() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        for _ in 0..4 {
            desk.screen("c-1", &["e-1"]);
        }
        let read = |before, limit| {
            let page = desk.store.case_history(&desk.tenant, &case, (before, limit)).unwrap();
            (page.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), page.earlier)
        };
        let (all, earlier) = read(None, 1_000);
        assert!(all.len() >= 6 && all.is_sorted() && earlier.is_none(), "{all:?}");
        assert_eq!(read(None, all.len() as u32), (all.clone(), None), "exactly one page");
        let mut pages = Vec::new();
        let mut before = None;
        loop {
            let (page, earlier) = read(before, 2);
            assert_eq!(earlier.is_some(), page.len() + pages.len() < all.len());
            pages = [page, pages].concat();
            before = earlier;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(pages, all);
    });
}

#[test]
fn a_match_that_brings_nothing_new_leaves_the_version() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        desk.screen("c-1", &["e-1"]);
        assert_eq!(desk.case(&case, 0).version, 1);
        let history = desk.store.case_history(&desk.tenant, &case, (None, 1_000)).unwrap().entries;
        let joined = &history.last().unwrap().detail;
        assert_eq!((&joined["version"], &joined["new"]), (&1.into(), &false.into()));
        desk.screen_with("c-1", &["e-1"], |screening| {
            screening.data.add(interdict_store::JudgedField::Countries, "fr");
        });
        assert_eq!(desk.case(&case, 0).version, 2);
        let history = desk.store.case_history(&desk.tenant, &case, (None, 1_000)).unwrap().entries;
        let news = history.last().unwrap().entry.as_ref().unwrap();
        let different = serde_json::json!([{ "field": "countries", "gone": [], "new": ["fr"] }]);
        assert_eq!(news["customer_differences"], different);
        assert_eq!(news.get("record_differences"), None);
        desk.screen_with("c-1", &["e-1"], |screening| {
            screening.data.add(interdict_store::JudgedField::Countries, "fr");
            screening.hits[0].is_exact = true;
        });
        let now = desk.case(&case, 0);
        assert_eq!((now.version, now.exact), (3, true));
    });
}

#[test]
fn a_case_goes_from_claim_to_close_and_each_step_is_an_event() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        desk.does("user:ann", &case, CaseStep::Claim { until: at(500) }).unwrap();
        desk.does("user:ann", &case, CaseStep::Comment).unwrap();
        desk.does("user:ann", &case, CaseStep::Escalate).unwrap();
        desk.does("user:bob", &case, CaseStep::Claim { until: at(500) }).unwrap();
        desk.does("user:bob", &case, desk.proposes(Disposition::TrueMatch, "true_match")).unwrap();
        let approval = CaseStep::SendBack { until: at(500) };
        assert_eq!(desk.does("user:ann", &case, approval).unwrap().state, CaseState::Assigned);
        desk.does("user:bob", &case, desk.proposes(Disposition::TrueMatch, "true_match")).unwrap();
        let closed = desk.does("user:ann", &case, CaseStep::Approve).unwrap();
        assert_eq!((closed.state, closed.version), (CaseState::Closed, 9));
        assert_eq!(
            kinds(&desk.store)[1..],
            [
                "case.opened",
                "case.claimed",
                "case.commented",
                "case.escalated",
                "case.claimed",
                "case.proposed",
                "case.sent-back",
                "case.proposed",
                "case.approved",
            ]
        );
        let history = desk.store.case_history(&desk.tenant, &case, (None, 1_000)).unwrap().entries;
        assert_eq!(history[3].entry.as_ref().unwrap()["text"], "because of user:ann");
        assert_eq!(history[9].actor, "user:ann");
        // A true match stays closed while nothing changes.
        let again = desk.screen("c-1", &["e-1"]);
        assert_eq!(again.marks[0].case, case);
        assert_eq!(desk.case(&case, 0).state, CaseState::Closed);
        desk.screen_with("c-1", &["e-1"], |screening| {
            screening.data.add(interdict_store::JudgedField::Countries, "fr");
        });
        assert_eq!(desk.case(&case, 0).state, CaseState::Open);
    });
}

#[test]
fn nothing_personal_is_in_the_events_of_a_case() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-secret", &["e-1"]).marks[0].case.clone();
        desk.does("user:ann", &case, CaseStep::Claim { until: at(500) }).unwrap();
        desk.does("user:ann", &case, desk.proposes(Disposition::FalsePositive, "name_only"))
            .unwrap();
        desk.does("user:bob", &case, CaseStep::Approve).unwrap();
        desk.does("user:bob", &case, CaseStep::Reopen).unwrap();
        let all = interdict_store::EventFilter { from: 0, kind: None, limit: 100 };
        let events = desk.store.events(&desk.tenant, &all).unwrap();
        let text = serde_json::to_string(&events).unwrap();
        for personal in ["c-secret", "e-1", "because of", "name of"] {
            assert!(!text.contains(personal), "{personal} in {text}");
        }
        // It lies beside them, under the customer's reference.
        let sealed = sealed_texts(&desk.store);
        assert!(sealed.iter().any(|(_, text)| text.contains("because of user:ann")));
        assert!(sealed.iter().all(|(is_of_customer, _)| *is_of_customer));
    });
}

#[test]
fn two_people_cannot_overwrite_each_other() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        let seen = desk.case(&case, 0).version;
        let claim = || CaseStep::Claim { until: at(500) };
        desk.does_at("user:ann", &case, claim(), Some(seen), 1).unwrap();
        let clash = desk.does_at("user:bob", &case, CaseStep::Comment, Some(seen), 1);
        assert!(matches!(clash, Err(StoreError::Changed { now: 2 })), "{clash:?}");
        let held = desk.does_at("user:bob", &case, claim(), Some(2), 1);
        assert!(matches!(held, Err(StoreError::Move(MoveError::ClaimedByAnother(_)))), "{held:?}");
        // A failed change left nothing.
        assert_eq!(kinds(&desk.store).len(), 3);
    });
}

#[test]
fn a_claim_ends_by_itself_and_its_holder_notices() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        desk.does_at("user:ann", &case, CaseStep::Claim { until: at(50) }, None, 1).unwrap();
        let (held, passed) = (desk.case(&case, 49), desk.case(&case, 50));
        assert_eq!((held.state, held.version), (CaseState::Assigned, 2));
        assert_eq!((passed.state, passed.version, passed.claim), (CaseState::Open, 3, None));
        let filter = |state| CaseFilter { state: Some(state), limit: 9, ..CaseFilter::default() };
        let count = |state, second| {
            desk.store.cases(&desk.tenant, &filter(state), at(second)).unwrap().cases.len()
        };
        assert_eq!((count(CaseState::Assigned, 49), count(CaseState::Open, 49)), (1, 0));
        assert_eq!((count(CaseState::Assigned, 50), count(CaseState::Open, 50)), (0, 1));
        let late = desk.does_at("user:ann", &case, CaseStep::Escalate, Some(2), 50);
        assert!(matches!(late, Err(StoreError::Changed { now: 3 })), "{late:?}");
        let taken = desk.does_at("user:bob", &case, CaseStep::Claim { until: at(90) }, Some(3), 50);
        assert_eq!(taken.unwrap().version, 4);
        assert_eq!(kinds(&desk.store)[3..], ["case.claim-ended", "case.claimed"]);
    });
}

#[test]
fn another_tenant_has_its_own_cases() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        let stranger = Desk { tenant: Tenant::parse("stranger").unwrap(), ..Desk::open(place) };
        let unknown = StoreError::NotFound("case").to_string();
        assert_eq!(
            stranger.store.case(&stranger.tenant, &case, at(0)).unwrap_err().to_string(),
            unknown
        );
        assert!(stranger.store.case_history(&stranger.tenant, &case, (None, 1_000)).is_err());
        let moved = stranger.does("user:ann", &case, CaseStep::Comment);
        assert_eq!(moved.unwrap_err().to_string(), unknown);
        let all = CaseFilter { limit: 9, ..CaseFilter::default() };
        assert!(stranger.store.cases(&stranger.tenant, &all, at(0)).unwrap().cases.is_empty());
        assert_ne!(stranger.screen("c-1", &["e-1"]).marks[0].case, case);
        assert_eq!(desk.store.cases(&desk.tenant, &all, at(0)).unwrap().cases.len(), 1);
    });
}

#[test]
fn cases_are_listed_by_each_filter_and_page_by_page() {
    on_each(|place| {
        let desk = Desk::open(place);
        for number in 0..5 {
            desk.screen(&format!("c-{number}"), &["e-1", &format!("f-{number}")]);
        }
        let two = desk.screen("c-2", &["e-1"]).marks[0].case.clone();
        desk.does("user:ann", &two, CaseStep::Claim { until: at(500) }).unwrap();
        let list = |filter: CaseFilter| {
            let page = desk.store.cases(&desk.tenant, &filter, at(9)).unwrap();
            let customers: Vec<String> =
                page.cases.into_iter().filter_map(|case| case.customer).collect();
            (customers.join(" "), page.next)
        };
        let all = CaseFilter { limit: 9, ..CaseFilter::default() };
        assert_eq!(list(all.clone()), ("c-0 c-1 c-2 c-3 c-4".to_owned(), None));
        let by = |change: fn(&mut CaseFilter)| {
            let mut filter = all.clone();
            change(&mut filter);
            list(filter).0
        };
        assert_eq!(by(|filter| filter.customer = Some("c-3".to_owned())), "c-3");
        assert_eq!(by(|filter| filter.entity = Some("f-4".to_owned())), "c-4");
        assert_eq!(by(|filter| filter.assignee = Some("user:ann".to_owned())), "c-2");
        assert_eq!(by(|filter| filter.state = Some(CaseState::Assigned)), "c-2");
        assert_eq!(by(|filter| filter.state = Some(CaseState::Closed)), "");
        let (first, next) = list(CaseFilter { limit: 2, ..all.clone() });
        assert_eq!(first, "c-0 c-1");
        let (second, next) = list(CaseFilter { limit: 2, after: next, ..all.clone() });
        assert_eq!(second, "c-2 c-3");
        assert_eq!(list(CaseFilter { limit: 2, after: next, ..all }), ("c-4".to_owned(), None));
    });
}

#[test]
fn four_eyes_are_needed_until_somebody_turns_them_off_which_is_an_event() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        desk.does("service:one", &case, CaseStep::Claim { until: at(500) }).unwrap();
        desk.does("service:one", &case, desk.proposes(Disposition::FalsePositive, "name_only"))
            .unwrap();
        let refused = desk.does("service:two", &case, CaseStep::Approve);
        assert!(matches!(refused, Err(StoreError::Move(MoveError::NotAPerson))), "{refused:?}");
        desk.set(Setting::FourEyes(FourEyes::Off));
        let closed = desk.does("service:two", &case, CaseStep::Approve).unwrap();
        assert_eq!(closed.state, CaseState::Closed);
        let kind = Some("setting.changed".to_owned());
        let filter = interdict_store::EventFilter { from: 0, kind, limit: 9 };
        let event = desk.store.events(&desk.tenant, &filter).unwrap().remove(0);
        let expected = serde_json::json!({ "setting": "four_eyes", "old": "on", "new": "off" });
        assert_eq!(event.detail, expected);
        // For this tenant only.
        let other = desk.store.settings(&Tenant::parse("other").unwrap()).unwrap();
        assert_eq!(other.four_eyes, FourEyes::On);
    });
}

#[test]
fn a_reason_is_one_of_the_list_and_stands_for_the_decision() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        desk.does("user:ann", &case, CaseStep::Claim { until: at(500) }).unwrap();
        let propose = |disposition, reason| {
            desk.does("user:ann", &case, desk.proposes(disposition, reason)).map(drop)
        };
        let is_invalid = |result| matches!(result, Err(StoreError::Invalid(_)));
        assert!(is_invalid(propose(Disposition::FalsePositive, "true_match")));
        assert!(is_invalid(propose(Disposition::FalsePositive, "a_hunch")));
        let reasons = serde_json::json!([
            { "code": "a_hunch", "text": "A hunch.", "dispositions": ["false_positive"] },
        ]);
        desk.set(Setting::parse("case_reasons", reasons).unwrap());
        assert!(is_invalid(propose(Disposition::FalsePositive, "name_only")));
        propose(Disposition::FalsePositive, "a_hunch").unwrap();
    });
}

#[test]
fn an_unusable_setting_is_refused() {
    use serde_json::json;
    let reason = json!({ "code": "x", "text": "X.", "dispositions": ["inconclusive"] });
    let with = |name: &str, value: serde_json::Value| {
        let mut reason = reason.clone();
        reason[name] = value;
        json!([reason])
    };
    assert!(Setting::parse("case_reasons", json!([reason])).is_ok());
    for value in [
        json!([]),
        json!([reason, reason]),
        with("code", json!("")),
        with("code", json!("A b")),
        with("code", json!("x".repeat(41))),
        with("text", json!("")),
        with("dispositions", json!([])),
        with("more", json!(1)),
    ] {
        let result = Setting::parse("case_reasons", value.clone());
        assert!(matches!(result, Err(StoreError::Invalid(_))), "{value}");
    }
    assert!(matches!(Setting::parse("four_eyes", json!("no")), Err(StoreError::Invalid(_))));
    assert!(matches!(Setting::parse("eyes", json!("on")), Err(StoreError::NotFound(_))));
}
