//! TLS: certificates are reloaded when their files change, without dropping connections.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{self, ServerConfig as RustlsConfig, crypto::ring};

/// The largest file of a certificate or key.
const MOST_BYTES: u64 = 1 << 20;

/// The files of a certificate.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate chain, in PEM, the server's certificate first.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        #[source]
        source: io::Error,
    },
    /// A file is not PEM of its kind.
    #[error("{path} holds no {what} in PEM")]
    Pem {
        /// The file.
        path: PathBuf,
        /// The expected content.
        what: &'static str,
    },
    /// The certificate is not usable, or does not belong to the key.
    #[error("certificate {certificate} and key {key} cannot be used: {source}")]
    Pair {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// The reason.
        #[source]
        source: rustls::Error,
    },
}

/// The certificate in use.
pub(crate) struct Tls {
    files: TlsFiles,
    config: RwLock<Arc<RustlsConfig>>,
    /// The content of the files at the last attempt.
    tried: Mutex<(Vec<u8>, Vec<u8>)>,
}

impl Tls {
    /// Reads a certificate and its key.
    pub(crate) fn open(files: TlsFiles) -> Result<Self, TlsError> {
        let bytes = read(&files)?;
        let config = RwLock::new(Arc::new(parse(&files, &bytes)?));
        Ok(Self { files, config, tried: Mutex::new(bytes) })
    }

    /// The acceptor of the next connection.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let config = self.config.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        TlsAcceptor::from(Arc::clone(&config))
    }

    /// Reloads both files. True if there is a new certificate. If the new pair is not usable, the previous one stays;
    /// the same content is not tried twice.
    pub(crate) fn reload(&self) -> Result<bool, TlsError> {
        let mut tried = self.tried.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let bytes = match read(&self.files) {
            Ok(bytes) => bytes,
            // Logged once, and tried again until the file exists.
            Err(_) if tried.0.is_empty() => return Ok(false),
            Err(error) => {
                *tried = (Vec::new(), Vec::new());
                return Err(error);
            }
        };
        if bytes == *tried {
            return Ok(false);
        }
        let parsed = parse(&self.files, &bytes);
        *tried = bytes;
        let parsed = Arc::new(parsed?);
        *self.config.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = parsed;
        Ok(true)
    }
}

fn read(files: &TlsFiles) -> Result<(Vec<u8>, Vec<u8>), TlsError> {
    let read = |path: &Path| {
        let fail = |source| TlsError::Read { path: path.to_owned(), source };
        if std::fs::metadata(path).map_err(fail)?.len() > MOST_BYTES {
            return Err(fail(io::ErrorKind::FileTooLarge.into()));
        }
        std::fs::read(path).map_err(fail)
    };
    Ok((read(&files.certificate)?, read(&files.key)?))
}

fn parse(files: &TlsFiles, bytes: &(Vec<u8>, Vec<u8>)) -> Result<RustlsConfig, TlsError> {
    let pem = |path: &Path, what| TlsError::Pem { path: path.to_owned(), what };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes.0).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    let chain = chain.ok_or_else(|| pem(&files.certificate, "certificate"))?;
    let key = PrivateKeyDer::from_pem_slice(&bytes.1);
    let key = key.map_err(|_| pem(&files.key, "private key"))?;
    let fail = |source| TlsError::Pair {
        certificate: files.certificate.clone(),
        key: files.key.clone(),
        source,
    };
    // The library does not implement versions before 1.2; naming these two documents what is offered.
    let builder = RustlsConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(fail)?;
    let mut config = builder.with_no_client_auth().with_single_cert(chain, key).map_err(fail)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
