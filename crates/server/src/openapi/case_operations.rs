//! The operations of cases, the allow-list and the settings of tenants.

use crate::openapi::operations::{Answer, Body, Operation, get};
use crate::openapi::parameters::{Kind, ONCE, Parameter, header, maybe_header, parameter, path};

const CASES: &str = "Interdict: cases";
const ALLOW: &str = "Interdict: allow-list";
const SETTINGS: &str = "Interdict: settings";

const CASE: &[Parameter] = &[path("id", "The id of a case.")];
const ENTRY: &[Parameter] = &[path("id", "The id of an entry.")];
const PAGE: &[Parameter] = &[
    parameter("cursor", Kind::Text(""), "`next_cursor` of the page before."),
    parameter("limit", Kind::Integer(100, 1_000), "Things of the page."),
];
const CUSTOMER: &[Parameter] =
    &[parameter("customer", Kind::MaybeText, "Only of this customer, by the caller's reference.")];
const FILTERS: &[Parameter] = &[
    parameter(
        "state",
        Kind::MaybeChoice(&["open", "assigned", "escalated", "proposed", "closed"]),
        "Only in this state.",
    ),
    parameter("assignee", Kind::MaybeText, "Only those that this actor has claimed."),
    parameter("entity", Kind::MaybeText, "Only of this entity, by any of its ids."),
];
const VERSION: &[Parameter] = &[
    header("If-Match", "The ETag of the case as the caller saw it, or * for any."),
    maybe_header("Idempotency-Key", "Of a request that may be sent again: it is carried out once."),
];
/// A move that is based on an old version of a case, or that its state does not allow.
const MOVE: &[u16] = &[400, 404, 408, 409, 412, 413, 422, 428];

/// A move of a case.
const fn case_move(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    Operation {
        parameters: &[CASE, VERSION],
        body: Body::MaybeJson("ApiNote"),
        statuses: MOVE,
        ..get(CASES, path, id, summary, "ApiCase").post()
    }
}

/// All of them, in the order of the description.
pub(crate) static CASE_OPERATIONS: &[Operation] = &[
    Operation {
        parameters: &[FILTERS, CUSTOMER, PAGE],
        statuses: &[400, 404, 422],
        ..get(CASES, "/api/v1/cases", "cases", "Cases, the oldest first", "ApiCases")
    },
    Operation {
        parameters: &[CASE, PAGE],
        statuses: &[400, 404, 422],
        ..get(
            CASES,
            "/api/v1/cases/{id}",
            "case",
            "A case with the newest events of its history; its ETag is its version",
            "ApiCaseFull",
        )
    },
    Operation {
        parameters: &[CASE, &[path("seq", "The number of the event that a document came with.")]],
        statuses: &[400, 404],
        answer: Answer::Bytes,
        ..get(CASES, "/api/v1/cases/{id}/files/{seq}", "case_file", "A document of a case", "")
    },
    Operation {
        body: Body::MaybeJson("ApiClaimTime"),
        ..case_move("/api/v1/cases/{id}/claim", "claim_case", "Take a case for a while")
    },
    Operation {
        body: Body::Json("ApiAssignment"),
        ..case_move("/api/v1/cases/{id}/assign", "assign_case", "Give a case to somebody")
    },
    case_move("/api/v1/cases/{id}/escalate", "escalate_case", "Hand a case to the second level"),
    Operation {
        body: Body::Json("ApiReason"),
        ..case_move("/api/v1/cases/{id}/propose", "propose_decision", "Propose a decision")
    },
    case_move(
        "/api/v1/cases/{id}/approve",
        "approve_decision",
        "Approve what another person proposed",
    ),
    Operation {
        body: Body::Json("ApiNote"),
        ..case_move(
            "/api/v1/cases/{id}/send-back",
            "send_case_back",
            "Give a case back to the one who proposed",
        )
    },
    Operation {
        body: Body::Json("ApiNote"),
        ..case_move("/api/v1/cases/{id}/reopen", "reopen_case", "Open a case again")
    },
    Operation {
        body: Body::Json("ApiNoteWithFile"),
        ..case_move(
            "/api/v1/cases/{id}/comments",
            "comment_case",
            "Say something of a case, or add a document",
        )
    },
    Operation {
        parameters: &[
            CUSTOMER,
            &[parameter(
                "live",
                Kind::MaybeBoolean,
                "Only those that suppress matches now, or only the others.",
            )],
            PAGE,
        ],
        statuses: &[400, 404, 422],
        ..get(
            ALLOW,
            "/api/v1/allow-list",
            "allow_list",
            "Entries of the allow-list, the oldest first",
            "ApiAllowEntries",
        )
    },
    Operation {
        parameters: &[ENTRY, ONCE],
        body: Body::Json("ApiNote"),
        statuses: &[400, 404, 408, 409, 413, 422],
        ..get(
            ALLOW,
            "/api/v1/allow-list/{id}/revoke",
            "revoke_entry",
            "End an entry, so that its case opens again",
            "ApiAllowEntry",
        )
        .post()
    },
    Operation {
        statuses: &[404],
        ..get(
            SETTINGS,
            "/api/v1/settings",
            "settings",
            "The settings of the tenant",
            "ApiTenantSettings",
        )
    },
    Operation {
        method: "put",
        parameters: &[&[path("name", "four_eyes or case_reasons.")]],
        body: Body::Json("ApiNewValue"),
        statuses: &[400, 404, 408, 413, 422],
        ..get(
            SETTINGS,
            "/api/v1/settings/{name}",
            "change_setting",
            "Change a setting; the old and the new value are recorded",
            "ApiTenantSettings",
        )
    },
];
