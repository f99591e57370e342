//! The operations of webhooks.

use crate::openapi::operations::{Body, Operation, get};
use crate::openapi::parameters::{Kind, MADE_ONCE, Parameter, parameter, path};

const WEBHOOKS: &str = "Interdict: webhooks";

const WEBHOOK: &[Parameter] = &[path("id", "The id of a webhook.")];

/// An operation on a webhook without a body.
const fn step(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    Operation {
        parameters: &[WEBHOOK],
        statuses: &[404],
        ..get(WEBHOOKS, path, id, summary, "ApiWebhook").post()
    }
}

/// All of them, in the order of the description.
pub(crate) const WEBHOOK_OPERATIONS: &[Operation] = &[
    Operation {
        statuses: &[404],
        ..get(WEBHOOKS, "/api/v1/webhooks", "webhooks", "All webhooks", "ApiWebhooks")
    },
    Operation {
        parameters: &[MADE_ONCE],
        body: Body::Json("ApiNewWebhook"),
        success: 201,
        statuses: &[400, 404, 408, 409, 413, 422],
        ..get(
            WEBHOOKS,
            "/api/v1/webhooks",
            "make_webhook",
            "Make a webhook, whose secret is shown once",
            "ApiMadeWebhook",
        )
        .post()
    },
    Operation {
        parameters: &[WEBHOOK],
        statuses: &[404],
        ..get(WEBHOOKS, "/api/v1/webhooks/{id}", "webhook", "A webhook", "ApiWebhook")
    },
    Operation {
        parameters: &[WEBHOOK],
        statuses: &[404],
        method: "delete",
        ..get(
            WEBHOOKS,
            "/api/v1/webhooks/{id}",
            "delete_webhook",
            "Delete a webhook with what was to be sent to it",
            "ApiWebhook",
        )
    },
    Operation {
        parameters: &[WEBHOOK, MADE_ONCE],
        body: Body::MaybeJson("ApiRotation"),
        statuses: &[400, 404, 408, 409, 413, 422],
        ..get(
            WEBHOOKS,
            "/api/v1/webhooks/{id}/rotate",
            "rotate_webhook",
            "Give a webhook another secret; for a while messages are signed with both",
            "ApiMadeWebhook",
        )
        .post()
    },
    step("/api/v1/webhooks/{id}/enable", "enable_webhook", "Send to a webhook again"),
    step("/api/v1/webhooks/{id}/disable", "disable_webhook", "Send nothing more to a webhook"),
    Operation {
        parameters: &[
            WEBHOOK,
            &[
                parameter(
                    "state",
                    Kind::MaybeChoice(&["waiting", "done", "dead"]),
                    "Only in this state.",
                ),
                parameter("cursor", Kind::Text(""), "`next_cursor` of the page before."),
                parameter("limit", Kind::Integer(100, 1_000), "Messages of the page."),
            ],
        ],
        statuses: &[400, 404, 422],
        ..get(
            WEBHOOKS,
            "/api/v1/webhooks/{id}/deliveries",
            "deliveries",
            "Messages to a webhook, the newest first",
            "ApiDeliveries",
        )
    },
    Operation {
        parameters: &[WEBHOOK, &[path("message", "The id of a message.")]],
        statuses: &[404, 409],
        ..get(
            WEBHOOKS,
            "/api/v1/webhooks/{id}/deliveries/{message}/resend",
            "resend",
            "Send a message again that was given up",
            "ApiDelivery",
        )
        .post()
    },
];
