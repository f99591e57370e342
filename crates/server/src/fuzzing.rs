//! Entry points of the fuzz targets into private parts. They call the code of a running server, and decide nothing
//! themselves.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use interdict_engine::Engine;
use interdict_engine::audit::Store;
use jiff::Timestamp;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::api::SpoolFolder;
use crate::app::App;
use crate::config::{ServerConfig, StoreConfig};
use crate::oidc::id_token::{Expected, KeySet, verify};
use crate::requester::Peer;
use crate::router::router;
use crate::serve::ServeError;
use crate::webhooks::{Target, WebhookRules};

/// The routes of a server in this process, without a listener and without background work.
pub struct Service {
    router: Router,
    runtime: Runtime,
    peer: SocketAddr,
}

/// A complete answer.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

impl Service {
    /// Opens the lists and the store.
    ///
    /// # Errors
    /// As [`serve`](crate::serve).
    pub fn open(engine: Engine, config: ServerConfig) -> Result<Self, ServeError> {
        let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
        let open = |store: &StoreConfig| Store::open(store.place.clone(), random, Timestamp::now());
        let store = config.store.as_ref().map(open).transpose()?.map(Arc::new);
        let make_spool = |store: &StoreConfig| {
            SpoolFolder::make(&store.place.folder).map_err(|source| ServeError::Spool { source })
        };
        let spool = config.store.as_ref().map(make_spool).transpose()?;
        let peer = config.listen;
        let failed = |source| ServeError::Listen { address: peer, source };
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().map_err(failed)?;
        let app = Arc::new(App::new(engine, config, store).with_spool(spool));
        app.load()?;
        Ok(Self { router: router(app), runtime, peer })
    }

    /// Sends a request as if from the address of the server itself. `None` if method, target or headers are not valid
    /// HTTP.
    pub fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Answer> {
        let mut request = Request::builder().method(method).uri(target);
        request = request.header(header::HOST, "localhost").extension(Peer(self.peer));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_vec())).ok()?;
        self.runtime.block_on(async {
            let Ok(response) = self.router.clone().oneshot(request).await;
            let status = response.status().as_u16();
            let body = response.into_body().collect().await.ok()?.to_bytes().to_vec();
            Some(Answer { status, body })
        })
    }
}

/// Where messages of a webhook would be sent.
pub struct WebhookTarget {
    /// The host name to resolve, or the address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Host and port as in the `Host` header.
    pub authority: String,
    /// The path with the query.
    pub path: String,
    /// Whether the connection is encrypted.
    pub is_tls: bool,
}

/// The check of a webhook's address; `None` if it is refused.
pub fn webhook_target(url: &str, rules: &WebhookRules) -> Option<WebhookTarget> {
    let Target { host, port, authority, path, is_tls } = Target::parse(url, rules).ok()?;
    Some(WebhookTarget { host, port, authority, path, is_tls })
}

/// What an ID token is verified against.
pub struct IdTokenDemands<'a> {
    /// The public keys of the provider, as a JSON Web Key Set.
    pub keys: &'a str,
    /// The issuer.
    pub issuer: &'a str,
    /// The client id: the expected audience.
    pub client_id: &'a str,
    /// The nonce of the sign-in.
    pub nonce: &'a str,
    /// The moment, in seconds since 1970.
    pub now: i64,
}

/// Whether an ID token is accepted. False if the demands cannot be read.
pub fn accepts_id_token(token: &str, demands: &IdTokenDemands<'_>) -> bool {
    let Ok(keys) = serde_json::from_str::<KeySet>(demands.keys) else { return false };
    let Ok(now) = Timestamp::from_second(demands.now) else { return false };
    let IdTokenDemands { issuer, client_id, nonce, .. } = *demands;
    let expected = Expected { issuer, client_id, nonce, now, acr_values: &[] };
    verify(token, &keys, &expected).is_ok()
}
