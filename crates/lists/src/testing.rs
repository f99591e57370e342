//! Support for the tests of all readers: a sink that collects, and the data of published lists.

use std::path::PathBuf;

use interdict_model::{Entity, Problem};

use crate::{Budget, Counts, ListFile, ListHeader, ReadError, Sink};

/// Collects everything a reader gives.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub(crate) entities: Vec<Entity>,
    pub(crate) problems: Vec<Problem>,
}

impl Sink for Collected {
    fn entity(&mut self, entity: Entity) {
        self.entities.push(entity);
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

impl Collected {
    /// The entity of that id; there must be one.
    pub(crate) fn get(&self, id: &str) -> &Entity {
        self.entities
            .iter()
            .find(|entity| entity.id.as_str() == id)
            .unwrap_or_else(|| panic!("no entity {id}"))
    }

    /// Listed entities only.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &Entity> {
        self.entities.iter().filter(|entity| entity.target == Some(true))
    }
}

/// How a reader is called.
pub(crate) type Reader =
    fn(&ListFile, &Budget, &mut dyn Sink) -> Result<(ListHeader, Counts), ReadError>;

/// Reads bytes with a reader.
pub(crate) fn collect(
    reader: Reader,
    bytes: &[u8],
) -> Result<(ListHeader, Counts, Collected), ReadError> {
    let mut collected = Collected::default();
    let file = ListFile::from_bytes("test-file", bytes);
    let (header, counts) = reader(&file, &Budget::default(), &mut collected)?;
    assert_eq!(counts.problems, collected.problems.len() as u64, "every problem is counted");
    assert_eq!(counts.entities, collected.entities.len() as u64, "every entity is counted");
    assert_eq!(counts.targets, collected.targets().count() as u64, "every target is counted");
    Ok((header, counts, collected))
}

/// A file of the published lists, if they are available.
pub(crate) fn published(path: &str) -> Option<Vec<u8>> {
    let Ok(folder) = std::env::var("INTERDICT_TEST_DATA") else {
        println!("skipped: set INTERDICT_TEST_DATA to the folder with the published lists");
        return None;
    };
    let path = PathBuf::from(folder).join(path);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// Shows that every value of an XML list ends up somewhere.
pub(crate) struct Completeness<'a> {
    /// The names of the record elements.
    pub(crate) records: &'a [&'a str],
    /// The element or `@attribute` that holds a record's id.
    pub(crate) id_path: &'a str,
    /// What the entity ids begin with.
    pub(crate) id_prefix: &'a str,
    /// Ends of paths whose values need not be kept, each with a reason where this is built.
    pub(crate) technical: &'a [&'a str],
    /// Values without content, such as `UNKNOWN`.
    pub(crate) empty_words: &'a [&'a str],
}

/// One value of a record and where it stands.
type Located = (String, String);

impl Completeness<'_> {
    /// Every value of the file that no entity of its record holds, as `record path: value`.
    pub(crate) fn lost(&self, xml: &[u8], list: &Collected) -> Vec<String> {
        let mut lost = Vec::new();
        let records = self.values(std::str::from_utf8(xml).unwrap());
        assert!(!records.is_empty(), "the file has no records to check");
        for record in records {
            let id_end = format!("/{}", self.id_path);
            let id = record.iter().find(|(path, _)| path.ends_with(&id_end)).unwrap();
            let id = format!("{}{}", self.id_prefix, id.1.to_lowercase().replace('.', "-"));
            let kept = Kept::of(list, id.trim_start_matches(self.id_prefix), self.id_prefix);
            for (path, value) in record {
                let technical = self.technical.iter().any(|end| path.ends_with(&format!("/{end}")));
                let says_nothing = self.empty_words.contains(&value.as_str());
                if !technical && !says_nothing && !kept.holds(&value) {
                    lost.push(format!("{id} {path}: {value}"));
                }
            }
        }
        lost
    }

    /// All non-blank texts and attributes, record by record, read without our own XML reader.
    fn values(&self, xml: &str) -> Vec<Vec<Located>> {
        use quick_xml::{XmlVersion, events::Event};
        let mut reader = quick_xml::Reader::from_str(xml);
        reader.config_mut().expand_empty_elements = true;
        let (mut path, mut records, mut text) = (Vec::new(), Vec::new(), String::new());
        let mut record: Option<Vec<Located>> = None;
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    let name = start.local_name().as_ref().to_owned();
                    if self.records.contains(&name.as_str()) {
                        record = Some(Vec::new());
                    }
                    path.push(name);
                    text.clear();
                    for attribute in start.attributes() {
                        let attribute = attribute.unwrap();
                        let value = attribute
                            .normalized_value(XmlVersion::Implicit1_0)
                            .unwrap()
                            .into_owned();
                        let place =
                            format!("/{}/@{}", path.join("/"), attribute.key.as_ref() as &str);
                        push(&mut record, place, &value);
                    }
                }
                Event::Text(part) => text.push_str(&part),
                Event::GeneralRef(reference) => match reference.resolve_char_ref().unwrap() {
                    Some(letter) => text.push(letter),
                    None => {
                        text.push_str(quick_xml::escape::resolve_xml_entity(&reference).unwrap())
                    }
                },
                Event::End(_) => {
                    push(&mut record, format!("/{}", path.join("/")), &text);
                    text.clear();
                    let name: String = path.pop().unwrap();
                    if self.records.contains(&name.as_str()) {
                        records.extend(record.take());
                    }
                }
                Event::Eof => return records,
                _ => {}
            }
        }
    }
}

fn push(record: &mut Option<Vec<Located>>, path: String, value: &str) {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if let (Some(record), false) = (record, value.is_empty()) {
        record.push((path, value));
    }
}

/// Everything that is held of one record.
struct Kept {
    text: String,
    values: Vec<String>,
}

impl Kept {
    fn of(list: &Collected, id: &str, prefix: &str) -> Self {
        let own = format!("{prefix}{id}");
        let part = format!("{own}-");
        let mut values = Vec::new();
        for entity in &list.entities {
            if entity.id.as_str() == own || entity.id.as_str().starts_with(&part) {
                values.extend(entity.properties.values().flatten().cloned());
                values.extend(entity.provenance.iter().map(|p| serde_json::to_string(p).unwrap()));
            }
        }
        Self { text: values.join("\n").to_lowercase(), values }
    }

    fn holds(&self, value: &str) -> bool {
        let whole = self.holds_part(value);
        let value = value.replace(" b) ", ";");
        let parts: Vec<&str> = value.split(['|', ';', '(', ')']).collect();
        whole || parts.len() > 1 && parts.iter().all(|part| self.holds_part(part.trim()))
    }

    fn holds_part(&self, value: &str) -> bool {
        let has = |text: &str| self.text.contains(&text.to_lowercase());
        let exactly = |text: &str| self.values.iter().any(|known| known == text);
        has(value)
            || value.parse::<interdict_model::Country>().is_ok_and(|c| exactly(c.code()))
            || value.parse::<interdict_model::Gender>().is_ok_and(|g| exactly(g.as_str()))
            || crate::draft::parse_day_first(value).is_some_and(|date| has(&date.to_string()))
            || crate::draft::parse_written_date(value).is_some_and(|date| has(&date.to_string()))
    }
}

/// Compares entities and problems with a golden file in `testdata`, one JSON object on each line.
/// With `INTERDICT_BLESS=1` the file is written instead; look at the difference before keeping it.
pub(crate) fn assert_golden(name: &str, list: &Collected) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name);
    let mut lines: Vec<String> =
        list.entities.iter().map(|entity| serde_json::to_string(entity).unwrap()).collect();
    lines.extend(list.problems.iter().map(|problem| serde_json::to_string(problem).unwrap()));
    let actual = lines.join("\n") + "\n";
    if std::env::var_os("INTERDICT_BLESS").is_some() {
        std::fs::write(&path, &actual).unwrap();
    }
    let golden = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    for (number, (expected, found)) in golden.lines().zip(actual.lines()).enumerate() {
        assert_eq!(found, expected, "{name}, line {}", number + 1);
    }
    assert_eq!(golden.lines().count(), actual.lines().count(), "{name}: number of lines");
}
