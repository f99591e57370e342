//! Failures in the form of yente's interface: `{"detail": ...}` with a status.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_engine::EngineError;
use interdict_engine::audit::{MoveError, StoreError};
use serde_json::{Value, json};

use crate::api::Fault;
use crate::rate::Quota;
use crate::seen::Cause;

/// Why a request fails.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The request cannot be understood as a whole.
    #[error("{0}")]
    BadRequest(String),
    /// The form of a reconciliation request has the wrong shape.
    #[error("{what} is not of its shape")]
    Form {
        /// The name of the shape, as clients know it.
        what: &'static str,
        /// What is wrong where.
        errors: Vec<Value>,
    },
    /// The caller is not authenticated. Unknown, expired and revoked keys are not distinguished.
    #[error("a valid key is required")]
    Unauthorized,
    /// Name and password do not match an enabled account.
    #[error("the name or the password is wrong")]
    WrongPassword,
    /// The provider did not authenticate the person, or they have no role here.
    #[error("nobody was signed in")]
    NotAdmitted,
    /// The caller lacks the right.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The caller has to name the version on which the write is based.
    #[error("If-Match has to name the version that was read, as its ETag said")]
    NoVersion,
    /// The object does not exist.
    #[error("{0}")]
    NotFound(&'static str),
    /// Parameters or the body do not have the documented shape.
    #[error("{} values are not as documented", .0.len())]
    Validation(Vec<Value>),
    /// The body of a request to our own interface does not have the documented shape.
    #[error("{0}")]
    Shape(String),
    /// The content type or encoding of the body is not supported.
    #[error("the content type has to be {0}")]
    MediaType(&'static str),
    /// The change conflicts with the current state.
    #[error("{0}")]
    Changed(&'static str),
    /// The same request was carried out before, and its secret was shown then.
    #[error(
        "this request was carried out before, and the secret of the {what} {id} was shown then: if that answer was lost, \
         rotate the {what} with another Idempotency-Key"
    )]
    MadeBefore {
        /// The kind of object that has the secret.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The body is larger than allowed.
    #[error("the body has more than {0} bytes, the most that the server takes")]
    TooLarge(usize),
    /// The body took longer to arrive than allowed.
    #[error("the body did not arrive within {0} seconds")]
    SlowBody(u64),
    /// The answer took longer than allowed.
    #[error("there is no answer within {0} seconds")]
    TooLong(u64),
    /// An answer could be read as "clear" although it is not: a list is missing, or could not be read.
    #[error("{0}")]
    Unavailable(String),
    /// More requests are running than the server admits.
    #[error("the server is busy")]
    Busy,
    /// The caller exceeds a rate limit.
    #[error("too many requests: ask again in {} seconds", .0.reset.max(1))]
    TooMany(Quota),
    /// A fault of the server.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The store refused or failed the operation.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A part of the server failed.
    #[error("{0}")]
    Internal(&'static str),
}

impl ApiError {
    /// The fault of one value, in FastAPI's form.
    pub(crate) fn of_value(error: ValueError) -> Self {
        Self::Validation(vec![error.into_json()])
    }
}

impl ApiError {
    /// The status, and the description of our own interface.
    pub(crate) fn fault(&self) -> (StatusCode, Fault) {
        let (status, code) = match self {
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, "bad_request"),
            Self::Form { .. } => (StatusCode::BAD_REQUEST, "invalid_form"),
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::WrongPassword => (StatusCode::UNAUTHORIZED, "wrong_password"),
            Self::NotAdmitted => (StatusCode::FORBIDDEN, "not_admitted"),
            Self::Forbidden(_) => (StatusCode::FORBIDDEN, "forbidden"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
            Self::NoVersion => (StatusCode::PRECONDITION_REQUIRED, "no_version"),
            Self::Validation(_) | Self::Shape(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid_values")
            }
            Self::MediaType(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_type"),
            Self::Changed(_) => (StatusCode::CONFLICT, "changed"),
            Self::MadeBefore { .. } => (StatusCode::CONFLICT, "made_before"),
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::SlowBody(_) => (StatusCode::REQUEST_TIMEOUT, "slow_body"),
            Self::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "lists_unavailable"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "rate_limited"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::TooLong(_) => (StatusCode::SERVICE_UNAVAILABLE, "too_long"),
            Self::Store(error) => of_store(error),
            Self::Engine(_) | Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        };
        let detail = match self {
            // The source may contain a path or a value of the query, so it is not sent to the caller.
            Self::Engine(_) | Self::Internal(_) => "a fault of the server".to_owned(),
            Self::Store(_) if status == StatusCode::SERVICE_UNAVAILABLE => {
                "what was asked cannot be recorded now".to_owned()
            }
            _ => self.to_string(),
        };
        let errors = match self {
            Self::Validation(errors) | Self::Form { errors, .. } => errors.clone(),
            _ => Vec::new(),
        };
        let id = if let Self::MadeBefore { id, .. } = self { Some(id.clone()) } else { None };
        (status, Fault { code, detail, errors, id })
    }

    /// Whether the same request may succeed at once: not for faults of the server or its lists.
    pub(crate) fn is_of_caller(&self) -> bool {
        self.fault().0.is_client_error()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, fault) = self.fault();
        let cause = self.cause();
        let quota = if let Self::TooMany(quota) = &self { Some(*quota) } else { None };
        let body = match self {
            Self::Form { what, errors } => json!({ "detail": what, "errors": errors }),
            Self::Validation(errors) => json!({ "detail": errors }),
            Self::Engine(_) | Self::Internal(_) => json!({ "status": "error" }),
            _ => json!({ "detail": fault.detail }),
        };
        let mut response = json_response(status, &body);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if status == StatusCode::UNAUTHORIZED {
            let schemes = HeaderValue::from_static("ApiKey, Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, schemes);
        }
        if let Some(quota) = quota {
            // Seconds: clients of yente read no date.
            let seconds = HeaderValue::from(quota.reset.max(1));
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        if let Some(cause) = cause {
            response.extensions_mut().insert(Cause(cause));
        }
        response.extensions_mut().insert(fault);
        response
    }
}

/// The status and the code of an error of the store.
fn of_store(error: &StoreError) -> (StatusCode, &'static str) {
    match error {
        StoreError::Exists => (StatusCode::CONFLICT, "exists"),
        StoreError::Refused(_) => (StatusCode::CONFLICT, "refused"),
        StoreError::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
        StoreError::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_values"),
        StoreError::Move(error) => of_move(error),
        StoreError::Changed { .. } => (StatusCode::PRECONDITION_FAILED, "changed"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable"),
    }
}

/// The status and the code of a move that the state of a case does not allow. A move that the actor may never make is
/// 403.
fn of_move(error: &MoveError) -> (StatusCode, &'static str) {
    let status = match error {
        MoveError::NotAPerson | MoveError::SamePerson => StatusCode::FORBIDDEN,
        _ => StatusCode::CONFLICT,
    };
    (status, error.code())
}

/// An answer in JSON.
pub(crate) fn json_response(status: StatusCode, body: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (status, [(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// One invalid value. Clients print the place and the message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ValueError {
    /// The stable name of the fault, such as `int_parsing`.
    pub(crate) kind: &'static str,
    /// Its place: `query` or `body`, and the path of keys.
    pub(crate) place: Vec<Value>,
    /// The message.
    pub(crate) message: String,
    /// The input.
    pub(crate) input: Value,
    /// Values that the message contains, if any.
    pub(crate) context: Option<Value>,
}

impl ValueError {
    pub(crate) fn new(kind: &'static str, place: &[&str], message: impl Into<String>) -> Self {
        let place = place.iter().map(|part| Value::from(*part)).collect();
        Self { kind, place, message: message.into(), input: Value::Null, context: None }
    }

    pub(crate) fn with_input(self, input: impl Into<Value>) -> Self {
        Self { input: input.into(), ..self }
    }

    pub(crate) fn with_context(self, context: Value) -> Self {
        Self { context: Some(context), ..self }
    }

    pub(crate) fn into_json(self) -> Value {
        let mut value = json!({
            "type": self.kind, "loc": self.place, "msg": self.message, "input": self.input,
        });
        if let (Some(context), Some(object)) = (self.context, value.as_object_mut()) {
            object.insert("ctx".to_owned(), context);
        }
        value
    }
}
