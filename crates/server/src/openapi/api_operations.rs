//! The operations of our own interface.

use crate::openapi::operations::{Answer, Body, Operation, get};
use crate::openapi::parameters::{
    ENTITY, Kind, MADE_ONCE, Parameter, maybe_header, parameter, path,
};

const SCREEN: &str = "Interdict: screening";
const AUDIT: &str = "Interdict: audit log";
const KEYS: &str = "Interdict: keys";

const SEQ: &[Parameter] = &[path("seq", "The number of an event.")];
const KEY: &[Parameter] = &[path("id", "The public part of a key.")];

/// All of them, in the order of the description.
pub(crate) static API_OPERATIONS: &[Operation] = &[
    Operation {
        body: Body::Json("ApiCall"),
        parameters: &[&[
            parameter(
                "datasets",
                Kind::Texts,
                "For lines of JSON: the lists; all if none is named.",
            ),
            parameter("threshold", Kind::MaybeNumber, "For lines of JSON: from which score on."),
            parameter("limit", Kind::Integer(5, 500), "For lines of JSON: candidates of a party."),
            parameter(
                "algorithm",
                Kind::Text("best"),
                "For lines of JSON: interdict, ofac or exact.",
            ),
            maybe_header(
                "Idempotency-Key",
                "Of a request that may be sent again: it is screened and recorded once. Not for lines of JSON.",
            ),
        ]],
        statuses: &[400, 404, 408, 413, 422],
        ..get(
            SCREEN,
            "/api/v1/screen",
            "screen",
            "Screen one party, several, or lines of them (application/x-ndjson)",
            "ApiAnswer",
        )
        .post()
    },
    Operation {
        body: Body::Json("ApiWalletCall"),
        statuses: &[400, 408, 413, 422],
        answer: Answer::Object,
        ..get(SCREEN, "/api/v1/wallets", "wallet", "What is known of an address", "").post()
    },
    Operation {
        body: Body::Json("ApiTraceCall"),
        statuses: &[400, 404, 408, 413, 422],
        answer: Answer::Object,
        ..get(SCREEN, "/api/v1/traces", "trace", "Where virtual currency went", "").post()
    },
    Operation {
        body: Body::Json("ApiExposureCall"),
        statuses: &[400, 404, 408, 413, 422],
        answer: Answer::Object,
        ..get(
            SCREEN,
            "/api/v1/exposures",
            "exposure",
            "What share of a wallet comes from whom, or went to whom",
            "",
        )
        .post()
    },
    Operation {
        parameters: &[
            ENTITY,
            &[parameter("depth", Kind::Integer(2, 6), "The largest number of steps.")],
        ],
        statuses: &[404, 422],
        answer: Answer::Object,
        ..get(SCREEN, "/api/v1/networks/{id}", "network", "Who stands around an entity", "")
    },
    Operation {
        answer: Answer::Object,
        ..get(
            SCREEN,
            "/api/v1/lists",
            "lists",
            "The lists in use, their ages, and what is missing",
            "",
        )
    },
    Operation {
        parameters: &[&[
            parameter("cursor", Kind::Text(""), "`next_cursor` of the page before."),
            parameter("kind", Kind::Text(""), "Only events of this kind."),
            parameter("limit", Kind::Integer(100, 1_000), "Events of the page."),
        ]],
        statuses: &[400, 404, 422],
        ..get(AUDIT, "/api/v1/audit", "audit_events", "Events, the oldest first", "ApiEvents")
    },
    Operation {
        answer: Answer::Text,
        statuses: &[404],
        ..get(
            AUDIT,
            "/api/v1/audit/checkpoint",
            "audit_checkpoint",
            "The signed head of the log (C2SP checkpoint)",
            "",
        )
    },
    Operation {
        parameters: &[SEQ],
        statuses: &[400, 404],
        ..get(AUDIT, "/api/v1/audit/{seq}", "audit_event", "One event", "ApiEvent")
    },
    Operation {
        parameters: &[SEQ],
        statuses: &[400, 404],
        ..get(
            AUDIT,
            "/api/v1/audit/{seq}/proof",
            "audit_proof",
            "That an event is in the log (C2SP tlog-proof)",
            "ApiProof",
        )
    },
    Operation {
        parameters: &[SEQ],
        statuses: &[400, 404, 409],
        ..get(
            AUDIT,
            "/api/v1/audit/{seq}/replay",
            "audit_replay",
            "Screen again what an event recorded",
            "ApiReplay",
        )
        .post()
    },
    Operation {
        statuses: &[404],
        ..get(KEYS, "/api/v1/keys", "keys", "All keys, without their secrets", "ApiKeyList")
    },
    Operation {
        parameters: &[MADE_ONCE],
        body: Body::Json("ApiNewKey"),
        statuses: &[400, 404, 408, 409, 413, 422],
        success: 201,
        ..get(KEYS, "/api/v1/keys", "make_key", "Make a key, which is shown once", "ApiShownKey")
            .post()
    },
    Operation {
        parameters: &[KEY],
        statuses: &[400, 404, 409],
        method: "delete",
        ..get(KEYS, "/api/v1/keys/{id}", "revoke_key", "End a key at once", "ApiKeyRecord")
    },
    Operation {
        parameters: &[KEY, MADE_ONCE],
        body: Body::MaybeJson("ApiRotation"),
        statuses: &[400, 404, 408, 409, 413, 422],
        success: 201,
        ..get(
            KEYS,
            "/api/v1/keys/{id}/rotate",
            "rotate_key",
            "Make a successor, beside which the key stays valid for a while",
            "ApiShownKey",
        )
        .post()
    },
];
