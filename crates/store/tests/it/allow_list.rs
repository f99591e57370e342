//! An approved false positive is suppressed and counted as long as the judged data stays the same.

use interdict_store::{
    AllowEntry, AllowFilter, CaseFile, CaseMove, CaseState, CaseStep, CustomerScreening,
    Disposition, EndCause, FourEyes, JudgedField, Setting, StoreError, Tenant,
};
use serde_json::json;

use crate::case_steps::{Desk, kinds};
use crate::stores::{Place, at, on_each};

/// A desk with one entry of the allow-list, whose term ends at second 1000.
fn allowed(place: &Place, is_exact: bool) -> (Desk, String, AllowEntry) {
    let desk = Desk::open(place);
    let case = allow(&desk, "c-1", is_exact);
    let entry = only_entry(&desk);
    (desk, case, entry)
}

/// Puts the match of a customer with `e-1` on the allow-list; returns its case.
fn allow(desk: &Desk, customer: &str, is_exact: bool) -> String {
    let first =
        desk.screen_with(customer, &["e-1"], |screening| screening.hits[0].is_exact = is_exact);
    let case = first.marks[0].case.clone();
    desk.does("user:ann", &case, CaseStep::Claim { until: at(500) }).unwrap();
    let decision = CaseStep::Propose {
        disposition: Disposition::FalsePositive,
        reason: "name_only".to_owned(),
        allow_until: Some(at(1_000)),
    };
    desk.does("user:ann", &case, decision).unwrap();
    desk.does("user:bob", &case, CaseStep::Approve).unwrap();
    if is_exact {
        desk.does("user:eve", &case, CaseStep::Approve).unwrap();
    }
    case
}

fn only_entry(desk: &Desk) -> AllowEntry {
    let all = AllowFilter { limit: 9, ..AllowFilter::default() };
    let mut entries = desk.store.allow_list(&desk.tenant, &all, at(9)).unwrap().entries;
    assert_eq!(entries.len(), 1);
    entries.remove(0)
}

#[test]
fn a_suppressed_match_is_recorded_and_counted_with_its_entry() {
    on_each(|place| {
        let (desk, case, entry) = allowed(place, false);
        assert_eq!(
            (entry.case.as_str(), entry.by_two, entry.suppressed),
            (case.as_str(), false, 0)
        );
        let again = desk.screen_at("c-1", &["e-1-other", "e-1"], 999, |_| {});
        assert_eq!(again.marks[0].case, case);
        assert_eq!(again.marks[0].suppressed_by, Some(entry.id.clone()));
        let history = desk.store.case_history(&desk.tenant, &case, (None, 1_000)).unwrap().entries;
        let last = history.last().unwrap();
        assert_eq!((last.seq, last.kind.as_str()), (again.seq, "screening"));
        let expected = json!({
            "matches": 1, "cases": [case], "suppressed": 1, "suppressed_by": [entry.id],
        });
        assert_eq!(last.detail, expected);
        assert_eq!(only_entry(&desk).suppressed, 1);
        assert_eq!(desk.case(&case, 9).state, CaseState::Closed);
        // The new id is an id of the entity from now on.
        assert!(desk.screen("c-1", &["e-1-other"]).marks[0].suppressed_by.is_some());
        // Another customer's match and that of another entity are not suppressed.
        assert!(desk.screen("c-2", &["e-1"]).marks[0].suppressed_by.is_none());
        assert!(desk.screen("c-1", &["e-2"]).marks[0].suppressed_by.is_none());
        assert!(desk.store.check_log(&[]).unwrap().is_sound());
    });
}

#[test]
fn an_entry_lasts_twelve_months_unless_its_end_is_named() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        desk.allowed(&case, &["user:bob"]);
        assert_eq!(only_entry(&desk).ends_at, at(9 + 365 * 24 * 3600));
        let case = desk.screen("c-2", &["e-1"]).marks[0].case.clone();
        desk.does("user:ann", &case, CaseStep::Claim { until: at(500) }).unwrap();
        for (disposition, reason, end) in [
            (Disposition::FalsePositive, "name_only", 9),
            (Disposition::TrueMatch, "true_match", 90),
        ] {
            let allow_until = Some(at(end));
            let step = CaseStep::Propose { disposition, reason: reason.to_owned(), allow_until };
            let result = desk.does("user:ann", &case, step);
            assert!(matches!(result, Err(StoreError::Invalid(_))), "{result:?}");
        }
    });
}

#[test]
fn each_cause_ends_the_entry_and_opens_the_case_with_what_changed() {
    type Cause = (EndCause, i64, fn(&mut CustomerScreening), serde_json::Value);
    let none = || json!({ "record": [], "customer": [] });
    let causes: [Cause; 5] = [
        (EndCause::Date, 1_000, |_| {}, none()),
        (
            EndCause::RecordChanged,
            10,
            |screening| screening.hits[0].record.add(JudgedField::BirthDates, "1970"),
            json!({ "record": [{ "field": "birth_dates", "gone": [], "new": ["1970"] }], "customer": [] }),
        ),
        (
            EndCause::CustomerChanged,
            10,
            |screening| screening.data.add(JudgedField::Countries, "fr"),
            json!({ "record": [], "customer": [{ "field": "countries", "gone": [], "new": ["fr"] }] }),
        ),
        (EndCause::ExactMatch, 10, |screening| screening.hits[0].is_exact = true, none()),
        (
            EndCause::ScoreRaised,
            10,
            |screening| {
                screening.matcher = "2".to_owned();
                screening.hits[0].score = 1.0;
            },
            none(),
        ),
    ];
    for (cause, second, change, differences) in causes {
        on_each(|place| {
            let (desk, case, entry) = allowed(place, false);
            let again = desk.screen_at("c-1", &["e-1"], second, change);
            assert_eq!(again.marks[0].suppressed_by, None, "{cause:?}");
            assert_eq!(again.marks[0].case, case);
            let ended = only_entry(&desk);
            assert_eq!((ended.end_cause, ended.ended_at), (Some(cause), Some(at(second))));
            let open = desk.case(&case, second);
            assert_eq!(open.state, CaseState::Open);
            let history =
                desk.store.case_history(&desk.tenant, &case, (None, 1_000)).unwrap().entries;
            let reopened = history.iter().find(|one| one.kind == "case.reopened").unwrap();
            assert_eq!(reopened.detail["cause"], json!(cause));
            assert_eq!(reopened.detail["entry"], entry.id);
            let shown = reopened.entry.as_ref().unwrap();
            let of = |name: &str| shown.get(name).cloned().unwrap_or(json!([]));
            let found = json!({ "record": of("record_differences"), "customer": of("customer_differences") });
            assert_eq!(found, differences, "{cause:?}");
            // From now on it is an open case like any other.
            assert_eq!(
                desk.screen_at("c-1", &["e-1"], second, change).marks[0].suppressed_by,
                None
            );
        });
    }
}

#[test]
fn an_entry_whose_judgement_was_erased_ends() {
    on_each(|place| {
        let (desk, _, _) = allowed(place, false);
        place.meddle("DELETE FROM sealed");
        assert_eq!(desk.screen("c-1", &["e-1"]).marks[0].suppressed_by, None);
        assert_eq!(only_entry(&desk).end_cause, Some(EndCause::Erased));
    });
}

#[test]
fn an_entry_is_bound_to_what_was_judged_and_not_to_what_came_later() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        desk.allowed(&case, &[]);
        // While the proposal waits, the list changes. The approval does not cover the changed record.
        let new = |screening: &mut CustomerScreening| {
            screening.hits[0].record.add(JudgedField::Names, "another name");
        };
        let seen = desk.case(&case, 9).version;
        desk.screen_with("c-1", &["e-1"], new);
        let clash = desk.does_at("user:bob", &case, CaseStep::Approve, Some(seen), 9);
        assert!(matches!(clash, Err(StoreError::Changed { .. })));
        desk.does("user:bob", &case, CaseStep::Approve).unwrap();
        assert_eq!(desk.screen_with("c-1", &["e-1"], new).marks[0].suppressed_by, None);
        assert_eq!(only_entry(&desk).end_cause, Some(EndCause::RecordChanged));
    });
}

#[test]
fn an_entry_is_bound_to_the_last_match_before_the_proposal() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        let new = |screening: &mut CustomerScreening| {
            screening.hits[0].record.add(JudgedField::Names, "another name");
        };
        desk.screen_with("c-1", &["e-1"], new);
        desk.allowed(&case, &["user:bob"]);
        assert!(desk.screen_with("c-1", &["e-1"], new).marks[0].suppressed_by.is_some());
    });
}

#[test]
fn an_exact_match_is_suppressed_by_an_entry_of_two_persons_alone() {
    on_each(|place| {
        let (desk, _, entry) = allowed(place, true);
        assert!(entry.by_two);
        let exact = |screening: &mut CustomerScreening| screening.hits[0].is_exact = true;
        assert_eq!(desk.screen_with("c-1", &["e-1"], exact).marks[0].suppressed_by, Some(entry.id));
    });
    on_each(|place| {
        let desk = Desk::open(place);
        desk.set(Setting::FourEyes(FourEyes::Off));
        let exact = |screening: &mut CustomerScreening| screening.hits[0].is_exact = true;
        let case = desk.screen_with("c-1", &["e-1"], exact).marks[0].case.clone();
        assert_eq!(desk.allowed(&case, &["user:bob"]).state, CaseState::Closed);
        // Closed, and nothing is suppressed: the next match reopens it.
        assert!(!kinds(&desk.store).contains(&"allow.made".to_owned()));
        assert_eq!(desk.screen_with("c-1", &["e-1"], exact).marks[0].suppressed_by, None);
        assert_eq!(desk.case(&case, 9).state, CaseState::Open);
    });
}

#[test]
fn a_proposal_that_waits_learns_of_an_exact_match() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        desk.allowed(&case, &[]);
        desk.screen_with("c-1", &["e-1"], |screening| screening.hits[0].is_exact = true);
        let once = desk.does("user:bob", &case, CaseStep::Approve).unwrap();
        assert_eq!(once.state, CaseState::Proposed);
    });
}

#[test]
fn an_entry_is_revoked_once_and_by_its_own_tenant() {
    on_each(|place| {
        let (desk, case, entry) = allowed(place, false);
        let revoke = |tenant: Tenant| {
            let mut call = desk.call("user:bob", "", 10);
            call.tenant = tenant;
            let id = entry.id.clone();
            desk.store
                .change_now(move |change| change.revoke_entry(&call, &id, Some("why".to_owned())))
        };
        let stranger = revoke(Tenant::parse("stranger").unwrap());
        assert!(matches!(stranger, Err(StoreError::NotFound("allow-list entry"))), "{stranger:?}");
        let revoked = revoke(desk.tenant.clone()).unwrap();
        assert_eq!((revoked.end_cause, revoked.ended_at), (Some(EndCause::Revoked), Some(at(10))));
        assert!(matches!(revoke(desk.tenant.clone()), Err(StoreError::Refused(_))));
        assert_eq!(desk.case(&case, 10).state, CaseState::Open);
        assert_eq!(kinds(&desk.store)[6..], ["allow.ended", "case.reopened"]);
        assert_eq!(desk.screen("c-1", &["e-1"]).marks[0].suppressed_by, None);
    });
}

#[test]
fn a_case_that_somebody_opens_again_suppresses_nothing() {
    on_each(|place| {
        let (desk, case, _) = allowed(place, false);
        desk.does("user:ann", &case, CaseStep::Reopen).unwrap();
        assert_eq!(only_entry(&desk).end_cause, Some(EndCause::CaseReopened));
        assert_eq!(desk.screen("c-1", &["e-1"]).marks[0].suppressed_by, None);
    });
}

#[test]
fn entries_end_at_their_date_and_when_the_entity_is_delisted_without_a_match() {
    on_each(|place| {
        let (desk, case, entry) = allowed(place, false);
        assert!(desk.store.due_entries(at(999)).unwrap().is_empty());
        let due = desk.store.due_entries(at(1_000)).unwrap();
        assert_eq!(
            (due.len(), &due[0].id, &*due[0].entities),
            (1, &entry.id, &["e-1".to_owned()][..])
        );
        let end = |second| {
            let (call, ids) = (desk.call("local:server", "", second), vec![entry.id.clone()]);
            desk.store.change_now(move |change| change.end_due_entries(&call, &ids)).unwrap()
        };
        // An entry whose term is not over stays, whoever asks.
        assert_eq!(end(999), 0);
        assert_eq!((end(1_000), end(1_000)), (1, 0));
        assert_eq!(desk.case(&case, 9).state, CaseState::Open);
    });
    on_each(|place| {
        let (desk, case, entry) = allowed(place, false);
        let live = desk.store.live_entries_of(&desk.tenant, "c-1").unwrap();
        assert_eq!(live, desk.store.live_entries().unwrap());
        assert!(desk.store.live_entries_of(&desk.tenant, "c-2").unwrap().is_empty());
        // The next screening has no match.
        desk.screen_with("c-1", &["e-1"], |screening| {
            screening.hits.clear();
            screening.delisted.push(entry.id.clone());
        });
        assert_eq!(only_entry(&desk).end_cause, Some(EndCause::Delisted));
        assert_eq!(desk.case(&case, 9).state, CaseState::Open);
        assert!(desk.store.live_entries().unwrap().is_empty());
    });
}

#[test]
fn a_live_entry_has_all_ids_of_its_entity_and_none_of_another_entry() {
    on_each(|place| {
        let (desk, case, entry) = allowed(place, false);
        let other = allow(&desk, "c-2", false);
        desk.screen_at("c-1", &["e-1-other", "e-1"], 10, |_| {});
        let of_customer = |customer| desk.store.live_entries_of(&desk.tenant, customer).unwrap();
        let (first, second) = (of_customer("c-1"), of_customer("c-2"));
        assert_eq!((first.len(), second.len()), (1, 1));
        assert_eq!(
            (&first[0].id, &*first[0].entities),
            (&entry.id, &["e-1", "e-1-other"].map(str::to_owned)[..])
        );
        assert_eq!(second[0].entities, ["e-1"]);
        assert_ne!(case, other);
        assert_eq!(desk.store.live_entries().unwrap(), [first, second].concat());
    });
}

#[test]
fn entries_are_listed_by_customer_by_life_and_page_by_page() {
    on_each(|place| {
        let (desk, _, _) = allowed(place, false);
        for customer in ["c-2", "c-3"] {
            let case = desk.screen(customer, &["e-1"]).marks[0].case.clone();
            desk.allowed(&case, &["user:bob"]);
        }
        let list = |filter: AllowFilter, second| {
            let page = desk.store.allow_list(&desk.tenant, &filter, at(second)).unwrap();
            let customers: Vec<String> =
                page.entries.into_iter().filter_map(|one| one.customer).collect();
            (customers.join(" "), page.next)
        };
        let all = || AllowFilter { limit: 9, ..AllowFilter::default() };
        assert_eq!(list(all(), 9), ("c-1 c-2 c-3".to_owned(), None));
        let (first, next) = list(AllowFilter { limit: 2, ..all() }, 9);
        assert_eq!(first, "c-1 c-2");
        assert_eq!(list(AllowFilter { after: next, ..all() }, 9).0, "c-3");
        let is_live = |is_live| AllowFilter { is_live: Some(is_live), ..all() };
        assert_eq!(
            (list(is_live(true), 999).0, list(is_live(false), 999).0),
            ("c-1 c-2 c-3".into(), "".into())
        );
        assert_eq!(
            (list(is_live(true), 1_000).0, list(is_live(false), 1_000).0),
            ("c-2 c-3".into(), "c-1".into())
        );
        let of_two = AllowFilter { customer: Some("c-2".to_owned()), is_live: Some(true), ..all() };
        assert_eq!(list(of_two, 9).0, "c-2");
        let stranger = Tenant::parse("stranger").unwrap();
        assert!(desk.store.allow_list(&stranger, &all(), at(9)).unwrap().entries.is_empty());
    });
}

#[test]
fn a_file_is_kept_whole_and_shown_without_its_bytes() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        let file = Some(CaseFile::new("passport.pdf", b"\x00\xffscan"));
        let wanted = CaseMove { step: CaseStep::Comment, text: None, file };
        let call = desk.call("user:ann", &case, 9);
        desk.store.change_now(move |change| change.move_case(&call, wanted)).unwrap();
        let history = desk.store.case_history(&desk.tenant, &case, (None, 1_000)).unwrap().entries;
        let last = history.last().unwrap();
        let shown = &last.entry.as_ref().unwrap()["file"];
        assert_eq!((&shown["name"], &shown["size"]), (&json!("passport.pdf"), &json!(6)));
        assert_eq!(shown.as_object().unwrap().len(), 3);
        let content = desk.store.case_file(&desk.tenant, &case, last.seq).unwrap();
        assert_eq!(
            (content.name.as_str(), &content.bytes[..]),
            ("passport.pdf", &b"\x00\xffscan"[..])
        );
        assert!(desk.store.case_file(&desk.tenant, &case, last.seq - 1).is_err());
        assert!(desk.store.case_file(&Tenant::parse("other").unwrap(), &case, last.seq).is_err());
    });
}
