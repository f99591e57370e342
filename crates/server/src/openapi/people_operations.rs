//! The operations of people: their accounts and their sessions.

use crate::openapi::operations::{Answer, Body, Operation, get};
use crate::openapi::parameters::{Kind, ONCE, Parameter, maybe_header, parameter, path};

const PEOPLE: &str = "Interdict: people";

const PERSON: &[Parameter] = &[path("id", "The id of a person.")];
const CSRF: &[Parameter] = &[maybe_header(
    "X-CSRF-Token",
    "Of the session, with writes of programs that send neither Origin nor Sec-Fetch-Site.",
)];
/// Statuses of a request that changes an account.
const CHANGE: &[u16] = &[400, 404, 408, 409, 413, 422];

/// All of them, in the order of the description.
pub(crate) const PEOPLE_OPERATIONS: &[Operation] = &[
    Operation {
        body: Body::Json("ApiCredentials"),
        statuses: &[400, 401, 403, 404, 408, 413, 422],
        ..get(PEOPLE, "/api/v1/session", "sign_in", "Sign in with a password", "ApiWhoAmI").post()
    },
    Operation {
        parameters: &[&[parameter("back", Kind::Text("/"), "Where the browser goes afterwards.")]],
        success: 302,
        statuses: &[404],
        answer: Answer::Page,
        ..get(PEOPLE, "/auth/login", "oidc_login", "Go to the OpenID provider", "")
    },
    Operation {
        parameters: &[&[
            parameter("code", Kind::MaybeText, "What the provider gives for the token."),
            parameter("state", Kind::MaybeText, "The sign-in that the browser began."),
            parameter("iss", Kind::MaybeText, "Who answers (RFC 9207)."),
            parameter("error", Kind::MaybeText, "Why the provider refuses."),
        ]],
        success: 303,
        statuses: &[403, 404],
        answer: Answer::Page,
        ..get(PEOPLE, "/auth/callback", "oidc_callback", "Come back from the OpenID provider", "")
    },
    Operation {
        success: 303,
        statuses: &[401, 403, 404],
        answer: Answer::Page,
        ..get(PEOPLE, "/auth/logout", "oidc_logout", "Sign out here and at the OpenID provider", "")
            .post()
    },
    get(PEOPLE, "/api/v1/session", "who_am_i", "Who asks, and what they may do", "ApiWhoAmI"),
    Operation {
        parameters: &[CSRF],
        statuses: &[404],
        method: "delete",
        ..get(PEOPLE, "/api/v1/session", "sign_out", "Sign out", "Status")
    },
    Operation {
        parameters: &[CSRF],
        body: Body::Json("ApiPasswordChange"),
        statuses: &[400, 404, 408, 413, 422],
        method: "put",
        ..get(
            PEOPLE,
            "/api/v1/session/password",
            "change_own_password",
            "Another password for the one who is signed in",
            "ApiWhoAmI",
        )
    },
    Operation {
        statuses: &[404],
        ..get(PEOPLE, "/api/v1/users", "people", "All people, by name", "ApiUserList")
    },
    Operation {
        parameters: &[ONCE],
        body: Body::Json("ApiNewPerson"),
        statuses: CHANGE,
        success: 201,
        ..get(PEOPLE, "/api/v1/users", "make_person", "Make an account", "ApiPerson").post()
    },
    Operation {
        parameters: &[PERSON],
        body: Body::Json("ApiNewRoles"),
        statuses: CHANGE,
        method: "put",
        ..get(PEOPLE, "/api/v1/users/{id}/roles", "change_roles", "Other roles", "ApiPerson")
    },
    Operation {
        parameters: &[PERSON],
        body: Body::Json("ApiNewPassword"),
        statuses: CHANGE,
        method: "put",
        ..get(
            PEOPLE,
            "/api/v1/users/{id}/password",
            "set_password",
            "Another password; sessions end",
            "ApiPerson",
        )
    },
    Operation {
        parameters: &[PERSON],
        statuses: &[400, 404, 409],
        ..get(
            PEOPLE,
            "/api/v1/users/{id}/disable",
            "disable_person",
            "Disable an account; sessions end",
            "ApiPerson",
        )
        .post()
    },
    Operation {
        parameters: &[PERSON],
        statuses: &[400, 404, 409],
        ..get(
            PEOPLE,
            "/api/v1/users/{id}/enable",
            "enable_person",
            "Enable an account again",
            "ApiPerson",
        )
        .post()
    },
];
