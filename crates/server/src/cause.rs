//! The cause of a failure of the server, for the log: without any data of the caller.

use std::error::Error;

use interdict_engine::EngineError;

use crate::error::ApiError;

impl ApiError {
    /// The cause of a failure; `None` for faults of the caller, and for faults of lists, which the answer itself names.
    pub(crate) fn cause(&self) -> Option<String> {
        match self {
            Self::Engine(error) => Some(of_engine(error)),
            Self::Store(error) if self.fault().0.is_server_error() => Some(error.to_string()),
            Self::Internal(part) => Some(format!("a part of the server failed: {part}")),
            _ => None,
        }
    }
}

/// The cause of an error of the engine. Only errors of files and lists are logged in full: the others may contain
/// values of the query.
fn of_engine(error: &EngineError) -> String {
    match error {
        EngineError::Read(_)
        | EngineError::Guard { .. }
        | EngineError::Index(_)
        | EngineError::Build { .. }
        | EngineError::File(_)
        | EngineError::Config(_)
        | EngineError::UpdateState { .. }
        | EngineError::NoDataDir { .. } => with_sources(error),
        _ => "a fault of the engine whose text may hold values of the query".to_owned(),
    }
}

/// An error with its chain of sources.
pub(crate) fn with_sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let next = error.to_string();
        // Errors that include the text of their source are not repeated.
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_names_files_and_never_what_was_asked() {
        let asked = EngineError::NoMatch("Zakharov".to_owned());
        let cause = ApiError::Engine(asked).cause().unwrap();
        assert!(!cause.contains("Zakharov"), "{cause}");
        let file = EngineError::NoDataDir { path: "/somewhere".into() };
        let cause = ApiError::Engine(file).cause().unwrap();
        assert!(cause.contains("/somewhere"), "{cause}");
        assert_eq!(ApiError::BadRequest("Zakharov".to_owned()).cause(), None);
    }
}
