//! Signals of the system.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Waits for a signal to shut down: an interrupt, or SIGTERM.
pub(crate) async fn termination() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut terminate) = signal(SignalKind::terminate()) {
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = interrupt.await;
}

/// Requests to reload files: SIGHUP, where that signal exists.
pub(crate) struct HangUps {
    #[cfg(unix)]
    signal: Option<Signal>,
}

/// Installs the handler: from now on SIGHUP does not end the process.
pub(crate) fn hang_ups() -> HangUps {
    HangUps {
        #[cfg(unix)]
        signal: signal(SignalKind::hangup()).ok(),
    }
}

impl HangUps {
    /// The next request; never returns on systems without that signal.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal
            && signal.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}
