//! The client.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::thread;

use ureq::http::{HeaderMap, Response, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, Proxy, ResponseExt};

use super::{Address, FetchError, FetchSettings, Validators};

/// Longest validator that is kept, so that a hostile server cannot inflate the state file.
const MAX_VALIDATOR: usize = 512;

/// Fetches files over HTTP, one after the other.
#[derive(Debug)]
pub struct Fetcher {
    agent: Agent,
    settings: FetchSettings,
}

/// The result of a request for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The server says that the known version is still the newest.
    Unchanged,
    /// The file was written.
    New {
        /// The validators for the next request.
        validators: Validators,
        /// Its size, unpacked.
        bytes: u64,
    },
}

impl Fetcher {
    /// A client with these settings.
    pub fn new(settings: FetchSettings) -> Result<Self, FetchError> {
        let proxy = match &settings.proxy {
            Some(address) => Some(Proxy::new(address).map_err(|_| FetchError::Proxy)?),
            None => None,
        };
        let mut tls = TlsConfig::builder();
        if let Some(path) = &settings.ca_file {
            tls = tls.root_certs(RootCerts::Specific(Arc::new(certificates(path)?)));
        }
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .user_agent(settings.user_agent.as_str())
            .proxy(proxy)
            .tls_config(tls.build())
            .max_redirects(settings.max_redirects)
            .max_redirects_will_error(true)
            .save_redirect_history(true)
            .timeout_resolve(Some(settings.connect_timeout))
            .timeout_connect(Some(settings.connect_timeout))
            .timeout_per_read(Some(settings.read_timeout))
            .timeout_global(Some(settings.total_timeout))
            .build()
            .new_agent();
        Ok(Self { agent, settings })
    }

    /// Writes the file at an address to `out`, replacing what is there, unless the server says that the version
    /// described by `known` is still the newest. Temporary faults are tried again after waits of fixed length.
    pub fn fetch(
        &self,
        address: &Address,
        known: &Validators,
        out: &mut File,
    ) -> Result<Fetched, FetchError> {
        let mut tries = 0;
        loop {
            match self.try_once(address, known, out) {
                Err(error) if error.is_passing() && tries < self.settings.retries => {
                    thread::sleep(self.settings.retry_delay * 2_u32.pow(tries.min(10)));
                    tries += 1;
                }
                result => return result,
            }
        }
    }

    fn try_once(
        &self,
        address: &Address,
        known: &Validators,
        out: &mut File,
    ) -> Result<Fetched, FetchError> {
        self.check_step(address, address)?;
        let mut request = self.agent.get(address.whole());
        // A redirect from an encrypted to an unencrypted address is never followed.
        request = request.config().https_only(address.is_secure()).build();
        if let Some(etag) = &known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, date);
        }
        let response = request.call().map_err(|error| self.explain(address, error))?;
        self.check_steps(address, &response)?;
        let asked = known.etag.is_some() || known.last_modified.is_some();
        match response.status().as_u16() {
            200 => self.write(address, response, out),
            304 if asked => Ok(Fetched::Unchanged),
            status => Err(FetchError::Status { address: address.clone(), status }),
        }
    }

    /// Every redirect must be allowed, not only the first address.
    fn check_steps(&self, address: &Address, response: &Response<Body>) -> Result<(), FetchError> {
        for step in response.get_redirect_history().unwrap_or_default() {
            let step = step.to_string().parse().map_err(|error: super::AddressError| {
                network(address, format!("it redirects to a place that cannot be: {error}"), false)
            })?;
            self.check_step(address, &step)?;
        }
        Ok(())
    }

    fn check_step(&self, address: &Address, step: &Address) -> Result<(), FetchError> {
        if step.is_secure() || step.is_loopback() || self.settings.allow_plain_http {
            return Ok(());
        }
        Err(FetchError::Insecure { address: address.clone(), step: step.clone() })
    }

    fn write(
        &self,
        address: &Address,
        response: Response<Body>,
        out: &mut File,
    ) -> Result<Fetched, FetchError> {
        let limit = self.settings.max_bytes;
        let too_large = || FetchError::TooLarge { address: address.clone(), limit };
        let failed = |source| FetchError::Write { address: address.clone(), source };
        let validators = validators(response.headers());
        if response.body().content_length().is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        out.set_len(0).and_then(|()| out.seek(SeekFrom::Start(0))).map_err(failed)?;
        let mut body = response.into_body().into_with_config().limit(u64::MAX).reader();
        let mut chunk = vec![0; 1 << 16];
        let mut bytes = 0_u64;
        loop {
            let count = body
                .read(&mut chunk)
                .map_err(|error| self.explain(address, ureq::Error::from(error)))?;
            if count == 0 {
                break;
            }
            bytes += count as u64;
            if bytes > limit {
                return Err(too_large());
            }
            out.write_all(chunk.get(..count).unwrap_or_default()).map_err(failed)?;
        }
        out.sync_all().map_err(failed)?;
        Ok(Fetched::New { validators, bytes })
    }

    /// Describes an error without the hidden part of the address.
    fn explain(&self, address: &Address, error: ureq::Error) -> FetchError {
        let to = address.clone();
        match error {
            ureq::Error::Timeout(phase) => {
                FetchError::Timeout { address: to, phase: phase.to_string() }
            }
            ureq::Error::TooManyRedirects => {
                FetchError::Redirects { address: to, limit: self.settings.max_redirects }
            }
            ureq::Error::RequireHttpsOnly(step) => match step.parse() {
                Ok(step) => FetchError::Insecure { address: to, step },
                Err(_) => network(address, "it redirects to a place that cannot be".into(), false),
            },
            ureq::Error::BadUri(_) => network(address, "the address cannot be used".into(), false),
            ureq::Error::Io(error) => {
                network(address, format!("the connection failed: {error}"), true)
            }
            error @ (ureq::Error::HostNotFound
            | ureq::Error::ConnectionFailed
            | ureq::Error::ConnectProxyFailed(_)
            | ureq::Error::Protocol(_)
            | ureq::Error::Decompress(..)
            | ureq::Error::BodyStalled) => network(address, error.to_string(), true),
            error => network(address, error.to_string(), false),
        }
    }
}

fn network(address: &Address, detail: String, passing: bool) -> FetchError {
    FetchError::Network { address: address.clone(), detail, passing }
}

fn validators(headers: &HeaderMap) -> Validators {
    let text = |name| {
        let value = headers.get(name)?.to_str().ok()?;
        (!value.is_empty() && value.len() <= MAX_VALIDATOR).then(|| value.to_owned())
    };
    Validators { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED) }
}

fn certificates(path: &std::path::Path) -> Result<Vec<Certificate<'static>>, FetchError> {
    let fail = |detail: String| FetchError::Certificates { path: path.to_owned(), detail };
    let pem = fs::read(path).map_err(|error| fail(error.to_string()))?;
    let mut found = Vec::new();
    for item in parse_pem(&pem) {
        match item.map_err(|error| fail(error.to_string()))? {
            PemItem::Certificate(certificate) => found.push(certificate),
            _ => continue,
        }
    }
    if found.is_empty() { Err(fail("there is none in it".to_owned())) } else { Ok(found) }
}
