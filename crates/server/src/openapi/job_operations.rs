//! The operations of jobs.

use crate::openapi::operations::{Answer, Body, Operation, get};
use crate::openapi::parameters::{Kind, ONCE, Parameter, parameter, path};

const JOBS: &str = "Interdict: jobs";

const JOB: &[Parameter] = &[path("id", "The id of a job.")];
pub(crate) const SCREENING: &[Parameter] = &[
    parameter("datasets", Kind::Texts, "The lists; all if none is named."),
    parameter("threshold", Kind::MaybeNumber, "From which score on it is a match."),
    parameter("limit", Kind::Integer(5, 500), "Candidates that are shown of a row."),
    parameter("algorithm", Kind::Text("interdict"), "interdict, ofac or exact."),
];
/// The format of a file of customers.
pub(crate) const FILE: &[Parameter] = &[
    parameter("schema", Kind::MaybeText, "What each row is, such as Person."),
    parameter(
        "customer",
        Kind::MaybeText,
        "The column with the reference of the customer; else the one whose name says so.",
    ),
    parameter(
        "column",
        Kind::TextsLike("="),
        "`COLUMN=PROPERTY`; if none is given, each column is interpreted by its name.",
    ),
    parameter(
        "encoding",
        Kind::MaybeText,
        "The encoding of text; UTF-8 unless a byte order mark says otherwise.",
    ),
    parameter("delimiter", Kind::MaybeText, "What parts the fields of a line."),
    parameter(
        "dates",
        Kind::MaybeChoice(&["dmy", "mdy", "ymd", "excel"]),
        "The order of day and month, if no row shows it.",
    ),
];
const CEILING: &[Parameter] = &[parameter(
    "max_unscreened",
    Kind::MaybeText,
    "How many rows may stay unscreened: a number, or a share such as 2%.",
)];

/// All of them, in the order of the description.
pub(crate) const JOB_OPERATIONS: &[Operation] = &[
    Operation {
        parameters: &[SCREENING, FILE, CEILING, ONCE],
        body: Body::File,
        success: 202,
        statuses: &[400, 404, 408, 409, 413, 422],
        ..get(
            JOBS,
            "/api/v1/jobs",
            "make_job",
            "Screen a file of customers in the background",
            "ApiJob",
        )
        .post()
    },
    Operation {
        parameters: &[&[
            parameter(
                "state",
                Kind::MaybeChoice(&[
                    "queued",
                    "running",
                    "done",
                    "incomplete",
                    "failed",
                    "cancelled",
                ]),
                "Only in this state.",
            ),
            parameter("cursor", Kind::Text(""), "`next_cursor` of the page before."),
            parameter("limit", Kind::Integer(100, 1_000), "Jobs of the page."),
        ]],
        statuses: &[400, 404, 422],
        ..get(JOBS, "/api/v1/jobs", "jobs", "Jobs, the newest first", "ApiJobs")
    },
    Operation {
        parameters: &[JOB],
        statuses: &[404],
        ..get(JOBS, "/api/v1/jobs/{id}", "job", "A job, with the counts of its rows", "ApiJob")
    },
    Operation {
        parameters: &[JOB],
        statuses: &[404],
        method: "delete",
        ..get(
            JOBS,
            "/api/v1/jobs/{id}",
            "cancel_job",
            "Cancel a job, or delete its result",
            "ApiJob",
        )
    },
    Operation {
        parameters: &[
            JOB,
            &[parameter("format", Kind::Choice(&["ndjson", "csv"]), "How it is written.")],
        ],
        statuses: &[404, 409, 422],
        answer: Answer::Lines("ApiJobLine"),
        ..get(
            JOBS,
            "/api/v1/jobs/{id}/result",
            "job_result",
            "A line for each row, and a summary",
            "",
        )
    },
];
