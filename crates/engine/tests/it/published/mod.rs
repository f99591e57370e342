//! The published lists, each imported into a data directory of its own.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use interdict_engine::list_files::ColumnMap;
use interdict_engine::{Actor, Engine, ImportRequest, Lists, Session};
use interdict_model::{DatasetName, Entity};

/// A published list: its name in the record of failures, its dataset, and its files under the folder
/// of test data.
const PUBLISHED: [(&str, &str, &[&str]); 6] = [
    (
        "us_ofac_sdn",
        "us_ofac_sdn",
        &[
            "lists/ofac/sdn.csv",
            "lists/ofac/alt.csv",
            "lists/ofac/add.csv",
            "lists/ofac/sdn_comments.csv",
        ],
    ),
    (
        "us_ofac_cons",
        "us_ofac_cons",
        &[
            "lists/ofac/cons_prim.csv",
            "lists/ofac/cons_alt.csv",
            "lists/ofac/cons_add.csv",
            "lists/ofac/cons_comments.csv",
        ],
    ),
    ("us_ofac_sdn of 2024", "us_ofac_sdn", &["lists/ofac-xml/sdn_20240507.xml.gz"]),
    ("un_sc_sanctions", "un_sc_sanctions", &["lists/un/consolidated.xml"]),
    ("eu_fsf", "eu_fsf", &["lists/eu/20240513-FULL-1_1.xml.gz"]),
    (
        "gb_fcdo_sanctions",
        "gb_fcdo_sanctions",
        &["lists/uk/uk_sanctions_list_20260820_rebuilt.xml.gz"],
    ),
];

/// Calls `then` with each list: its name in the record of failures, its dataset, and a session whose
/// data directory has it. Says so if the lists are not at hand.
#[allow(clippy::print_stdout, reason = "a skipped test has to be seen")]
pub(crate) fn for_each(mut then: impl FnMut(&str, &str, &Session)) {
    let Some(data) = std::env::var_os("INTERDICT_TEST_DATA").map(PathBuf::from) else {
        println!("skipped: set INTERDICT_TEST_DATA to the folder that holds the published lists");
        return;
    };
    for (list, dataset, files) in PUBLISHED {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<PathBuf> =
            files.iter().map(|file| unpacked(&data.join(file), folder.path())).collect();
        let session = session(folder.path());
        let request = ImportRequest {
            dataset: dataset.parse().unwrap(),
            files,
            columns: ColumnMap::default(),
            dated: None,
            accept_loss: false,
            wait: false,
        };
        session.import(&request).unwrap();
        then(list, dataset, &session);
    }
}

pub(crate) fn session(data_dir: &Path) -> Session {
    let now = "2026-11-01T00:00:00Z".parse().unwrap();
    Engine::new(data_dir).session(Actor::local("test").unwrap(), now)
}

/// The entities of a dataset.
pub(crate) fn entities(session: &Session, lists: &Lists, dataset: &DatasetName) -> Vec<Entity> {
    let mut lines = Vec::new();
    session.export(lists, std::slice::from_ref(dataset), false, &mut lines).unwrap();
    let lines = String::from_utf8(lines).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The file, or its content next to the data directory if it is compressed.
fn unpacked(path: &Path, folder: &Path) -> PathBuf {
    if path.extension().is_none_or(|extension| extension != "gz") {
        return path.to_owned();
    }
    let mut content = Vec::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_end(&mut content).unwrap();
    let target = folder.join(path.file_stem().unwrap());
    std::fs::write(&target, content).unwrap();
    target
}
