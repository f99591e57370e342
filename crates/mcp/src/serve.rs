//! Serving one client over standard input and output, or several over HTTP on this machine.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use interdict_engine::Engine;
use rmcp::ServiceExt;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService, stdio};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::handler::Handler;

/// Maximum size of a request over HTTP, in bytes: a call contains a few names, never a file.
const BODY_BYTES: usize = 1 << 20;

/// Why the tools cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// The runtime cannot start, or the address cannot be listened at.
    #[error("cannot serve: {0}")]
    Start(#[from] io::Error),
    /// The address is reachable from other machines, and there is no authentication.
    #[error(
        "{0} can be reached from other machines, and nobody would be asked who they are: listen at 127.0.0.1"
    )]
    Open(SocketAddr),
    /// The client violates the protocol, or the connection failed.
    #[error("the client did not keep to the protocol: {0}")]
    Protocol(String),
}

/// Serves the client at the other end of standard input and output until it closes them.
///
/// # Errors
/// When the client does not initialise the protocol.
pub fn serve_stdio(engine: Engine) -> Result<(), McpError> {
    let failed = |error: &dyn std::fmt::Display| McpError::Protocol(error.to_string());
    let runtime = Runtime::new()?;
    let result = runtime.block_on(async {
        let service = Handler::new(engine).serve(stdio()).await.map_err(|error| failed(&error))?;
        service.waiting().await.map(drop).map_err(|error| failed(&error))
    });
    // A blocking read of standard input cannot be interrupted: the process does not wait for it.
    runtime.shutdown_background();
    result
}

/// Serves clients on this machine at `/mcp`, until the process is asked to end. Requests of browser pages are refused:
/// every request with an `Origin`, and every request for another host name than the loopback's (DNS rebinding).
///
/// # Errors
/// When the address is not a loopback address, or cannot be bound.
pub fn serve_http(
    engine: Engine,
    address: SocketAddr,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), McpError> {
    if !address.ip().is_loopback() {
        return Err(McpError::Open(address));
    }
    let mut config = StreamableHttpServerConfig::default().enforce_origin_validation();
    config.legacy_session_mode = false;
    config.json_response = true;
    config.max_request_body_bytes = BODY_BYTES;
    let handler = Handler::new(engine);
    let sessions = Arc::new(NeverSessionManager::default());
    let service = StreamableHttpService::new(move || Ok(handler.clone()), sessions, config);
    Runtime::new()?.block_on(async {
        let listener = TcpListener::bind(address).await?;
        ready(listener.local_addr()?);
        let end = async {
            // Without a handler, the signal ends the process by default.
            let _ = tokio::signal::ctrl_c().await;
        };
        axum::serve(listener, Router::new().route_service("/mcp", service))
            .with_graceful_shutdown(end)
            .await
    })?;
    Ok(())
}
