//! Failures as clients of yente read them: `{"detail": ...}` with a status.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_engine::EngineError;
use serde_json::{Value, json};

/// Why a request is not answered as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The request cannot be understood as a whole.
    #[error("{0}")]
    BadRequest(String),
    /// The form of a reconciliation request is not of its shape.
    #[error("{what} is not of its shape")]
    Form {
        /// The name of the shape, as clients know it.
        what: &'static str,
        /// What is wrong where.
        errors: Vec<Value>,
    },
    /// The caller may not do it.
    #[error("{0}")]
    Forbidden(&'static str),
    /// There is no such thing.
    #[error("{0}")]
    NotFound(&'static str),
    /// Parameters or the body do not have the shape that is documented.
    #[error("{} values are not as documented", .0.len())]
    Validation(Vec<Value>),
    /// The body is larger than allowed.
    #[error("the body has more than {0} bytes, the most that the server takes")]
    TooLarge(usize),
    /// The body took longer to arrive than allowed.
    #[error("the body did not arrive within {0} seconds")]
    SlowBody(u64),
    /// The answer took longer than allowed.
    #[error("there is no answer within {0} seconds")]
    TooLong(u64),
    /// An answer could look clear though it is not: a list is missing, or could not be read.
    #[error("{0}")]
    Unavailable(String),
    /// More requests are at work than the server takes.
    #[error("the server is busy")]
    Busy,
    /// A fault of the server.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A part of the server failed.
    #[error("{0}")]
    Internal(&'static str),
}

impl ApiError {
    /// The fault of one value, in the form in which FastAPI reports it.
    pub(crate) fn of_value(error: ValueError) -> Self {
        Self::Validation(vec![error.into_json()])
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let detail = |text: String| json!({ "detail": text });
        let (status, body) = match self {
            Self::BadRequest(text) => (StatusCode::BAD_REQUEST, detail(text)),
            Self::Form { what, errors } => {
                (StatusCode::BAD_REQUEST, json!({ "detail": what, "errors": errors }))
            }
            Self::Forbidden(text) => (StatusCode::FORBIDDEN, detail(text.to_owned())),
            Self::NotFound(text) => (StatusCode::NOT_FOUND, detail(text.to_owned())),
            Self::Validation(errors) => {
                (StatusCode::UNPROCESSABLE_ENTITY, json!({ "detail": errors }))
            }
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, detail(self.to_string())),
            Self::SlowBody(_) => (StatusCode::REQUEST_TIMEOUT, detail(self.to_string())),
            Self::Unavailable(text) => (StatusCode::SERVICE_UNAVAILABLE, detail(text)),
            Self::Busy | Self::TooLong(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, detail(self.to_string()))
            }
            // The reason may hold a path or a value of the query: it is not for the caller.
            Self::Engine(_) | Self::Internal(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, json!({ "status": "error" }))
            }
        };
        let mut response = json_response(status, &body);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

/// An answer in JSON.
pub(crate) fn json_response(status: StatusCode, body: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (status, [(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// One value that is not as documented. Clients print the place and the message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ValueError {
    /// The stable name of the fault, such as `int_parsing`.
    pub(crate) kind: &'static str,
    /// Where it stands: `query` or `body`, and the keys down to it.
    pub(crate) place: Vec<Value>,
    /// The fault in words.
    pub(crate) message: String,
    /// What was given.
    pub(crate) input: Value,
    /// Figures of the message, if it has any.
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
