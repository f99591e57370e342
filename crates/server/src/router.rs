//! Which address is answered by what.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use crate::app::App;
use crate::{
    algorithms, catalog, entities_handler, headers, health, match_handler, reconcile_handler,
    reconcile_manifest, reconcile_suggest, search_handler,
};

/// The addresses of yente.
pub(crate) fn router(app: Arc<App>) -> Router {
    let limit = app.config.body_bytes;
    let routes = Router::new()
        .route("/match/{dataset}", post(match_handler::match_entities))
        .route("/search/{dataset}", get(search_handler::search))
        .route(
            "/reconcile/{dataset}",
            get(reconcile_manifest::manifest).post(reconcile_handler::reconcile),
        )
        .route("/reconcile/{dataset}/preview", get(reconcile_manifest::preview))
        .route("/reconcile/{dataset}/suggest/entity", get(reconcile_suggest::entity))
        .route("/reconcile/{dataset}/suggest/type", get(reconcile_suggest::kind))
        .route("/reconcile/{dataset}/suggest/property", get(reconcile_suggest::property))
        .route("/reconcile/{dataset}/extend/property", get(reconcile_suggest::extension))
        .route("/entities/{id}", get(entities_handler::entity))
        .route("/entities/{id}/adjacent", get(entities_handler::adjacent))
        .route("/entities/{id}/adjacent/{property}", get(entities_handler::adjacent_by))
        .route("/catalog", get(catalog::catalog))
        .route("/manifest", get(catalog::catalog))
        .route("/algorithms", get(algorithms::list))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/updatez", post(health::updatez))
        .layer(DefaultBodyLimit::max(limit))
        .layer(CatchPanicLayer::custom(headers::failed))
        .with_state(Arc::clone(&app));
    // A router around it: layers of a router run once the method is known, and HEAD is refused before.
    Router::new()
        .fallback_service(routes)
        .layer(from_fn_with_state(app, headers::complete))
        // Small answers, too, as clients of yente are used to.
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(0)))
}
