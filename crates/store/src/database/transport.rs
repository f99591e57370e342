//! Protection of the connection to PostgreSQL.
//!
//! TLS always verifies the certificate and the name of the server, also for `sslmode=require`: encryption to an
//! unverified server does not protect against interception.

use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use postgres::Config;
use postgres::config::{Host, SslMode};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::StoreError;

/// The address of a database and the protection of its connection.
pub(super) struct Transport {
    pub(super) config: Config,
    /// `None` for an unencrypted connection.
    pub(super) tls: Option<MakeRustlsConnect>,
}

/// The parameters of an address that concern its protection.
#[derive(Default)]
struct Parameters {
    mode: Option<String>,
    /// The CA certificates for the server; the public ones by default.
    roots: Option<PathBuf>,
    /// The client certificate and its key.
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
}

impl Transport {
    /// Parses an address. The connection to a database on this machine is unencrypted unless the address asks for TLS;
    /// any other one uses TLS unless the address says `sslmode=disable`.
    pub(super) fn of(address: &str) -> Result<Self, StoreError> {
        let (address, parameters) = Parameters::split(address);
        let mut config: Config = address.parse().map_err(|_| {
            // The reason can repeat parts of the address, and with them the password.
            StoreError::Address("the address of PostgreSQL cannot be read".to_owned())
        })?;
        if !parameters.wants_tls(&config)? {
            config.ssl_mode(SslMode::Disable);
            return Ok(Self { config, tls: None });
        }
        if config.get_hosts().iter().any(|host| !matches!(host, Host::Tcp(_))) {
            let text = "a socket has no TLS: leave out sslmode, or name the host of the database";
            return Err(StoreError::Address(text.to_owned()));
        }
        config.ssl_mode(SslMode::Require);
        let tls = MakeRustlsConnect::new(parameters.client_config()?);
        Ok(Self { config, tls: Some(tls) })
    }
}

impl Parameters {
    /// The address without the parameters that the client library does not know.
    fn split(address: &str) -> (String, Self) {
        let mut own = Self::default();
        let Some((before, query)) = address.split_once('?') else {
            return (address.to_owned(), own);
        };
        let mut rest = Vec::new();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
            match name {
                "sslmode" => own.mode = Some(value),
                "sslrootcert" => own.roots = Some(value.into()),
                "sslcert" => own.certificate = Some(value.into()),
                "sslkey" => own.key = Some(value.into()),
                _ => rest.push(pair),
            }
        }
        let mark = if rest.is_empty() { "" } else { "?" };
        (format!("{before}{mark}{}", rest.join("&")), own)
    }

    fn wants_tls(&self, config: &Config) -> Result<bool, StoreError> {
        let names_files = self.roots.is_some() || self.certificate.is_some() || self.key.is_some();
        match self.mode.as_deref() {
            Some("disable") => Ok(false),
            Some("require" | "verify-ca" | "verify-full") => Ok(true),
            None | Some("allow" | "prefer") => {
                Ok(names_files || !config.get_hosts().iter().all(is_near))
            }
            Some(_) => Err(StoreError::Address(
                "sslmode is disable, or one of require, verify-ca and verify-full, which here all verify the \
                 certificate and the name of the server"
                    .to_owned(),
            )),
        }
    }

    fn client_config(&self) -> Result<ClientConfig, StoreError> {
        let provider = rustls::crypto::ring::default_provider().into();
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| StoreError::Address(format!("TLS to PostgreSQL: {error}")))?
            .with_root_certificates(self.root_store()?);
        match (&self.certificate, &self.key) {
            (None, None) => Ok(builder.with_no_client_auth()),
            (Some(certificate), Some(key)) => {
                let chain = certificates(certificate)?;
                let key = PrivateKeyDer::from_pem_file(key)
                    .map_err(|error| unreadable("sslkey", key, &error))?;
                let config = builder.with_client_auth_cert(chain, key);
                config.map_err(|error| StoreError::Address(format!("sslcert and sslkey: {error}")))
            }
            _ => Err(StoreError::Address("sslcert and sslkey belong together".to_owned())),
        }
    }

    fn root_store(&self) -> Result<RootCertStore, StoreError> {
        let mut store = RootCertStore::empty();
        let Some(path) = &self.roots else {
            store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            return Ok(store);
        };
        let (added, _) = store.add_parsable_certificates(certificates(path)?);
        match added {
            0 => Err(unreadable("sslrootcert", path, &"it holds no certificate of an authority")),
            _ => Ok(store),
        }
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, StoreError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    read.map_err(|error| unreadable("certificates", path, &error))
}

fn unreadable(what: &str, path: &Path, why: &dyn std::fmt::Display) -> StoreError {
    StoreError::Address(format!("{what} {}: {why}", path.display()))
}

/// Whether a host is this machine.
fn is_near(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost"
                || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// The message for a failed TLS handshake; `None` for any other fault.
pub(super) fn refused_certificate(error: &postgres::Error) -> Option<StoreError> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<std::io::Error>()
            && let Some(tls) =
                error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>())
        {
            return Some(StoreError::Address(format!(
                "TLS to PostgreSQL: {tls}; ?sslrootcert=FILE names the authority that signed its certificate"
            )));
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::thread::JoinHandle;

    use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
    use rustls::{ServerConfig, ServerConnection, Stream};
    use tempfile::TempDir;

    use super::*;
    use crate::database::Access;
    use crate::database::postgres::Postgres;

    /// A CA with its certificate in a file, and a server certificate that it signed.
    struct Certificates {
        folder: TempDir,
        server: Arc<ServerConfig>,
    }

    impl Certificates {
        fn of(server_name: &str) -> Self {
            let key = || KeyPair::generate().unwrap();
            let mut authority = CertificateParams::new(Vec::new()).unwrap();
            authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
            let authority = CertifiedIssuer::self_signed(authority, key()).unwrap();
            let server_key = key();
            let server = CertificateParams::new(vec![server_name.to_owned()]).unwrap();
            let server = server.signed_by(&server_key, &authority).unwrap();
            let folder = TempDir::new().unwrap();
            std::fs::write(folder.path().join("root.pem"), authority.pem()).unwrap();
            let provider = rustls::crypto::ring::default_provider().into();
            let key = PrivateKeyDer::try_from(server_key.serialize_der()).unwrap();
            let config = ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![server.der().clone()], key)
                .unwrap();
            Self { folder, server: Arc::new(config) }
        }

        fn roots(&self) -> String {
            format!("sslrootcert={}", self.folder.path().join("root.pem").display())
        }
    }

    /// A server that answers the request for TLS in a given way, and returns what a client sends after that.
    fn serve(tls: Option<Arc<ServerConfig>>) -> (u16, JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let served = std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut request = [0; 8];
            socket.read_exact(&mut request).unwrap();
            assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47], "the request for TLS");
            socket.write_all(if tls.is_some() { b"S" } else { b"N" }).unwrap();
            let mut received = vec![0; 512];
            let count = match tls {
                Some(config) => {
                    let mut session = ServerConnection::new(config).unwrap();
                    Stream::new(&mut session, &mut socket).read(&mut received)
                }
                None => TcpStream::read(&mut socket, &mut received),
            };
            received.truncate(count.unwrap_or(0));
            received
        });
        (port, served)
    }

    fn open(port: u16, host: &str, parameters: &str) -> StoreError {
        let address = format!("postgresql://jane:secret@{host}:{port}/interdict?{parameters}");
        Postgres::open(&address, Access::Write).err().expect("the server ends the connection")
    }

    fn contains(received: &[u8], text: &str) -> bool {
        received.windows(text.len()).any(|window| window == text.as_bytes())
    }

    #[test]
    fn a_server_with_a_certificate_of_the_authority_gets_the_startup_message() {
        let certificates = Certificates::of("localhost");
        let (port, served) = serve(Some(Arc::clone(&certificates.server)));
        let error = open(port, "localhost", &format!("sslmode=require&{}", certificates.roots()));
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert!(contains(&served.join().unwrap(), "jane"));
    }

    #[test]
    fn a_certificate_of_another_authority_or_name_is_refused_whatever_the_mode() {
        let certificates = Certificates::of("localhost");
        let others = Certificates::of("localhost");
        let misnamed = Certificates::of("db.example");
        for mode in ["require", "verify-ca", "verify-full"] {
            for (server, roots, why) in [
                (&certificates, others.roots(), "invalid peer certificate"),
                (&certificates, String::new(), "UnknownIssuer"),
                (&misnamed, misnamed.roots(), "not valid for name"),
            ] {
                let (port, served) = serve(Some(Arc::clone(&server.server)));
                let error = open(port, "localhost", &format!("sslmode={mode}&{roots}"));
                let StoreError::Address(text) = error else { panic!("{error:?}") };
                assert!(text.contains(why) && text.contains("sslrootcert"), "{text}");
                assert!(!contains(&served.join().unwrap(), "jane"));
            }
        }
    }

    #[test]
    fn a_server_without_tls_learns_nothing() {
        let (port, served) = serve(None);
        open(port, "localhost", "sslmode=require");
        assert_eq!(served.join().unwrap(), b"");
    }

    #[test]
    fn another_machine_is_reached_by_tls_unless_the_address_says_otherwise() {
        let has_tls = |address: &str| Transport::of(address).unwrap().tls.is_some();
        for (address, expected) in [
            ("postgresql://jane@db.example/interdict", true),
            ("postgresql://jane@db.example/interdict?sslmode=prefer", true),
            ("postgresql://jane@db.example/interdict?sslmode=disable", false),
            ("postgresql://jane@localhost,db.example/interdict", true),
            ("postgresql://jane@localhost/interdict", false),
            ("postgresql://jane@[::1]/interdict", false),
            ("postgresql://jane@localhost/interdict?sslmode=verify-full", true),
            ("postgresql:///interdict?host=/run/postgresql&user=jane", false),
        ] {
            assert_eq!(has_tls(address), expected, "{address}");
        }
    }

    #[test]
    fn parameters_of_tls_that_cannot_be_used_are_told_without_the_password() {
        let folder = TempDir::new().unwrap();
        let empty = folder.path().join("empty.pem");
        std::fs::write(&empty, "").unwrap();
        let empty = empty.display();
        for (parameters, expected) in [
            ("sslmode=full".to_owned(), "sslmode is disable"),
            ("sslrootcert=/none/root.pem".to_owned(), "/none/root.pem"),
            (format!("sslrootcert={empty}"), "no certificate"),
            (format!("sslcert={empty}"), "belong together"),
            ("host=/run/postgresql&sslmode=require".to_owned(), "a socket has no TLS"),
        ] {
            let address = format!("postgresql://jane:secret@db.example/interdict?{parameters}");
            let Err(error) = Transport::of(&address) else { panic!("{parameters}") };
            let text = error.to_string();
            assert!(text.contains(expected) && !text.contains("secret"), "{text}");
        }
    }

    #[test]
    fn values_are_decoded_and_other_parameters_stay() {
        let (rest, own) = Parameters::split(
            "postgresql://a/b?application_name=x&sslrootcert=%2Fa%20b.pem&host=c",
        );
        assert_eq!(rest, "postgresql://a/b?application_name=x&host=c");
        assert_eq!(own.roots, Some(PathBuf::from("/a b.pem")));
        assert_eq!(Parameters::split("postgresql://a/b?sslmode=disable").0, "postgresql://a/b");
    }
}
