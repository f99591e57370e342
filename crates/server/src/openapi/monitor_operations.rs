//! The operations of monitors.

use crate::openapi::job_operations::FILE;
use crate::openapi::operations::{Body, Operation, get};
use crate::openapi::parameters::{Kind, ONCE, Parameter, parameter, path};

const MONITORS: &str = "Interdict: monitors";

const MONITOR: &[Parameter] = &[path("id", "The id of a monitor.")];
const CUSTOMER: &[Parameter] = &[path("customer", "The caller's reference of a customer.")];

/// All of them, in the order of the description.
pub(crate) const MONITOR_OPERATIONS: &[Operation] = &[
    Operation {
        statuses: &[404],
        ..get(MONITORS, "/api/v1/monitors", "monitors", "All monitors", "ApiMonitors")
    },
    Operation {
        parameters: &[ONCE],
        body: Body::Json("ApiNewMonitor"),
        success: 201,
        statuses: &[400, 404, 408, 409, 413, 422],
        ..get(MONITORS, "/api/v1/monitors", "make_monitor", "Make a monitor", "ApiMonitor").post()
    },
    Operation {
        parameters: &[MONITOR],
        statuses: &[404],
        ..get(
            MONITORS,
            "/api/v1/monitors/{id}",
            "monitor",
            "A monitor, and whether it has seen the lists in use",
            "ApiMonitorState",
        )
    },
    Operation {
        parameters: &[MONITOR],
        statuses: &[404],
        method: "delete",
        ..get(
            MONITORS,
            "/api/v1/monitors/{id}",
            "delete_monitor",
            "Delete a monitor with its customers",
            "ApiMonitor",
        )
    },
    Operation {
        parameters: &[
            MONITOR,
            &[
                parameter("cursor", Kind::Text(""), "`next_cursor` of the page before."),
                parameter("limit", Kind::Integer(100, 1_000), "Customers of the page."),
            ],
        ],
        statuses: &[400, 404, 422],
        ..get(
            MONITORS,
            "/api/v1/monitors/{id}/customers",
            "monitored_customers",
            "Customers of a monitor, in an order that stays",
            "ApiMonitoredCustomers",
        )
    },
    Operation {
        parameters: &[MONITOR, FILE],
        body: Body::File,
        statuses: &[400, 404, 408, 413, 422],
        ..get(
            MONITORS,
            "/api/v1/monitors/{id}/customers",
            "put_customers",
            "Add the customers of a file, or say what is known of them now",
            "ApiBulkReport",
        )
        .post()
    },
    Operation {
        parameters: &[MONITOR, CUSTOMER],
        statuses: &[404],
        ..get(
            MONITORS,
            "/api/v1/monitors/{id}/customers/{customer}",
            "monitored_customer",
            "A customer, and what was told of it last",
            "ApiMonitoredCustomer",
        )
    },
    Operation {
        parameters: &[MONITOR, CUSTOMER],
        body: Body::Json("ApiParty"),
        statuses: &[400, 404, 408, 413, 422],
        method: "put",
        ..get(
            MONITORS,
            "/api/v1/monitors/{id}/customers/{customer}",
            "put_customer",
            "Add a customer, or say what is known of it now",
            "ApiMonitoredCustomer",
        )
    },
    Operation {
        parameters: &[MONITOR, CUSTOMER],
        statuses: &[404],
        method: "delete",
        ..get(
            MONITORS,
            "/api/v1/monitors/{id}/customers/{customer}",
            "remove_customer",
            "Take a customer out of a monitor",
            "ApiMonitoredCustomer",
        )
    },
];
