//! List readers: bytes to entities and problems.

use interdict_lists::{
    Budget, ColumnMap, Counts, ListFile, ListHeader, Problem, ReadError, Sink, read_ftm_list,
    read_list, read_own_list, write_ftm_line,
};
use interdict_model::Entity;

/// Small limits, so that the fuzzer reaches them with inputs of a few kilobytes.
const BUDGET: Budget = Budget { bytes: 1 << 20, depth: 64, value_bytes: 1 << 14, records: 2_000 };

/// Collects what a reader reports.
#[derive(Default)]
struct Collected {
    entities: Vec<Entity>,
    problems: Vec<Problem>,
}

impl Sink for Collected {
    fn entity(&mut self, entity: Entity) {
        self.entities.push(entity);
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

type Reading = Result<(ListHeader, Counts), ReadError>;

/// The files of OFAC's comma-separated set, separated by lines that hold only `%%`.
pub fn ofac_csv(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let files: Vec<ListFile> = text
        .split("%%\n")
        .take(5)
        .enumerate()
        .map(|(number, part)| ListFile::from_bytes(format!("{number}.csv"), part))
        .collect();
    official("us_ofac_sdn", &files);
}

/// OFAC's `SDN.XML`.
pub fn ofac_xml(bytes: &[u8]) {
    official("us_ofac_sdn", &[ListFile::from_bytes("sdn.xml", bytes)]);
}

/// OFAC's `SDN_ADVANCED.XML`.
pub fn ofac_advanced_xml(bytes: &[u8]) {
    official("us_ofac_sdn", &[ListFile::from_bytes("sdn_advanced.xml", bytes)]);
}

/// The consolidated list of the United Nations.
pub fn un_xml(bytes: &[u8]) {
    official("un_sc_sanctions", &[ListFile::from_bytes("un.xml", bytes)]);
}

/// The full list of the European Union.
pub fn eu_xml(bytes: &[u8]) {
    official("eu_fsf", &[ListFile::from_bytes("eu.xml", bytes)]);
}

/// The UK Sanctions List.
pub fn uk_xml(bytes: &[u8]) {
    official("gb_fcdo_sanctions", &[ListFile::from_bytes("uk.xml", bytes)]);
}

/// FollowTheMoney entities, one JSON object on each line.
pub fn ftm_lines(bytes: &[u8]) {
    let file = ListFile::from_bytes("entities.ftm.json", bytes);
    check(|sink| read_ftm_list(&dataset("ftm_list"), &file, &BUDGET, sink));
}

/// An own list as CSV, read with the default column map.
pub fn own_csv(bytes: &[u8]) {
    own("own.csv", bytes);
}

/// An own list as YAML; the same text is also read as a column map.
pub fn own_yaml(bytes: &[u8]) {
    own("own.yaml", bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = ColumnMap::parse(text);
    }
}

fn own(name: &str, bytes: &[u8]) {
    let (file, map) = (ListFile::from_bytes(name, bytes), ColumnMap::default());
    check(|sink| read_own_list(&dataset("own_list"), &file, (&map, &BUDGET), sink));
}

fn official(name: &str, files: &[ListFile]) {
    check(|sink| read_list(&dataset(name), files, &BUDGET, sink));
}

fn dataset(name: &str) -> interdict_model::DatasetName {
    name.parse().expect("a valid dataset name")
}

/// Reads twice and checks: both readings are equal, the counts are those of the sink, and every
/// entity survives being written as a FollowTheMoney line.
fn check(read: impl Fn(&mut dyn Sink) -> Reading) {
    let (mut first, mut second) = (Collected::default(), Collected::default());
    let reading = read(&mut first);
    let again = read(&mut second);
    assert_eq!(reading.is_ok(), again.is_ok(), "the second reading ends differently");
    assert!(first.entities == second.entities, "the second reading gives other entities");
    assert!(first.problems == second.problems, "the second reading gives other problems");
    for problem in &first.problems {
        assert!(problem.text.chars().count() <= 200, "a problem shows more than 200 characters");
    }
    for entity in &first.entities {
        let mut line = Vec::new();
        write_ftm_line(entity, &mut line).expect("writing into memory");
        let back: Entity = serde_json::from_slice(&line).expect("a written entity reads back");
        assert!(back == *entity, "{back:?} is not {entity:?}");
    }
    let Ok((_, counts)) = reading else { return };
    let targets = first.entities.iter().filter(|entity| entity.target == Some(true)).count();
    assert_eq!(counts.entities, first.entities.len() as u64, "the count of entities");
    assert_eq!(counts.problems, first.problems.len() as u64, "the count of problems");
    // FollowTheMoney entities that do not say whether they are listed may count as listed.
    assert!(counts.targets >= targets as u64, "the count of targets");
    assert!(counts.targets <= counts.entities, "more targets than entities");
    assert!(counts.unreadable <= counts.records, "more records unreadable than read");
}
