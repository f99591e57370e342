//! Hashing and verifying passwords: on blocking threads, and few at a time. Each takes tens of milliseconds and 19 MiB,
//! so that many at once would be a denial of service.

use std::sync::Arc;

use interdict_engine::audit::{PasswordHash, SignInAttempt};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::error::ApiError;
use crate::metrics::Refusal;

/// Maximum number of concurrent hashes, and of queued ones.
const WORKING: usize = 2;
const WAITING: usize = 32;

/// The places of running and of queued hashes.
pub(crate) struct PasswordWork {
    working: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

impl Default for PasswordWork {
    fn default() -> Self {
        let places = |count| Arc::new(Semaphore::new(count));
        Self { working: places(WORKING), admitted: places(WORKING + WAITING) }
    }
}

impl App {
    /// Hashes a new password.
    ///
    /// # Errors
    /// When it is too short or too long, or the queue is full.
    pub(crate) async fn hash_password(&self, password: String) -> Result<PasswordHash, ApiError> {
        let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
        Ok(self.with_passwords(move || PasswordHash::make(&password, random)).await??)
    }

    /// Whether the password of an attempt is correct.
    ///
    /// # Errors
    /// When the queue is full.
    pub(crate) async fn check_password(
        &self,
        attempt: SignInAttempt,
        password: String,
    ) -> Result<bool, ApiError> {
        self.with_passwords(move || attempt.is_right(&password)).await
    }

    async fn with_passwords<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let places = &self.passwords;
        let admitted = Arc::clone(&places.admitted).try_acquire_owned().map_err(|_| {
            self.metrics.refuse(Refusal::Busy);
            ApiError::Busy
        })?;
        let working = Arc::clone(&places.working).acquire_owned().await;
        let working = working.map_err(|_| ApiError::Busy)?;
        let work = move || {
            // A place is freed when the work ends, not when its caller disconnects.
            let _places = (admitted, working);
            work()
        };
        let joined = tokio::task::spawn_blocking(work).await;
        joined.map_err(|_| ApiError::Internal("looking at a password"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::time::Duration;

    use interdict_engine::Engine;

    use super::*;
    use crate::config::ServerConfig;

    #[test]
    fn few_are_at_work_some_wait_and_the_rest_are_refused() {
        let config = ServerConfig::at("127.0.0.1:0".parse().unwrap());
        let app = Arc::new(App::new(Engine::new("nowhere"), config, None));
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let results = runtime.block_on(async {
            let mut tasks = Vec::new();
            for _ in 0..WORKING + WAITING + 3 {
                let (app, now, most) = (Arc::clone(&app), Arc::clone(&now), Arc::clone(&most));
                tasks.push(tokio::spawn(async move {
                    app.with_passwords(move || {
                        most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                        std::thread::sleep(Duration::from_millis(30));
                        now.fetch_sub(1, SeqCst);
                    })
                    .await
                    .is_ok()
                }));
            }
            let mut results = Vec::new();
            for task in tasks {
                results.push(task.await.unwrap());
            }
            results
        });
        assert_eq!(most.load(SeqCst), WORKING);
        assert_eq!(results.iter().filter(|is_ok| !**is_ok).count(), 3);
    }
}
