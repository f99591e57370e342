//! Problems of the elements of this format.

use interdict_model::{Loss, Problem, ProblemCode};

use crate::Sink;
use crate::xml::Element;

/// Reports problems of elements.
pub(super) struct ProblemReporter<'a> {
    pub(super) file: &'a str,
    pub(super) sink: &'a mut dyn Sink,
}

impl ProblemReporter<'_> {
    /// Reports a problem of that element.
    pub(super) fn problem(&mut self, element: &Element, code: ProblemCode, loss: Loss, what: &str) {
        let problem = Problem::new(code, loss, what).in_file(self.file).at_line(element.line());
        let record = record_id(element);
        self.sink.problem(Problem { record, ..problem.with_text(element.text()) });
    }
}

/// The number of a party, profile or other element.
pub(super) fn record_id(element: &Element) -> Option<String> {
    let id = ["FixedRef", "ProfileID", "ID"].iter().find_map(|name| element.attribute(name));
    id.map(Problem::cut)
}
