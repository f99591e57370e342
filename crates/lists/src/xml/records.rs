//! The records of an XML list, one after the other.

use std::io::BufRead;

use quick_xml::Reader;

use interdict_model::{Loss, Problem, ProblemCode};

use super::element::Element;
use super::event::{XmlFault, XmlStep, interpret};
use super::text_source::TextSource;
use crate::{Budget, ReadError};

/// The structure of an XML list around its records.
pub(crate) struct XmlFormat {
    /// For errors: what was expected, such as "the UN consolidated list (XML)".
    pub(crate) expected: &'static str,
    /// The root element's names.
    pub(crate) roots: &'static [&'static str],
    /// Elements that only hold records (and other containers). Every other element directly in the
    /// root or in a container is one record.
    pub(crate) containers: &'static [&'static str],
}

/// Walks through an XML list and hands out its records.
pub(crate) struct XmlRecords<'input> {
    reader: Reader<TextSource<'input>>,
    format: &'static XmlFormat,
    file: String,
    budget: Budget,
    buffer: Vec<u8>,
    root: Element,
    containers: Vec<String>,
    records: u64,
    problems: Vec<Problem>,
    ended: bool,
}

/// Most elements in one record: a tree costs far more memory than its text, so the text's budget
/// alone would let a hostile file use gigabytes. The largest real record has some thousands.
const ELEMENTS_PER_RECORD: u64 = 100_000;
/// Longest record, in values: no real record is near one full-length value.
const VALUES_PER_RECORD: u64 = 16;

/// A record while it is read.
#[derive(Default)]
struct OpenRecord {
    open: Vec<Element>,
    elements: u64,
    began: u64,
}

impl<'input> XmlRecords<'input> {
    /// Reads up to and with the root element.
    ///
    /// # Errors
    /// When the file is empty, a web page, no XML, has another root, or declares entities.
    pub(crate) fn open(
        input: &'input mut dyn BufRead,
        file: &str,
        budget: &Budget,
        format: &'static XmlFormat,
    ) -> Result<Self, ReadError> {
        let source = TextSource::open(input, budget).map_err(|stop| stop.into_error(file))?;
        let mut reader = Reader::from_reader(source);
        reader.config_mut().expand_empty_elements = false;
        let mut records = Self {
            reader,
            format,
            file: file.to_owned(),
            budget: *budget,
            buffer: Vec::new(),
            root: Element::default(),
            containers: Vec::new(),
            records: 0,
            problems: Vec::new(),
            ended: false,
        };
        records.read_root()?;
        Ok(records)
    }

    /// The root element with its attributes.
    pub(crate) fn root(&self) -> &Element {
        &self.root
    }

    /// Problems of the text since the last call: bad bytes, undefined entities, stray text. The
    /// caller adds the record's id.
    pub(crate) fn take_problems(&mut self) -> Vec<Problem> {
        let bad = self.reader.get_mut().take_bad();
        let mut problems = std::mem::take(&mut self.problems);
        problems.extend(bad.into_iter().map(|bytes| bytes.into_problem().in_file(&self.file)));
        problems
    }

    /// The next record, or nothing after the root's end.
    pub(crate) fn next_record(&mut self) -> Result<Option<Element>, ReadError> {
        if self.ended {
            return Ok(None);
        }
        loop {
            match self.step()? {
                XmlStep::Open(element, empty) if self.is_container(&element) => {
                    if !empty {
                        self.containers.push(element.name);
                        self.check_depth(self.containers.len() + 1)?;
                    }
                }
                XmlStep::Open(element, empty) => {
                    self.records += 1;
                    self.check("records", self.records, self.budget.records)?;
                    return self.finish_record(element, empty).map(Some);
                }
                XmlStep::Close if self.containers.pop().is_some() => {}
                XmlStep::Close => {
                    self.read_to_end_of_file()?;
                    return Ok(None);
                }
                XmlStep::Text(text) => self.report_stray(&text),
                XmlStep::Nothing => {}
                XmlStep::End => return Err(self.truncated()),
            }
        }
    }

    fn is_container(&self, element: &Element) -> bool {
        self.format.containers.contains(&element.name.as_str())
    }

    fn read_root(&mut self) -> Result<(), ReadError> {
        loop {
            match self.step()? {
                XmlStep::Open(element, empty) => {
                    if !self.format.roots.contains(&element.name.as_str()) {
                        return Err(self.wrong_format(describe_root(&element.name)));
                    }
                    self.ended = empty;
                    self.root = element;
                    return if empty { self.read_to_end_of_file() } else { Ok(()) };
                }
                XmlStep::Text(text) if !text.trim_start_matches('\u{feff}').trim().is_empty() => {
                    let start: String = text.trim().chars().take(60).collect();
                    return Err(self.wrong_format(format!("text that begins with {start:?}")));
                }
                XmlStep::Close => return Err(self.wrong_format("a closing tag first".to_owned())),
                XmlStep::End if self.reader.get_ref().position() == 0 => {
                    return Err(self.wrong_format("an empty file".to_owned()));
                }
                XmlStep::End => return Err(self.wrong_format("a file without elements".to_owned())),
                _ => {}
            }
        }
    }

    fn read_to_end_of_file(&mut self) -> Result<(), ReadError> {
        self.ended = true;
        loop {
            match self.step()? {
                XmlStep::End => return Ok(()),
                XmlStep::Text(text) => self.report_stray(&text),
                XmlStep::Nothing => {}
                XmlStep::Open(..) | XmlStep::Close => {
                    return Err(self.syntax("an element after the end of the root".to_owned()));
                }
            }
        }
    }

    fn finish_record(&mut self, element: Element, empty: bool) -> Result<Element, ReadError> {
        let began = self.reader.get_ref().position();
        let mut draft = OpenRecord { open: vec![element], elements: 1, began };
        if empty {
            return Ok(draft.open.pop().unwrap_or_default());
        }
        loop {
            match self.step()? {
                XmlStep::Open(element, empty) => {
                    draft.elements += 1;
                    draft.open.push(element);
                    self.check_draft(&draft)?;
                    if empty {
                        close(&mut draft);
                    }
                }
                XmlStep::Text(text) => {
                    if let Some(element) = draft.open.last_mut() {
                        element.text.push_str(&text);
                        let length = element.text.len() as u64;
                        self.check("bytes in one value", length, self.budget.value_bytes as u64)?;
                    }
                }
                XmlStep::Close => {
                    if let Some(record) = close(&mut draft) {
                        return Ok(record);
                    }
                }
                XmlStep::Nothing => {}
                XmlStep::End => return Err(self.truncated()),
            }
        }
    }

    fn check_draft(&self, draft: &OpenRecord) -> Result<(), ReadError> {
        self.check_depth(1 + self.containers.len() + draft.open.len())?;
        self.check("elements in one record", draft.elements, ELEMENTS_PER_RECORD)?;
        let length = self.reader.get_ref().position() - draft.began;
        let longest = (self.budget.value_bytes as u64).saturating_mul(VALUES_PER_RECORD);
        self.check("bytes in one record", length, longest)
    }

    fn check_depth(&self, depth: usize) -> Result<(), ReadError> {
        self.check("levels of nesting", depth as u64, self.budget.depth as u64)
    }

    fn check(&self, what: &'static str, used: u64, limit: u64) -> Result<(), ReadError> {
        if used <= limit {
            return Ok(());
        }
        Err(ReadError::Budget { file: self.file.clone(), what, limit })
    }

    /// Reads one event and returns its meaning.
    fn step(&mut self) -> Result<XmlStep, ReadError> {
        self.reader.get_mut().begin_value();
        let line = self.reader.get_ref().line();
        self.buffer.clear();
        let mut problems = Vec::new();
        let step = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => interpret(event, line, &mut problems),
            Err(error) => Err(XmlFault::of(&error, self.reader.get_mut().is_at_end())),
        };
        for mut problem in problems {
            problem.file.clone_from(&self.file);
            self.problems.push(problem);
        }
        let source = self.reader.get_mut();
        if (source.value_too_long() || step.is_err())
            && let Some(stop) = source.take_stop()
        {
            return Err(stop.into_error(&self.file));
        }
        step.map_err(|fault| self.fault(fault))
    }

    fn fault(&self, fault: XmlFault) -> ReadError {
        match fault {
            XmlFault::Io(source) => ReadError::Io { file: self.file.clone(), source },
            XmlFault::Unclosed(detail) if self.root.name.is_empty() => self.wrong_format(detail),
            XmlFault::Unclosed(detail) => {
                let detail = format!("{} ends inside a tag ({detail})", self.place());
                ReadError::Truncated { file: self.file.clone(), detail }
            }
            XmlFault::WebPage => self.wrong_format("a web page (HTML)".to_owned()),
            XmlFault::Syntax(detail) if self.root.name.is_empty() => {
                self.wrong_format(format!("no XML list ({detail})"))
            }
            XmlFault::Syntax(detail) | XmlFault::Refused(detail) => self.syntax(detail),
        }
    }

    fn report_stray(&mut self, text: &str) {
        if text.trim_start_matches('\u{feff}').trim().is_empty() {
            return;
        }
        let what = "text between records is left out";
        let problem = Problem::new(ProblemCode::TextStray, Loss::Value, what).in_file(&self.file);
        let line = self.reader.get_ref().line();
        self.problems.push(problem.at_line(line).with_text(text.trim()));
    }

    fn place(&self) -> String {
        let source = self.reader.get_ref();
        format!("line {} (byte {})", source.line(), source.position())
    }

    fn syntax(&self, detail: String) -> ReadError {
        ReadError::Syntax { file: self.file.clone(), place: self.place(), detail }
    }

    fn truncated(&self) -> ReadError {
        let detail = format!("{} is the end, and <{}> is still open", self.place(), self.root.name);
        ReadError::Truncated { file: self.file.clone(), detail }
    }

    fn wrong_format(&self, found: String) -> ReadError {
        ReadError::Format { file: self.file.clone(), expected: self.format.expected, found }
    }
}

/// Closes the innermost element; returns the record if that was its outermost one.
fn close(draft: &mut OpenRecord) -> Option<Element> {
    let mut element = draft.open.pop()?;
    element.finish();
    match draft.open.last_mut() {
        Some(parent) => {
            parent.children.push(element);
            None
        }
        None => Some(element),
    }
}

fn describe_root(name: &str) -> String {
    if name.eq_ignore_ascii_case("html") {
        return "a web page (HTML)".to_owned();
    }
    let name: String = name.chars().take(60).collect();
    format!("XML with the root <{name}>")
}
