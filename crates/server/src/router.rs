//! The routes.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use interdict_engine::audit::Right;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use crate::app::App;
use crate::observe::observe;
use crate::requester::{Guard, identify};
use crate::seen::note_route;
use crate::unpack::unpack;
use crate::{
    algorithms, api, catalog, entities_handler, headers, health, match_handler, metrics_handler,
    oidc, openapi, reconcile_handler, reconcile_manifest, reconcile_suggest, search_handler,
};

/// A route, and its required right.
pub(crate) struct Route {
    pub(crate) path: &'static str,
    /// The methods that the OpenAPI description names.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test compares them with the description"))]
    pub(crate) methods: &'static [&'static str],
    /// The required right; `None` for a public route.
    right: Option<Right>,
    answers: MethodRouter<Arc<App>>,
}

const GET: &[&str] = &["get"];
const POST: &[&str] = &["post"];

const fn open(
    path: &'static str,
    methods: &'static [&'static str],
    answers: MethodRouter<Arc<App>>,
) -> Route {
    Route { path, methods, right: None, answers }
}

const fn guarded(
    right: Right,
    path: &'static str,
    methods: &'static [&'static str],
    answers: MethodRouter<Arc<App>>,
) -> Route {
    Route { path, methods, right: Some(right), answers }
}

/// All routes.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = yente_routes();
    routes.extend(api::routes(guarded));
    routes.extend([
        open("/api/v1/session", &["get", "post", "delete"], api::session_routes()),
        open("/auth/login", GET, get(oidc::login)),
        open("/auth/callback", GET, get(oidc::callback)),
        open("/auth/logout", POST, post(oidc::logout)),
        open("/healthz", GET, get(health::healthz)),
        open("/readyz", GET, get(health::readyz)),
        // It is protected by a token of its own.
        open("/updatez", POST, post(health::updatez)),
        guarded(Right::ReadAudit, "/metrics", GET, get(metrics_handler::metrics)),
        open("/openapi.json", GET, get(openapi::description)),
        open("/", GET, get(openapi::home)),
    ]);
    routes
}

/// The paths of all routes, each once: methods of one path can require different rights.
pub(crate) fn paths() -> Vec<&'static str> {
    let mut paths: Vec<&str> = Vec::new();
    for route in routes() {
        if !paths.contains(&route.path) {
            paths.push(route.path);
        }
    }
    paths
}

/// The protected routes of yente's interface, and the public ones of the reconciliation service.
fn yente_routes() -> Vec<Route> {
    let reconcile = get(reconcile_manifest::manifest).post(reconcile_handler::reconcile);
    let read = |path, answers| guarded(Right::Read, path, GET, answers);
    vec![
        guarded(Right::Screen, "/match/{dataset}", POST, post(match_handler::match_entities)),
        guarded(Right::Screen, "/reconcile/{dataset}", &["get", "post"], reconcile),
        read("/search/{dataset}", get(search_handler::search)),
        read("/reconcile/{dataset}/preview", get(reconcile_manifest::preview)),
        read("/reconcile/{dataset}/suggest/entity", get(reconcile_suggest::entity)),
        read("/reconcile/{dataset}/suggest/type", get(reconcile_suggest::kind)),
        read("/reconcile/{dataset}/suggest/property", get(reconcile_suggest::property)),
        read("/reconcile/{dataset}/extend/property", get(reconcile_suggest::extension)),
        read("/entities/{id}", get(entities_handler::entity)),
        read("/entities/{id}/adjacent", get(entities_handler::adjacent)),
        read("/entities/{id}/adjacent/{property}", get(entities_handler::adjacent_by)),
        read("/catalog", get(catalog::catalog)),
        read("/manifest", get(catalog::catalog)),
        read("/algorithms", get(algorithms::list)),
    ]
}

/// The service of the server.
pub(crate) fn router(app: Arc<App>) -> Router {
    let paths = paths();
    let add = |router: Router<Arc<App>>, route: Route| {
        let number = paths.iter().position(|path| *path == route.path).unwrap_or(paths.len());
        let answers = match route.right {
            Some(right) => {
                let guard = Guard { app: Arc::clone(&app), right };
                route.answers.layer(from_fn_with_state(guard, identify))
            }
            None => route.answers,
        };
        // Outside of the guard: requests that it refuses are counted with their route.
        router.route(route.path, answers.layer(from_fn_with_state(number, note_route)))
    };
    let routes = routes().into_iter().fold(Router::new(), add);
    layered(routes, app)
}

/// The routes for tests, in which a header names the caller.
#[cfg(test)]
pub(crate) fn router_of_persons(app: Arc<App>) -> Router {
    use axum::extract::Request;
    use axum::middleware::{Next, from_fn};
    use interdict_engine::Actor;
    use interdict_engine::audit::{Caller, Tenant};

    use crate::requester::{Known, Requester};

    fn said_in(headers: &axum::http::HeaderMap) -> Requester {
        let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let actor = text("x-actor").unwrap();
        let actor = match actor.split_once(':').unwrap() {
            ("user", name) => Actor::user(name).unwrap(),
            (_, name) => Actor::service(name).unwrap(),
        };
        let tenant = text("x-tenant").map(|name| Tenant::parse(&name).unwrap());
        let tenant = tenant.unwrap_or_else(Tenant::only);
        let on_behalf_of = text("x-on-behalf-of");
        let caller = Caller { tenant, on_behalf_of, ..Caller::local() };
        Requester { actor, caller, known: Known::Nobody }
    }
    async fn as_said(mut request: Request, next: Next) -> axum::response::Response {
        let requester = said_in(request.headers());
        request.extensions_mut().insert(requester);
        next.run(request).await
    }
    let add = |router: Router<Arc<App>>, route: Route| router.route(route.path, route.answers);
    let routes = api::routes(guarded).into_iter().fold(Router::new(), add);
    layered(routes.layer(from_fn(as_said)), app)
}

/// The service of the address for monitoring. It requires no key.
pub(crate) fn metrics_router(app: Arc<App>) -> Router {
    Router::new().route("/metrics", get(metrics_handler::metrics)).with_state(app)
}

/// Routes with the layers that all answers share.
fn layered(routes: Router<Arc<App>>, app: Arc<App>) -> Router {
    let routes = routes
        .layer(from_fn(unpack))
        .layer(DefaultBodyLimit::max(app.config.body_bytes))
        .layer(CatchPanicLayer::custom(headers::failed))
        .with_state(Arc::clone(&app));
    // A router around it: layers of a router run after the method is matched, and HEAD is refused before.
    Router::new()
        .fallback_service(routes)
        .layer(from_fn_with_state(Arc::clone(&app), headers::complete))
        // Small answers are compressed, too, as in yente.
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(0)))
        .layer(from_fn_with_state(app, observe))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use axum::body::Body;
    use axum::extract::State;
    use axum::http::{Request, StatusCode};
    use http_body_util::BodyExt;
    use interdict_engine::Engine;
    use tower::ServiceExt;

    use super::*;
    use crate::config::ServerConfig;
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
    fn work_whose_time_is_over_ends_between_its_parts() {
        let config = ServerConfig {
            request_time: Duration::from_millis(5),
            ..ServerConfig::at("127.0.0.1:0".parse().unwrap())
        };
        let app = App::new(Engine::new("nowhere"), config, None);
        let start = Instant::now();
        assert!(app.check_time(start + Duration::from_secs(60)).is_ok());
        std::thread::sleep(Duration::from_millis(10));
        assert!(matches!(app.check_time(start), Err(ApiError::TooLong(0))));
    }

    #[test]
    fn work_in_the_background_lets_requests_pass() {
        let config =
            ServerConfig { concurrency: 1, ..ServerConfig::at("127.0.0.1:0".parse().unwrap()) };
        let app = Arc::new(App::new(Engine::new("nowhere"), config, None));
        let done = Arc::new(std::sync::Mutex::new(Vec::new()));
        let work = |name: &'static str| {
            let done = Arc::clone(&done);
            move |_: &App| {
                std::thread::sleep(Duration::from_millis(100));
                done.lock().unwrap().push(name);
                Ok(())
            }
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let pause = || tokio::time::sleep(Duration::from_millis(30));
            let of = |app: &Arc<App>| Arc::clone(app);
            let (one, two, three) = (work("first"), work("behind"), work("second"));
            let (app, begins) = (of(&app), of(&app));
            let first = tokio::spawn(async move { begins.work(one).await });
            pause().await;
            let waits = of(&app);
            let behind = tokio::spawn(async move { waits.work_behind(two).await });
            pause().await;
            // Added last, so that it runs first.
            app.work(three).await.unwrap();
            first.await.unwrap().unwrap();
            behind.await.unwrap().unwrap();
        });
        assert_eq!(*done.lock().unwrap(), ["first", "second", "behind"]);
    }

    #[test]
    fn a_handler_that_fails_answers_and_says_nothing_of_why() {
        let config =
            ServerConfig { concurrency: 1, ..ServerConfig::at("127.0.0.1:0".parse().unwrap()) };
        let app = Arc::new(App::new(Engine::new("nowhere"), config, None));
        // Twice: the place of the failed work is free again.
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
