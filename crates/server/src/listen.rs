//! Accepting connections, with limits on their number and time, until shutdown.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::connection::{Ambiguity, Connection};
use crate::requester::Peer;
use crate::tls::Tls;

/// Time limit for request headers and for the TLS handshake.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// Maximum size of request headers, in bytes.
const HEADER_BYTES: usize = 128 << 10;
/// Maximum number of header fields: more are answered with 431.
const HEADER_FIELDS: usize = 100;
/// Maximum number of open connections.
const CONNECTIONS: usize = 4_096;
/// How long running requests may take after shutdown was requested.
const LAST_REQUESTS: Duration = Duration::from_secs(30);

/// What all connections of a listener share.
#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) router: Router,
    pub(crate) tls: Option<Arc<Tls>>,
    /// The write timeout.
    pub(crate) write_time: Duration,
}

/// Accepts connections until `end`, and then waits for the running requests.
pub(crate) async fn accept_until(
    listener: TcpListener,
    service: Service,
    end: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let mut end = pin!(end);
    loop {
        let (stream, peer, place) = tokio::select! {
            accepted = accept(&listener, &connections) => accepted,
            () = &mut end => break,
        };
        let (service, watcher) = (service.clone(), graceful.watcher());
        tokio::spawn(async move {
            service.start(stream, peer, watcher).await;
            drop(place);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(LAST_REQUESTS) => {}
    }
}

/// The next connection, once there is a free place.
async fn accept(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed.
    let place = Arc::clone(connections).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, place),
            // Too many open files, or a connection that was reset at once.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

impl Service {
    async fn start(self, stream: TcpStream, peer: SocketAddr, watcher: Watcher) {
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else { return self.answer(stream, peer, watcher).await };
        let accepted = tls.acceptor().accept(stream);
        if let Ok(Ok(stream)) = tokio::time::timeout(HEADER_TIME, accepted).await {
            self.answer(stream, peer, watcher).await;
        }
    }

    async fn answer(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        peer: SocketAddr,
        watcher: Watcher,
    ) {
        let ambiguity = Ambiguity::default();
        let stream = Connection::new(stream, ambiguity.clone(), self.write_time);
        let service = tower::ServiceBuilder::new()
            .map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
                request.extensions_mut().insert(Peer(peer));
                request.extensions_mut().insert(ambiguity.clone());
                request
            })
            .service(self.router);
        let mut builder = Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIME)
            .max_headers(HEADER_FIELDS)
            .max_buf_size(HEADER_BYTES);
        let service = TowerToHyperService::new(service);
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let _ = watcher.watch(connection).await;
    }
}
