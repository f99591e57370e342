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

/// The most bytes of a request over HTTP: a call has some names, never a file.
const BODY_BYTES: usize = 1 << 20;

/// Why tools are not served.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// The runtime cannot start, or the address cannot be listened at.
    #[error("cannot serve: {0}")]
    Start(#[from] io::Error),
    /// The address can be reached from other machines, and there is no authentication.
    #[error(
        "{0} can be reached from other machines, and nobody would be asked who they are: listen at 127.0.0.1"
    )]
    Open(SocketAddr),
    /// The client does not speak the protocol, or the connection ended with a failure.
    #[error("the client did not keep to the protocol: {0}")]
    Protocol(String),
}

/// Serves the client at the other end of standard input and output until it closes them.
///
/// # Errors
/// When the client does not begin as the protocol asks.
pub fn serve_stdio(engine: Engine) -> Result<(), McpError> {
    let failed = |error: &dyn std::fmt::Display| McpError::Protocol(error.to_string());
    let runtime = Runtime::new()?;
    let result = runtime.block_on(async {
        let service = Handler::new(engine).serve(stdio()).await.map_err(|error| failed(&error))?;
        service.waiting().await.map(drop).map_err(|error| failed(&error))
    });
    // Reading standard input cannot be ended from outside: the process does not wait for it.
    runtime.shutdown_background();
    result
}

/// Serves clients on this machine at `/mcp`, until the process is asked to end. Pages of browsers are refused: each
/// request that names an origin, and each that is for another name than the loopback's.
///
/// # Errors
/// When the address is not of the loopback, or cannot be listened at.
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
            // Without a handler, the process ends at the signal, as it would anyway.
            let _ = tokio::signal::ctrl_c().await;
        };
        axum::serve(listener, Router::new().route_service("/mcp", service))
            .with_graceful_shutdown(end)
            .await
    })?;
    Ok(())
}
