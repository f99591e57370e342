//! Which address is answered by what.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use crate::app::App;
use crate::{
    algorithms, catalog, entities_handler, headers, health, match_handler, openapi,
    reconcile_handler, reconcile_manifest, reconcile_suggest, search_handler,
};

/// A path, its methods, and what answers.
type RouteOf = (&'static str, &'static [&'static str], MethodRouter<Arc<App>>);

/// All routes: those of yente, and what the reconciliation service needs of its own.
pub(crate) fn routes() -> Vec<RouteOf> {
    const GET: &[&str] = &["get"];
    const POST: &[&str] = &["post"];
    let reconcile = get(reconcile_manifest::manifest).post(reconcile_handler::reconcile);
    vec![
        ("/match/{dataset}", POST, post(match_handler::match_entities)),
        ("/search/{dataset}", GET, get(search_handler::search)),
        ("/reconcile/{dataset}", &["get", "post"], reconcile),
        ("/reconcile/{dataset}/preview", GET, get(reconcile_manifest::preview)),
        ("/reconcile/{dataset}/suggest/entity", GET, get(reconcile_suggest::entity)),
        ("/reconcile/{dataset}/suggest/type", GET, get(reconcile_suggest::kind)),
        ("/reconcile/{dataset}/suggest/property", GET, get(reconcile_suggest::property)),
        ("/reconcile/{dataset}/extend/property", GET, get(reconcile_suggest::extension)),
        ("/entities/{id}", GET, get(entities_handler::entity)),
        ("/entities/{id}/adjacent", GET, get(entities_handler::adjacent)),
        ("/entities/{id}/adjacent/{property}", GET, get(entities_handler::adjacent_by)),
        ("/catalog", GET, get(catalog::catalog)),
        ("/manifest", GET, get(catalog::catalog)),
        ("/algorithms", GET, get(algorithms::list)),
        ("/healthz", GET, get(health::healthz)),
        ("/readyz", GET, get(health::readyz)),
        ("/updatez", POST, post(health::updatez)),
        ("/openapi.json", GET, get(openapi::description)),
        ("/", GET, get(openapi::home)),
    ]
}

/// The service of the server.
pub(crate) fn router(app: Arc<App>) -> Router {
    let routes = routes()
        .into_iter()
        .fold(Router::new(), |router, (path, _, answers)| router.route(path, answers));
    layered(routes, app)
}

/// Routes with what all answers have.
fn layered(routes: Router<Arc<App>>, app: Arc<App>) -> Router {
    let routes = routes
        .layer(DefaultBodyLimit::max(app.config.body_bytes))
        .layer(CatchPanicLayer::custom(headers::failed))
        .with_state(Arc::clone(&app));
    // A router around it: layers of a router run once the method is known, and HEAD is refused before.
    Router::new()
        .fallback_service(routes)
        .layer(from_fn_with_state(app, headers::complete))
        // Small answers, too, as clients of yente are used to.
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(0)))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::State;
    use axum::http::{Request, StatusCode};
    use http_body_util::BodyExt;
    use interdict_engine::Engine;
    use tower::ServiceExt;

    use super::*;
    use crate::app::ServerConfig;
    use crate::error::ApiError;

    fn ask(path: &str, app: &Arc<App>) -> (StatusCode, String) {
        async fn panics() -> &'static str {
            panic!("a name of a customer")
        }
        async fn panics_at_work(State(app): State<Arc<App>>) -> Result<String, ApiError> {
            app.work(|_| panic!("a name of a customer")).await
        }
        let routes =
            Router::new().route("/panics", get(panics)).route("/work", get(panics_at_work));
        let service = layered(routes, Arc::clone(app));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = service.oneshot(request).await.unwrap();
            assert!(response.headers().contains_key("traceparent"));
            let status = response.status();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (status, String::from_utf8(body.to_vec()).unwrap())
        })
    }

    #[test]
    fn a_handler_that_fails_answers_and_says_nothing_of_why() {
        let config =
            ServerConfig { concurrency: 1, ..ServerConfig::at("127.0.0.1:0".parse().unwrap()) };
        let app = Arc::new(App::new(Engine::new("nowhere"), config));
        // Twice: the place of the work that failed is free again.
        for path in ["/panics", "/work", "/work"] {
            let (status, body) = ask(path, &app);
            assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
            assert_eq!(body, r#"{"status":"error"}"#, "{path}");
        }
        assert_eq!(
            ask("/other", &app),
            (StatusCode::NOT_FOUND, r#"{"detail":"Not Found"}"#.to_owned())
        );
    }
}
