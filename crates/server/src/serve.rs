//! The process: listening, newer lists and certificates, and an orderly end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use interdict_engine::audit::{Store, StoreError};
use interdict_engine::{Engine, EngineError};
use jiff::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::api::{SpoolFolder, run_jobs, sweep_monitors};
use crate::app::App;
use crate::config::{ServerConfig, StoreConfig};
use crate::listen::{Service, accept_until};
use crate::log::Level;
use crate::oidc::Provider;
use crate::router::{metrics_router, router};
use crate::signals::{hang_ups, termination};
use crate::sweep::{end_entries, keep_retention};
use crate::tls::{Tls, TlsError};
use crate::webhooks::{Sender, SenderError, send_messages};

/// Polling interval for newer lists and certificates.
const LOOK_UP: Duration = Duration::from_secs(2);

/// Threads that read the store, beside those that screen. Each has a connection of its own; more would cost memory, and
/// a look-up takes a fraction of a millisecond.
const STORE_THREADS: usize = 16;
/// Threads of background work, and of DNS look-ups of webhooks, which can take long.
const BACKGROUND_THREADS: usize = 12;

/// Why the server does not start or ends.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The runtime could not start, or the address cannot be listened at.
    #[error("cannot listen at {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
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
    /// The address is reachable from other machines, and requests would not be authenticated.
    #[error(
        "{0} can be reached from other machines, and there is no key that callers could be asked for: make one \
         with `interdict keys add`, or a person with `interdict users add`, or listen at 127.0.0.1"
    )]
    Open(SocketAddr),
    /// The address is reachable from other machines, and keys would be sent unencrypted.
    #[error(
        "{0} can be reached from other machines, and keys would travel to it in the clear: give --tls-cert and \
         --tls-key, or --insecure-http if TLS ends elsewhere"
    )]
    Plain(SocketAddr),
    /// The CA certificates for the provider cannot be read.
    #[error("cannot read the certificates of server.oidc.ca_file")]
    Provider(#[source] io::Error),
    /// The provider would send tokens unencrypted.
    #[error("server.oidc.issuer begins with https://, unless the provider is on this machine")]
    PlainProvider,
    /// People require a store.
    #[error("people cannot sign in without a store (no_store)")]
    NoStore,
    /// The folder for local copies of customer files cannot be created.
    #[error("cannot make a folder for files beside the secrets of the store")]
    Spool {
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// The client of webhooks cannot be created.
    #[error(transparent)]
    Webhooks(#[from] SenderError),
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Serves until shutdown is requested. `ready` is called once the listener is bound, with whether authentication is
/// required.
///
/// # Errors
/// When the address can be reached from other machines and there is no key or no TLS, it cannot be listened at, or the
/// lists, the store or the certificate cannot be opened.
pub fn serve(
    engine: Engine,
    config: ServerConfig,
    ready: impl FnOnce(SocketAddr, bool),
) -> Result<(), ServeError> {
    let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
    let open = |store: &StoreConfig| Store::open(store.place.clone(), random, Timestamp::now());
    let store = config.store.as_ref().map(open).transpose()?.map(Arc::new);
    let has_callers = store.as_ref().map_or(Ok(false), |store| store.has_callers())?;
    let has_callers = has_callers || config.oidc.is_some() || config.proxy_user.is_some();
    let provider = config.oidc.clone().map(Provider::new).transpose();
    let provider = provider.map_err(ServeError::Provider)?;
    if provider.as_ref().is_some_and(|provider| !provider.config.is_safe()) {
        return Err(ServeError::PlainProvider);
    }
    if store.is_none() && (config.oidc.is_some() || config.proxy_user.is_some()) {
        return Err(ServeError::NoStore);
    }
    let address = config.listen;
    if !address.ip().is_loopback() {
        if !has_callers {
            return Err(ServeError::Open(address));
        }
        if config.tls.is_none() && !config.insecure_http {
            return Err(ServeError::Plain(address));
        }
    }
    let make_spool = |store: &StoreConfig| {
        SpoolFolder::make(&store.place.folder).map_err(|source| ServeError::Spool { source })
    };
    let spool = config.store.as_ref().map(make_spool).transpose()?;
    let sender = Arc::new(Sender::new(config.webhooks.clone())?);
    let tls = config.tls.clone().map(Tls::open).transpose()?.map(Arc::new);
    let failed = |source| ServeError::Listen { address, source };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(config.concurrency + STORE_THREADS + BACKGROUND_THREADS)
        .build()
        .map_err(failed)?;
    let log = config.log.clone();
    // The PostgreSQL client has a runtime of its own, and panics if it is dropped inside of another one.
    let kept = store.clone();
    let result = runtime.block_on(async {
        let (listener, bound) = bind(address).await?;
        let config = ServerConfig { listen: bound, ..config };
        let app = App::new(engine, config, store).with_provider(provider).with_spool(spool);
        let app = Arc::new(app);
        app.load()?;
        let metrics = serve_metrics(&app).await?;
        ready(bound, has_callers);
        run(&app, listener, tls, sender).await;
        metrics.inspect(tokio::task::JoinHandle::abort);
        Ok(())
    });
    drop(runtime);
    drop(kept);
    log.flush();
    result
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Serves the metrics at their own address, if there is one.
async fn serve_metrics(app: &Arc<App>) -> Result<Option<tokio::task::JoinHandle<()>>, ServeError> {
    let Some(address) = app.config.metrics_listen else { return Ok(None) };
    let (listener, _) = bind(address).await?;
    let router = metrics_router(Arc::clone(app));
    let service = Service { router, tls: None, write_time: app.config.write_time };
    Ok(Some(tokio::spawn(accept_until(listener, service, std::future::pending()))))
}

/// Answers until shutdown is requested, and shuts down in order: `/readyz` fails, no more connections are accepted,
/// running requests are finished, and the head of the log is written as a checkpoint.
async fn run(app: &Arc<App>, listener: TcpListener, tls: Option<Arc<Tls>>, sender: Arc<Sender>) {
    app.config.log.write(
        Level::Info,
        "started",
        &[
            ("version", env!("CARGO_PKG_VERSION").into()),
            ("address", app.config.listen.to_string().into()),
            ("tls", tls.is_some().into()),
        ],
    );
    let mut tasks = vec![
        tokio::spawn(follow(Arc::clone(app), tls.clone())),
        tokio::spawn(keep_checkpoints(Arc::clone(app))),
    ];
    if app.store().is_some() {
        tasks.push(tokio::spawn(end_entries(Arc::clone(app))));
        tasks.push(tokio::spawn(keep_retention(Arc::clone(app))));
        tasks.push(tokio::spawn(run_jobs(Arc::clone(app))));
        tasks.push(tokio::spawn(sweep_monitors(Arc::clone(app))));
        tasks.push(tokio::spawn(send_messages(Arc::clone(app), sender)));
    }
    let router = router(Arc::clone(app));
    let service = Service { router, tls, write_time: app.config.write_time };
    let end = async {
        termination().await;
        app.begin_end();
        app.config.log.write(Level::Info, "ending", &[]);
        tokio::time::sleep(app.config.drain_time).await;
    };
    accept_until(listener, service, end).await;
    for task in tasks {
        task.abort();
    }
    write_checkpoint(app).await;
    app.config.log.write(Level::Info, "ended", &[]);
}

/// Loads newer lists and certificates when they exist. A failure leaves the loaded ones in use.
async fn follow(app: Arc<App>, tls: Option<Arc<Tls>>) {
    let mut hang_ups = hang_ups();
    let mut failed_before = false;
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_UP) => {}
            () = hang_ups.next() => {}
        }
        let loading = Arc::clone(&app);
        let loaded = tokio::task::spawn_blocking(move || loading.load()).await;
        let error = match loaded {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(crate::cause::with_sources(&error)),
            Err(_) => Some("the work of loading failed".to_owned()),
        };
        match error {
            // Logged once when the failure begins: loading is tried again every two seconds.
            Some(error) if !failed_before => app.report("lists-reload-failed", error),
            None if failed_before => app.config.log.write(Level::Info, "lists-reloaded", &[]),
            _ => {}
        }
        failed_before = app.is_behind();
        if let Some(tls) = &tls {
            reload_certificate(&app, tls);
        }
    }
}

fn reload_certificate(app: &App, tls: &Tls) {
    match tls.reload() {
        Ok(true) => app.config.log.write(Level::Info, "certificate-reloaded", &[]),
        Ok(false) => {}
        Err(error) => {
            app.report("certificate-reload-failed", crate::cause::with_sources(&error));
        }
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

/// Writes a checkpoint of the current head. A failure is logged and counted; the next checkpoint covers the same
/// events.
async fn write_checkpoint(app: &Arc<App>) {
    let Some(folder) = app.config.store.as_ref().map(|store| store.checkpoints.clone()) else {
        return;
    };
    let written = app.in_store(move |store| store.write_checkpoint(&folder)).await;
    app.note_checkpoint(written.map(drop));
}

impl App {
    /// Logs a failure of a part of the server.
    pub(crate) fn report(&self, event: &str, cause: String) {
        self.config.log.write(Level::Error, event, &[("cause", Value::String(cause))]);
    }
}
