//! The table of operations, with the statuses of their answers.

use crate::openapi::parameters::{
    CHANGED_SINCE, DATASET, ENTITY, Kind, NEIGHBOURS, Parameter, SCOPE, parameter, path,
};

/// One operation of the interface.
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) id: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) summary: &'static str,
    /// In several parts, since many operations share some of them.
    pub(crate) parameters: &'static [&'static [Parameter]],
    pub(crate) body: Body,
    /// The schema of a successful answer.
    pub(crate) answer: Answer,
    /// The status of a successful answer.
    pub(crate) success: u16,
    /// The other statuses, besides those of every operation.
    pub(crate) statuses: &'static [u16],
}

/// The body of a request.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Body {
    None,
    /// JSON of a schema.
    Json(&'static str),
    /// JSON of a schema; optional.
    MaybeJson(&'static str),
    /// A form of a schema.
    Form(&'static str),
    /// A file of customers.
    File,
}

/// The body of an answer.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    Json(&'static str),
    Page,
    Text,
    /// Binary data.
    Bytes,
    /// Lines of JSON of this schema, then one line with a summary; or CSV.
    Lines(&'static str),
    /// Any JSON object: this description, and the documents of `docs/reference/json`.
    Object,
}

const READ: &str = "Screening and search";
const DATA: &str = "Lists and the server";
const RECONCILE: &str = "Reconciliation";

const NONE: &[&[Parameter]] = &[];
const MATCH: &[Parameter] = &[
    parameter(
        "limit",
        Kind::Integer(5, 500),
        "Results of each query; the total is counted before.",
    ),
    parameter("threshold", Kind::Number(0.7), "The score from which a result is a match."),
    parameter(
        "cutoff",
        Kind::Number(0.7),
        "Results that are no match and have a higher score are shown.",
    ),
    parameter("algorithm", Kind::Text("best"), "A name of /algorithms, in any case."),
    parameter("topics", Kind::Texts, "Only entities with one of these topics."),
    parameter(
        "exclude_entity_ids",
        Kind::FewTexts(50),
        "Entities to leave out, by any of their ids.",
    ),
];
const SEARCH: &[Parameter] = &[
    parameter("q", Kind::Text(""), "Words, in the query syntax of Lucene; everything if empty."),
    parameter("schema", Kind::Schema("Thing"), "Entities of this schema and its relatives."),
    parameter("countries", Kind::Texts, "Codes of countries."),
    parameter("topics", Kind::Texts, "Codes of topics."),
    parameter("datasets", Kind::Texts, "Names of lists."),
    parameter("filter", Kind::TextsLike(":"), "`field:value`."),
    parameter(
        "filter_op",
        Kind::Choice(&["OR", "AND"]),
        "How several values of one field are joined.",
    ),
    parameter(
        "target",
        Kind::MaybeBoolean,
        "Only entities that are listed themselves, or only others.",
    ),
    parameter("limit", Kind::Integer(10, 500), "Results of the page."),
    parameter("offset", Kind::Integer(0, 9_499), "Results before the page."),
    parameter("sort", Kind::Texts, "`field:asc` or `field:desc`."),
    parameter(
        "facets",
        Kind::Choices(&["datasets", "schema", "countries", "identifiers", "topics", "genders"]),
        "What is counted over all hits.",
    ),
    parameter("fuzzy", Kind::Boolean(false), "Whether `word~` has an automatic distance."),
    parameter("simple", Kind::Boolean(false), "The syntax that has no errors."),
];
const PREFIX: &[Parameter] = &[parameter("prefix", Kind::Text(""), "How it begins.")];
const PROPERTY: &[Parameter] = &[path("property", "The name of a property.")];

/// The operations of yente's interface, and those of the server, in the order of the description.
pub(crate) static OPERATIONS: &[Operation] = &[
    Operation {
        body: Body::Json("MatchRequest"),
        parameters: &[DATASET, MATCH, SCOPE, CHANGED_SINCE],
        statuses: &[400, 404, 408, 413, 422],
        ..get(READ, "/match/{dataset}", "match", "Entities that resemble examples", "MatchAnswer")
            .post()
    },
    Operation {
        parameters: &[DATASET, SEARCH, SCOPE, CHANGED_SINCE],
        statuses: &[400, 404, 422],
        ..get(READ, "/search/{dataset}", "search", "Text search over entities", "SearchAnswer")
    },
    Operation {
        parameters: &[
            ENTITY,
            &[parameter("nested", Kind::Boolean(true), "Neighbours inside of the entity.")],
        ],
        statuses: &[308, 404, 422],
        ..get(READ, "/entities/{id}", "fetch_entity", "One entity", "Entity")
    },
    Operation {
        parameters: &[ENTITY, NEIGHBOURS],
        statuses: &[308, 404, 422],
        ..get(
            READ,
            "/entities/{id}/adjacent",
            "fetch_adjacent",
            "Neighbours of an entity",
            "Adjacent",
        )
    },
    Operation {
        parameters: &[ENTITY, PROPERTY, NEIGHBOURS],
        statuses: &[308, 404, 422],
        ..get(
            READ,
            "/entities/{id}/adjacent/{property}",
            "fetch_adjacent_by_property",
            "Neighbours of an entity under one property",
            "AdjacentPage",
        )
    },
    Operation {
        statuses: &[304],
        ..get(DATA, "/catalog", "catalog", "The lists in use, with their versions", "Catalog")
    },
    Operation {
        statuses: &[304],
        ..get(DATA, "/manifest", "manifest", "The same as /catalog", "Catalog")
    },
    get(DATA, "/algorithms", "algorithms", "The names that `algorithm` can have", "Algorithms"),
    get(DATA, "/healthz", "healthz", "Whether the server is there", "Status"),
    get(DATA, "/readyz", "readyz", "Whether the lists are open", "Status"),
    Operation {
        parameters: &[&[
            parameter("token", Kind::Text(""), "The token that the server was started with."),
            parameter("sync", Kind::Boolean(false), "Accepted, without effect."),
        ]],
        statuses: &[403, 422],
        ..get(DATA, "/updatez", "updatez", "Open the lists that are in use now", "Status").post()
    },
    Operation {
        parameters: &[DATASET],
        statuses: &[404],
        ..get(
            RECONCILE,
            "/reconcile/{dataset}",
            "reconcile",
            "What a client needs to know",
            "Manifest",
        )
    },
    Operation {
        body: Body::Form("ReconcileForm"),
        parameters: &[
            DATASET,
            CHANGED_SINCE,
            &[parameter("algorithm", Kind::Text("logic-v2"), "A name of /algorithms.")],
        ],
        statuses: &[400, 404, 408, 413, 422],
        ..get(
            RECONCILE,
            "/reconcile/{dataset}",
            "reconcile_query",
            "Match rows of a table, or extend them",
            "Reconciled",
        )
        .post()
    },
    Operation {
        parameters: &[DATASET, &[parameter("id", Kind::Text(""), "The id of an entity.")]],
        answer: Answer::Page,
        statuses: &[404],
        ..get(
            RECONCILE,
            "/reconcile/{dataset}/preview",
            "preview",
            "A small page about an entity",
            "",
        )
    },
    Operation {
        parameters: &[
            DATASET,
            PREFIX,
            &[parameter("limit", Kind::Integer(10, 500), "The most suggestions.")],
        ],
        statuses: &[400, 404, 422],
        ..get(
            RECONCILE,
            "/reconcile/{dataset}/suggest/entity",
            "suggest_entity",
            "Entities by the beginning of a name",
            "Suggestions",
        )
    },
    Operation {
        parameters: &[DATASET, PREFIX],
        statuses: &[404],
        ..get(
            RECONCILE,
            "/reconcile/{dataset}/suggest/type",
            "suggest_type",
            "Schemata by the beginning of a name",
            "Suggestions",
        )
    },
    Operation {
        parameters: &[DATASET, PREFIX],
        statuses: &[404],
        ..get(
            RECONCILE,
            "/reconcile/{dataset}/suggest/property",
            "suggest_property",
            "Properties by the beginning of a name",
            "Suggestions",
        )
    },
    Operation {
        parameters: &[
            DATASET,
            &[
                parameter("type", Kind::Schema("Thing"), "A schema."),
                parameter("limit", Kind::Integer(0, i64::MAX), "The most properties; 0 for all."),
            ],
        ],
        statuses: &[400, 422],
        ..get(
            RECONCILE,
            "/reconcile/{dataset}/extend/property",
            "extend_property",
            "Properties that a table can be extended with",
            "Proposal",
        )
    },
    Operation {
        answer: Answer::Text,
        ..get(DATA, "/metrics", "metrics", "Metrics in the text format of Prometheus", "")
    },
    Operation {
        answer: Answer::Object,
        ..get(DATA, "/openapi.json", "openapi", "This description", "")
    },
    Operation {
        answer: Answer::Page,
        ..get(DATA, "/", "home", "A page that lists the operations", "")
    },
];

pub(crate) const fn get(
    tag: &'static str,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    answer: &'static str,
) -> Operation {
    Operation {
        method: "get",
        path,
        id,
        tag,
        summary,
        parameters: NONE,
        body: Body::None,
        answer: Answer::Json(answer),
        success: 200,
        statuses: &[],
    }
}

impl Operation {
    pub(crate) const fn post(mut self) -> Self {
        self.method = "post";
        self
    }
}
