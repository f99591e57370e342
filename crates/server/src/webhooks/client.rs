//! Sending one message: to the checked address, with a timeout, without redirects.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use interdict_engine::audit::TakenDelivery;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

use super::address::{Target, WebhookRules};

/// Timeout of an attempt.
const TIME: Duration = Duration::from_secs(15);

/// The client of webhooks.
pub(crate) struct Sender {
    rules: WebhookRules,
    tls: TlsConnector,
}

/// Why the client cannot be created.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    /// The file of CA certificates cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// The file holds no certificate.
    #[error("{path} holds no certificate in PEM")]
    Pem {
        /// The file.
        path: PathBuf,
    },
    /// TLS cannot be initialised.
    #[error("TLS cannot be spoken")]
    Tls(#[source] tokio_rustls::rustls::Error),
}

impl Sender {
    pub(crate) fn new(rules: WebhookRules) -> Result<Self, SenderError> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = &rules.certificates {
            let pem = || SenderError::Pem { path: path.clone() };
            let bytes = std::fs::read(path)
                .map_err(|source| SenderError::Read { path: path.clone(), source })?;
            let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
            let found = found.map_err(|_| pem())?;
            if roots.add_parsable_certificates(found).0 == 0 {
                return Err(pem());
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(SenderError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { rules, tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Sends a message; returns the status of the answer.
    ///
    /// # Errors
    /// With a code, when there is no answer.
    pub(crate) async fn send(
        &self,
        message: &TakenDelivery,
        timestamp: i64,
    ) -> Result<u16, &'static str> {
        let sending = self.attempt(message, timestamp);
        tokio::time::timeout(TIME, sending).await.unwrap_or(Err("timeout"))
    }

    async fn attempt(&self, message: &TakenDelivery, timestamp: i64) -> Result<u16, &'static str> {
        // The rules may have changed since the webhook was created.
        let target = Target::parse(&message.url, &self.rules).map_err(|_| "refused_address")?;
        let address = target.resolve(&self.rules).await?;
        let request = request(&target, message, timestamp).ok_or("invalid_address")?;
        let stream = TcpStream::connect(address).await.map_err(|_| "no_connection")?;
        if !target.is_tls {
            return exchange(stream, request).await;
        }
        let name = ServerName::try_from(target.host.clone()).map_err(|_| "invalid_address")?;
        let stream = self.tls.connect(name, stream).await.map_err(|_| "no_tls")?;
        exchange(stream, request).await
    }
}

fn request(target: &Target, message: &TakenDelivery, timestamp: i64) -> Option<Request<Body>> {
    Request::builder()
        .method(Method::POST)
        .uri(&target.path)
        .header(header::HOST, &target.authority)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, "Interdict")
        .header(header::CONNECTION, "close")
        .header("webhook-id", &message.id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", message.signature(timestamp))
        .body(Body::from(message.body.clone()))
        .ok()
}

/// Only the status counts: the body is not read, and redirects are not followed.
async fn exchange<Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: Stream,
    request: Request<Body>,
) -> Result<u16, &'static str> {
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|_| "no_answer")?;
    let connection = tokio::spawn(connection);
    let answer = sender.send_request(request).await;
    connection.abort();
    answer.map(|answer| answer.status().as_u16()).map_err(|_| "no_answer")
}
