//! The state machine as a table, and the property that no sequence of moves closes a case past the four-eyes rule.

use jiff::Timestamp;
use proptest::prelude::*;

use super::four_eyes::{Disposition, FourEyes, Mover, Proposal, is_person};
use super::state::{CaseState, Claim, Move, MoveError, Progress};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn mover(actor: &str) -> Mover {
    Mover { actor: actor.to_owned(), on_behalf_of: None }
}

fn claim(actor: &str) -> Claim {
    Claim { actor: actor.to_owned(), until: at(100) }
}

fn proposal(by: &str, disposition: Disposition, is_exact: bool) -> Proposal {
    Proposal {
        by: by.to_owned(),
        on_behalf_of: None,
        disposition,
        reason: "other".to_owned(),
        allow_until: None,
        judged: 0,
        is_exact,
    }
}

fn false_positive() -> Proposal {
    proposal("user:ann", Disposition::FalsePositive, false)
}

/// A case in a state, with the parts of that state; claims are those of ann.
fn in_state(state: CaseState) -> Progress {
    let is_claimed = matches!(state, CaseState::Assigned | CaseState::Escalated);
    let is_proposed = matches!(state, CaseState::Proposed | CaseState::Closed);
    Progress {
        state,
        claim: is_claimed.then(|| claim("user:ann")),
        proposal: is_proposed.then(false_positive),
        approvals: Vec::new(),
    }
}

#[test]
fn each_state_allows_its_moves_and_no_other() {
    use CaseState::{Assigned, Closed, Escalated, Open, Proposed};
    let until = at(100);
    let moves = [
        Move::Assign(claim("user:bob")),
        Move::Claim { until },
        Move::EndClaim,
        Move::Escalate,
        Move::Propose(false_positive()),
        Move::Approve,
        Move::SendBack { until },
        Move::Reopen,
    ];
    // By ann, except approvals, which are by bob.
    let table = [
        (Open, [Some(Assigned), Some(Assigned), None, None, None, None, None, None]),
        (
            Assigned,
            [
                Some(Assigned),
                Some(Assigned),
                Some(Open),
                Some(Escalated),
                Some(Proposed),
                None,
                None,
                None,
            ],
        ),
        (
            Escalated,
            [
                Some(Escalated),
                Some(Escalated),
                Some(Escalated),
                None,
                Some(Proposed),
                None,
                None,
                None,
            ],
        ),
        (Proposed, [None, None, None, None, None, Some(Closed), Some(Assigned), None]),
        (Closed, [None, None, None, None, None, None, None, Some(Open)]),
    ];
    assert_eq!(table.map(|(state, _)| state), CaseState::ALL);
    for (state, expected) in table {
        for (step, expected) in moves.iter().zip(expected) {
            let by = if *step == Move::Approve { "user:bob" } else { "user:ann" };
            let after = in_state(state).after(step.clone(), &mover(by), FourEyes::On);
            match expected {
                Some(expected) => {
                    let after = after.unwrap_or_else(|error| panic!("{state:?} {step:?}: {error}"));
                    assert_eq!(after.state, expected, "{state:?} {step:?}");
                    check_parts(&after);
                }
                None => assert_eq!(after, Err(MoveError::State(state)), "{state:?} {step:?}"),
            }
        }
    }
}

/// A state has exactly its own parts.
fn check_parts(progress: &Progress) {
    let state = progress.state;
    if progress.claim.is_some() {
        assert!(matches!(state, CaseState::Assigned | CaseState::Escalated), "{progress:?}");
    }
    let is_proposed = matches!(state, CaseState::Proposed | CaseState::Closed);
    assert_eq!(progress.proposal.is_some(), is_proposed, "{progress:?}");
    assert!(is_proposed || progress.approvals.is_empty(), "{progress:?}");
}

#[test]
fn a_claim_keeps_others_off_until_it_ends() {
    let until = at(200);
    for state in [CaseState::Assigned, CaseState::Escalated] {
        let of_ann = in_state(state);
        let taken = Err(MoveError::ClaimedByAnother(at(100)));
        for step in [Move::Claim { until }, Move::Propose(false_positive())] {
            assert_eq!(of_ann.after(step.clone(), &mover("user:bob"), FourEyes::On), taken);
            assert!(of_ann.after(step, &mover("user:ann"), FourEyes::On).is_ok());
        }
        assert!(!of_ann.has_passed_claim(at(99)));
        assert!(of_ann.has_passed_claim(at(100)));
    }
    let of_ann = in_state(CaseState::Assigned);
    let escalated = of_ann.after(Move::Escalate, &mover("user:bob"), FourEyes::On);
    assert_eq!(escalated, Err(MoveError::ClaimedByAnother(at(100))));
    let escalated = of_ann.after(Move::Escalate, &mover("user:ann"), FourEyes::On).unwrap();
    assert_eq!(escalated.claim, None);
    let proposed =
        escalated.after(Move::Propose(false_positive()), &mover("user:ann"), FourEyes::On);
    assert_eq!(proposed, Err(MoveError::NotClaimed));
}

#[test]
fn what_is_sent_back_is_with_the_one_who_proposed_and_has_no_approvals() {
    let exact = proposal("user:ann", Disposition::FalsePositive, true);
    let proposed = Progress { proposal: Some(exact), ..in_state(CaseState::Proposed) };
    let once = proposed.after(Move::Approve, &mover("user:bob"), FourEyes::On).unwrap();
    assert_eq!((once.state, once.approvals.len()), (CaseState::Proposed, 1));
    let back =
        once.after(Move::SendBack { until: at(9) }, &mover("user:eve"), FourEyes::On).unwrap();
    assert_eq!(back.claim, Some(Claim { actor: "user:ann".to_owned(), until: at(9) }));
    check_parts(&back);
}

#[test]
fn only_another_person_approves() {
    let approve = |proposal: &Proposal, by: &Mover, eyes| {
        let case = Progress { proposal: Some(proposal.clone()), ..in_state(CaseState::Proposed) };
        case.after(Move::Approve, by, eyes).map(|after| after.state)
    };
    let by_ann = false_positive();
    assert_eq!(approve(&by_ann, &mover("user:bob"), FourEyes::On), Ok(CaseState::Closed));
    assert_eq!(approve(&by_ann, &mover("user:ann"), FourEyes::On), Err(MoveError::SamePerson));
    for program in ["service:abc", "local:server", "user:"] {
        let result = approve(&by_ann, &mover(program), FourEyes::On);
        assert_eq!(result, Err(MoveError::NotAPerson), "{program}");
        // A claim does not make a key a person.
        let claiming = Mover { on_behalf_of: Some("bob".to_owned()), ..mover(program) };
        assert_eq!(approve(&by_ann, &claiming, FourEyes::On), Err(MoveError::NotAPerson));
    }
    // A key proposes, a person approves, but not the person for whom the key claims to have proposed.
    let by_key = Proposal { by: "service:abc".to_owned(), ..by_ann.clone() };
    assert_eq!(approve(&by_key, &mover("user:bob"), FourEyes::On), Ok(CaseState::Closed));
    for claimed in ["bob", "Bob ", "user:BOB"] {
        let for_bob = Proposal { on_behalf_of: Some(claimed.to_owned()), ..by_key.clone() };
        let result = approve(&for_bob, &mover("user:bob"), FourEyes::On);
        assert_eq!(result, Err(MoveError::SamePerson), "{claimed}");
        assert_eq!(approve(&for_bob, &mover("user:eve"), FourEyes::On), Ok(CaseState::Closed));
    }
    // Without the rule, every actor with the right to approve may close it.
    assert_eq!(approve(&by_key, &mover("service:abc"), FourEyes::Off), Ok(CaseState::Closed));
}

#[test]
fn a_false_positive_by_an_exact_number_needs_two_others() {
    let exact = proposal("user:ann", Disposition::FalsePositive, true);
    let case = Progress { proposal: Some(exact.clone()), ..in_state(CaseState::Proposed) };
    let once = case.after(Move::Approve, &mover("user:bob"), FourEyes::On).unwrap();
    assert_eq!(once.state, CaseState::Proposed);
    let again = once.after(Move::Approve, &mover("user:bob"), FourEyes::On);
    assert_eq!(again, Err(MoveError::ApprovedBefore));
    let twice = once.after(Move::Approve, &mover("user:eve"), FourEyes::On).unwrap();
    assert_eq!(twice.state, CaseState::Closed);
    assert!(twice.may_suppress());
    // Without the rule one approval closes it, and suppresses nothing.
    for by in ["user:bob", "service:abc"] {
        let closed = case.after(Move::Approve, &mover(by), FourEyes::Off).unwrap();
        assert_eq!((closed.state, closed.may_suppress()), (CaseState::Closed, false));
    }
    // A true match suppresses nothing, so that one approval is enough.
    for disposition in [Disposition::TrueMatch, Disposition::Inconclusive] {
        let case =
            Progress { proposal: Some(Proposal { disposition, ..exact.clone() }), ..case.clone() };
        let closed = case.after(Move::Approve, &mover("user:bob"), FourEyes::On).unwrap();
        assert_eq!((closed.state, closed.may_suppress()), (CaseState::Closed, false));
    }
}

const ACTORS: [&str; 6] =
    ["user:ann", "user:bob", "user:eve", "service:one", "service:two", "local:server"];

fn any_move() -> impl Strategy<Value = (Move, Mover)> {
    let dispositions = [Disposition::FalsePositive, Disposition::TrueMatch];
    let actor = || prop::sample::select(&ACTORS[..]);
    let disposition = prop::sample::select(dispositions.to_vec());
    (0..12_u8, actor(), actor(), prop::option::of(actor()), disposition, any::<bool>()).prop_map(
        |(kind, actor, other, claimed, disposition, is_exact)| {
            let on_behalf_of = claimed.map(str::to_owned);
            let step = match kind {
                0 => Move::Assign(claim(other)),
                1 | 2 => Move::Claim { until: at(100) },
                3 => Move::EndClaim,
                4 => Move::Escalate,
                5 | 6 => Move::Propose(Proposal {
                    on_behalf_of: on_behalf_of.clone(),
                    ..proposal(actor, disposition, is_exact)
                }),
                7..=9 => Move::Approve,
                10 => Move::SendBack { until: at(100) },
                _ => Move::Reopen,
            };
            (step, Mover { actor: actor.to_owned(), on_behalf_of })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_moves_close_a_case_without_four_eyes(moves in prop::collection::vec(any_move(), 1..60)) {
        let mut case = Progress::new();
        for (step, by) in moves {
            let Ok(after) = case.after(step, &by, FourEyes::On) else { continue };
            check_parts(&after);
            if after.state == CaseState::Closed && case.state != CaseState::Closed {
                let proposal = after.proposal.as_ref().unwrap();
                let is_exact = proposal.is_exact && proposal.disposition == Disposition::FalsePositive;
                let mut approvals = after.approvals.clone();
                approvals.sort();
                approvals.dedup();
                prop_assert_eq!(approvals.len(), after.approvals.len());
                prop_assert!(approvals.len() > usize::from(is_exact));
                for approval in &approvals {
                    prop_assert!(is_person(approval));
                    prop_assert!(*approval != proposal.by);
                    prop_assert!(proposal.on_behalf_of.as_ref() != Some(approval));
                }
            }
            case = after;
        }
    }
}
