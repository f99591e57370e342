//! The process: listening, connections with limits on time, newer lists, and an orderly end.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use interdict_engine::audit::{Store, StoreError};
use interdict_engine::{Engine, EngineError};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::config::{ServerConfig, StoreConfig};
use crate::requester::Peer;
use crate::router::router;
use crate::sweep::end_entries;

/// How long the headers of a request may take.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// The most bytes of a request's headers.
const HEADER_BYTES: usize = 128 << 10;
/// The most open connections.
const CONNECTIONS: usize = 4_096;
/// How often it is looked up whether newer lists are in use.
const LOOK_UP: Duration = Duration::from_secs(2);
/// How long requests at work may take after the end was asked for.
const LAST_REQUESTS: Duration = Duration::from_secs(30);

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The runtime could not start, or the address cannot be listened at.
    #[error("cannot listen at {address}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// The lists cannot be opened.
    #[error(transparent)]
    Lists(#[from] EngineError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address can be reached from other machines, and nobody would be asked who they are.
    #[error(
        "{0} can be reached from other machines, and there is no key that callers could be asked for: make one \
         with `interdict keys add`, or listen at 127.0.0.1"
    )]
    Open(std::net::SocketAddr),
}

/// Serves until the process is asked to end. `ready` is called once the address is listened at, with whether callers are
/// asked for keys.
///
/// # Errors
/// When the address can be reached from other machines and there is no key, it cannot be listened at, or the lists or
/// the store cannot be opened.
pub fn serve(
    engine: Engine,
    config: ServerConfig,
    ready: impl FnOnce(std::net::SocketAddr, bool),
) -> Result<(), ServeError> {
    let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
    let open = |store: &StoreConfig| Store::open(store.place.clone(), random, Timestamp::now());
    let store = config.store.as_ref().map(open).transpose()?.map(Arc::new);
    let has_keys = store.as_ref().map_or(Ok(false), |store| store.has_keys())?;
    if !config.listen.ip().is_loopback() && !has_keys {
        return Err(ServeError::Open(config.listen));
    }
    let address = config.listen;
    let failed = |source| ServeError::Listen { address, source };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        let config = ServerConfig { listen: bound, ..config };
        let app = Arc::new(App::new(engine, config, store));
        app.load()?;
        ready(bound, has_keys);
        tokio::spawn(follow(Arc::clone(&app)));
        tokio::spawn(keep_checkpoints(Arc::clone(&app)));
        if app.store().is_some() {
            tokio::spawn(end_entries(Arc::clone(&app)));
        }
        run(listener, Arc::clone(&app)).await;
        write_checkpoint(&app).await;
        Ok(())
    })
}

/// Opens newer lists when they are in use. A failure leaves the open ones as they are.
async fn follow(app: Arc<App>) {
    loop {
        tokio::time::sleep(LOOK_UP).await;
        let app = Arc::clone(&app);
        let _ = tokio::task::spawn_blocking(move || app.load()).await;
    }
}

/// Writes signed checkpoints of the audit log while there are events.
async fn keep_checkpoints(app: Arc<App>) {
    let Some(time) = app.config.store.as_ref().map(|store| store.checkpoint_time) else { return };
    loop {
        write_checkpoint(&app).await;
        tokio::time::sleep(time).await;
    }
}

/// Writes the present checkpoint. That one could not be written is seen by the next one, and by the store.
async fn write_checkpoint(app: &Arc<App>) {
    let Some(folder) = app.config.store.as_ref().map(|store| store.checkpoints.clone()) else {
        return;
    };
    let _ = app.in_store(move |store| store.write_checkpoint(&folder)).await;
}

async fn run(listener: TcpListener, app: Arc<App>) {
    let router = router(app);
    let graceful = GracefulShutdown::new();
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let mut end = pin!(end());
    loop {
        let Ok(place) = Arc::clone(&connections).acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut end => break,
        };
        let Ok((stream, peer)) = accepted else {
            // Too many open files, or a connection that was gone at once.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let mut builder = Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIME)
            .max_buf_size(HEADER_BYTES);
        let service = tower::ServiceBuilder::new()
            .map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
                request.extensions_mut().insert(Peer(peer));
                request
            })
            .service(router.clone());
        let service = TowerToHyperService::new(service);
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(LAST_REQUESTS) => {}
    }
}

/// Waits for the signal to end.
async fn end() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
