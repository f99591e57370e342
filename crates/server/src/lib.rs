//! The HTTP face: what clients of OpenSanctions' yente expect, answered by the engine.
//!
//! [`serve`] listens at an address and answers from the lists of an [`Engine`](interdict_engine::Engine). Newer lists
//! are loaded while the previous ones answer. An answer that does not mean "clear" says so: a list that is missing or
//! whose updates fail is a 503, a stale one and a value that could not be read are named in the answer and in the
//! header `x-interdict-complete`.
//!
//! Each request is counted ([`ServerConfig::metrics_listen`]) and logged ([`Log`]), without a path, a parameter or a
//! body: those hold names of customers. Programs are known by keys, and people by sessions: they sign in with a password,
//! by an OpenID provider ([`OidcConfig`]) or at a proxy ([`ProxyUserConfig`]). Other machines are answered only with keys, and over TLS ([`TlsFiles`]).

#![cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::indexing_slicing))]

mod connection;
mod head_watch;
mod listen;
mod router;
mod serve;
mod signals;
mod sweep;
mod tls;

mod cause;
mod cookie;
mod hygiene;
mod log;
mod metrics;
mod metrics_handler;
mod metrics_text;
mod observe;
mod password_work;
mod rate;
mod same_site;
mod seen;
mod spans;
mod unique_keys;
mod unpack;

mod api;
mod webhooks;

mod catalog;
mod entities_handler;
mod health;
mod match_handler;
mod oidc;
mod openapi;
mod reconcile_handler;
mod reconcile_manifest;
mod reconcile_suggest;
mod search_handler;

mod algorithms;
mod echoed_query;
mod entity_view;
mod labels;
mod match_filter;
mod match_request;
mod matcher;
mod neighbours;
mod scope;

mod app;
mod body;
mod config;
mod error;
mod headers;
mod params;
mod proxy_user;
mod record;
mod requester;
mod streamed;
mod strict_json;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;

pub use config::{ChainFiles, KEEP_DAYS, ServerConfig, StoreConfig};
pub use log::{Log, LogFormat};
pub use oidc::{GroupRoles, OidcConfig};
pub use proxy_user::ProxyUserConfig;
pub use rate::Rate;
pub use serve::{ServeError, serve};
pub use tls::{TlsError, TlsFiles};
pub use webhooks::{Network, NetworkError, SenderError, WebhookRules};
