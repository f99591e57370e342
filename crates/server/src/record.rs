//! Recording: an answer is sent after its events are on disk, or not at all.

use axum::http::HeaderValue;
use axum::response::Response;
use interdict_engine::audit::{
    Change, CustomerScreening, EventDraft, RecordedScreening, Store, StoreError,
};
use tokio::sync::oneshot;

use crate::app::App;
use crate::error::ApiError;

/// The consecutive numbers of the events of one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) first: u64,
    pub(crate) last: u64,
}

impl Recorded {
    /// Sets the header with the events of an answer: `17`, or `17-21` for several.
    pub(crate) fn say(self, response: &mut Response) {
        let text = match self.first == self.last {
            true => self.first.to_string(),
            false => format!("{}-{}", self.first, self.last),
        };
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().insert("x-interdict-audit", value);
        }
    }
}

/// A screening to record, with its effects on cases if it names a customer.
pub(crate) struct ScreeningDraft {
    pub(crate) event: EventDraft,
    pub(crate) customer: Option<CustomerScreening>,
}

impl ScreeningDraft {
    /// Records it within a change.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub(crate) fn record(
        self,
        change: &mut interdict_engine::audit::Change<'_>,
    ) -> Result<RecordedScreening, StoreError> {
        match self.customer {
            Some(customer) => change.record_customer_screening(self.event, &customer),
            None => Ok(RecordedScreening { seq: change.record(self.event)?, marks: Vec::new() }),
        }
    }
}

impl App {
    /// Writes screenings and their effects on cases in one change, and waits until it is on disk. Returns the cases of
    /// each of them; `None` without a store.
    ///
    /// # Errors
    /// When they cannot be written: the answer must not be sent.
    pub(crate) async fn record_screenings(
        &self,
        drafts: Vec<ScreeningDraft>,
    ) -> Result<Vec<RecordedScreening>, ApiError> {
        if self.store().is_none() || drafts.is_empty() {
            return Ok(Vec::new());
        }
        self.change(move |change| drafts.into_iter().map(|draft| draft.record(change)).collect())
            .await
    }

    /// Writes events and waits until they are on disk. Nothing is recorded by a server without a store.
    ///
    /// # Errors
    /// When they cannot be written: the answer must not be sent.
    pub(crate) async fn record(
        &self,
        drafts: Vec<EventDraft>,
    ) -> Result<Option<Recorded>, ApiError> {
        if self.store().is_none() || drafts.is_empty() {
            return Ok(None);
        }
        self.change(move |change| {
            let mut numbers = None;
            for draft in drafts {
                let seq = change.record(draft)?;
                let first = numbers.map_or(seq, |known: Recorded| known.first);
                numbers = Some(Recorded { first, last: seq });
            }
            Ok(numbers)
        })
        .await
    }

    /// Writes events, waits until they are on disk, and sets the header with their numbers.
    ///
    /// # Errors
    /// As [`App::record`].
    pub(crate) async fn record_with(
        &self,
        mut response: Response,
        drafts: Vec<EventDraft>,
    ) -> Result<Response, ApiError> {
        if let Some(recorded) = self.record(drafts).await? {
            recorded.say(&mut response);
        }
        Ok(response)
    }

    /// Reads from the store on a blocking thread.
    pub(crate) async fn in_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let store = self.store().cloned().ok_or(ApiError::NotFound("There is no store."))?;
        let joined = tokio::task::spawn_blocking(move || work(&store)).await;
        Ok(joined.map_err(|_| ApiError::Internal("reading the store"))??)
    }

    /// Changes the store and waits until the change is on disk.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let store = self.store().ok_or(ApiError::NotFound("There is no store."))?;
        let (sender, receiver) = oneshot::channel();
        store.change(work, move |result| {
            let _ = sender.send(result);
        });
        let ended = |_| StoreError::Unavailable("the writer of the store ended".to_owned());
        let result = receiver.await.map_err(ended)?;
        self.note_commit(&result);
        Ok(result?)
    }
}
