//! Servers on data directories into which the exports were imported.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::mpsc::channel;

use interdict_engine::audit::StorePlace;
use interdict_engine::list_files::ColumnMap;
use interdict_engine::{Actor, Config, Engine, ImportRequest};
use interdict_model::DatePrefix;
use interdict_server::{ServerConfig, StoreConfig, serve};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::client::{Answer, exchange, request};

pub(crate) const ZAKHAROV: &str = "NK-aU5ybkbRFJucf8YMwsJvDw";
pub(crate) const KAHL: &str = "281d01c426ce39ddf80aa0e46574843c1ba8bfc9";
pub(crate) const CDU: &str = "c326dd8021ee75fe9608f31ecb4e2e7388144102";
pub(crate) const PAYMENT: &str = "98a5b377dffde7307e265a7cc928297e318daaef";
pub(crate) const ORIGIN: &str = "http://127.0.0.1:3333";

/// A running server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn get(&self, target: &str) -> Answer {
        self.send("GET", target, &[], b"")
    }

    pub(crate) fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        exchange(self.address, &request(method, target, headers, body))
    }

    pub(crate) fn post(&self, target: &str, body: &Value) -> Answer {
        let body = body.to_string();
        self.send("POST", target, &[("Content-Type", "application/json")], body.as_bytes())
    }

    /// Sends one example, and returns its answer.
    #[track_caller]
    pub(crate) fn ask(&self, target: &str, example: Value) -> Value {
        let answer = self.post(target, &json!({ "queries": { "q": example } })).ok();
        answer["responses"]["q"].clone()
    }

    /// Sends a form with one field.
    pub(crate) fn form(&self, target: &str, field: &str, value: &Value) -> Answer {
        let body = form_encoded(field, &value.to_string());
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        self.send("POST", target, &[kind], body.as_bytes())
    }
}

pub(crate) fn form_encoded(field: &str, value: &str) -> String {
    let mut body = format!("{field}=");
    for byte in value.bytes() {
        body.push_str(&format!("%{byte:02X}"));
    }
    body
}

/// The server that most tests share; `None` with a line on stdout if the exports are not at hand.
pub(crate) fn server() -> Option<Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    *SERVER.get_or_init(|| {
        start("shared", |config| ServerConfig {
            update_token: Some("test".to_owned()),
            origins: vec![ORIGIN.to_owned()],
            concurrency: 4,
            ..config
        })
    })
}

/// A server of its own, with a data directory of its own.
pub(crate) fn start(
    name: &str,
    configure: impl FnOnce(ServerConfig) -> ServerConfig,
) -> Option<Server> {
    start_with(name, Config::default(), configure)
}

/// The same, with a configuration of lists and policy.
pub(crate) fn start_with(
    name: &str,
    config: Config,
    configure: impl FnOnce(ServerConfig) -> ServerConfig,
) -> Option<Server> {
    let Some(data) = std::env::var_os("INTERDICT_TEST_DATA").map(PathBuf::from) else {
        println!("skipped: set INTERDICT_TEST_DATA to the folder that holds ftm/");
        return None;
    };
    let folder = folder(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let zulu = folder.join("zulu.json");
    let entity = json!({
        "id": "zulu-1", "schema": "Company",
        "properties": {
            "name": ["Zulu Trading House"], "riskSource": ["zulu-2"], "parent": ["zulu-3", CDU],
        },
    });
    std::fs::write(&zulu, entity.to_string()).unwrap();
    for (dataset, file) in [
        ("zala", data.join("ftm/zala.ftm.json")),
        ("parteispenden", data.join("ftm/parteispenden.ftm.json")),
        ("zulu", zulu),
    ] {
        import(&folder, dataset, file);
    }
    Some(serving(Engine::new(&folder).with_config(config), configure))
}

/// A server with a store and one small list of these entities; needs no external data.
pub(crate) fn start_small(name: &str, entities: &[Value]) -> Server {
    start_small_with(name, entities, |config| config)
}

/// The same, with a configuration of the server.
pub(crate) fn start_small_with(
    name: &str,
    entities: &[Value],
    configure: impl FnOnce(ServerConfig) -> ServerConfig,
) -> Server {
    let folder = folder(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    update_small(name, entities);
    let place = StorePlace::in_folder(folder.join("store"));
    serving(Engine::new(&folder), |config| {
        configure(ServerConfig { store: Some(StoreConfig::at(place)), ..config })
    })
}

/// Another version of the small list.
pub(crate) fn update_small(name: &str, entities: &[Value]) {
    let folder = folder(name);
    let file = folder.join("zulu.json");
    let lines: Vec<String> = entities.iter().map(Value::to_string).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    import(&folder, "zulu", file);
}

/// The data directory of a server.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("server-{name}"))
}

pub(crate) fn import(folder: &Path, dataset: &str, file: PathBuf) {
    import_dated(folder, dataset, file, None);
}

pub(crate) fn import_dated(folder: &Path, dataset: &str, file: PathBuf, dated: Option<DatePrefix>) {
    let request = ImportRequest {
        dataset: dataset.parse().unwrap(),
        files: vec![file],
        columns: ColumnMap::default(),
        dated,
        accept_loss: true,
        wait: true,
    };
    let engine = Engine::new(folder);
    engine.session(Actor::local("test").unwrap(), Timestamp::now()).import(&request).unwrap();
}

pub(crate) fn serving(
    engine: Engine,
    configure: impl FnOnce(ServerConfig) -> ServerConfig,
) -> Server {
    let config = configure(ServerConfig::at("127.0.0.1:0".parse().unwrap()));
    let (ready, bound) = channel();
    std::thread::spawn(move || {
        serve(engine, config, |address, _| ready.send(address).unwrap()).unwrap();
    });
    Server { address: bound.recv().unwrap() }
}
