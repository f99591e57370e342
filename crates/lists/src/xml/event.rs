//! Interprets the events of the XML parser.

use quick_xml::errors::{IllFormedError, SyntaxError};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use interdict_model::{Loss, Problem, ProblemCode};

use super::element::{Element, tidy};

/// What an event means for reading records.
pub(super) enum XmlStep {
    /// An element opens; true when it is empty and closed already.
    Open(Element, bool),
    /// The innermost element closes.
    Close,
    /// Text, or a resolved reference.
    Text(String),
    /// A comment, a declaration, or a processing instruction.
    Nothing,
    /// The end of the file.
    End,
}

/// The error of one event.
pub(super) enum XmlFault {
    /// The file system failed.
    Io(std::io::Error),
    /// The file ends inside markup.
    Unclosed(String),
    /// It is HTML.
    WebPage,
    /// It uses a feature of XML that is refused.
    Refused(String),
    /// It is not well-formed.
    Syntax(String),
}

impl XmlFault {
    pub(super) fn of(error: &quick_xml::Error, at_end: bool) -> Self {
        match error {
            quick_xml::Error::Io(source) => {
                Self::Io(std::io::Error::new(source.kind(), source.to_string()))
            }
            quick_xml::Error::Syntax(SyntaxError::InvalidBangMarkup)
            | quick_xml::Error::IllFormed(IllFormedError::UnclosedReference)
                if !at_end =>
            {
                Self::Syntax(error.to_string())
            }
            quick_xml::Error::Syntax(_)
            | quick_xml::Error::IllFormed(IllFormedError::UnclosedReference) => {
                Self::Unclosed(error.to_string())
            }
            _ => Self::Syntax(error.to_string()),
        }
    }
}

/// What an event means. The caller adds the file's name to the problems.
pub(super) fn interpret(
    event: Event<'_>,
    line: u64,
    problems: &mut Vec<Problem>,
) -> Result<XmlStep, XmlFault> {
    match event {
        Event::Start(start) => Ok(XmlStep::Open(open_element(&start, line, problems)?, false)),
        Event::Empty(start) => Ok(XmlStep::Open(open_element(&start, line, problems)?, true)),
        Event::End(_) => Ok(XmlStep::Close),
        Event::Text(text) => Ok(XmlStep::Text(text.into_inner().into_owned())),
        Event::CData(data) => Ok(XmlStep::Text(data.into_inner().into_owned())),
        Event::GeneralRef(reference) => resolve(&reference, line, problems).map(XmlStep::Text),
        Event::DocType(doctype) => check_doctype(&doctype),
        Event::Comment(_) | Event::PI(_) | Event::Decl(_) => Ok(XmlStep::Nothing),
        Event::Eof => Ok(XmlStep::End),
    }
}

fn open_element(
    start: &BytesStart<'_>,
    line: u64,
    problems: &mut Vec<Problem>,
) -> Result<Element, XmlFault> {
    let mut element =
        Element { name: local_name(start.name().as_ref()), line, ..Element::default() };
    // The built-in check for repeated attributes compares every pair, which is quadratic.
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| XmlFault::Syntax(error.to_string()))?;
        let name: &str = attribute.key.as_ref();
        if name == "xmlns" || name.starts_with("xmlns:") {
            continue;
        }
        let mut value = unescape(&attribute.value, line, problems)?;
        tidy(&mut value);
        element.attributes.push((local_name(name), value));
    }
    Ok(element)
}

fn local_name(name: &str) -> String {
    name.rsplit_once(':').map_or(name, |(_, local)| local).to_owned()
}

/// Replaces XML's five entities and character references in an attribute by the letters they stand
/// for.
fn unescape(raw: &str, line: u64, problems: &mut Vec<Problem>) -> Result<String, XmlFault> {
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        value.push_str(before);
        let Some((name, next)) = after.split_once(';') else {
            return Err(XmlFault::Syntax(
                "an ampersand in an attribute without its semicolon".into(),
            ));
        };
        value.push_str(&resolve(&BytesRef::new(name), line, problems)?);
        rest = next;
    }
    value.push_str(rest);
    Ok(value)
}

/// The letters that a reference stands for. What XML itself does not define stays as written.
fn resolve(
    reference: &BytesRef<'_>,
    line: u64,
    problems: &mut Vec<Problem>,
) -> Result<String, XmlFault> {
    let name: &str = reference;
    match reference.resolve_char_ref() {
        Ok(Some(letter)) => return Ok(letter.to_string()),
        Ok(None) => {}
        Err(error) => return Err(XmlFault::Syntax(error.to_string())),
    }
    if let Some(letters) = resolve_xml_entity(name) {
        return Ok(letters.to_owned());
    }
    let written = format!("&{name};");
    let what = "XML does not define this entity; kept as it is written";
    let problem = Problem::new(ProblemCode::XmlEntityUndefined, Loss::Nothing, what);
    problems.push(problem.at_line(line).with_text(&written));
    Ok(written)
}

/// A document type may only have a name. Entity declarations are refused, because they allow exponential expansion and
/// no list uses them.
fn check_doctype(doctype: &str) -> Result<XmlStep, XmlFault> {
    let name = doctype.split_whitespace().next().unwrap_or_default();
    if name.eq_ignore_ascii_case("html") {
        return Err(XmlFault::WebPage);
    }
    if doctype.contains('[') {
        return Err(XmlFault::Refused(
            "the file declares its own entities (DOCTYPE), which is refused".into(),
        ));
    }
    Ok(XmlStep::Nothing)
}
