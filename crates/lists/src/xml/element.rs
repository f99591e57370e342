//! One XML element with everything in it.

/// An element: its name without prefix, its attributes, its own text and its children.
///
/// Text is trimmed and its runs of white space are single spaces, since lists wrap their lines at
/// will, in the middle of names too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(super) name: String,
    pub(super) line: u64,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The name, without a namespace prefix.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The line on which the element begins, counted from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The element's own text, without that of its children.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// All attributes in their order, without namespace declarations.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of an attribute, unless it is missing or blank.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes()
            .find(|(known, value)| *known == name && !value.is_empty())
            .map(|(_, value)| value)
    }

    /// All children, in their order.
    pub(crate) fn elements(&self) -> &[Element] {
        &self.children
    }

    /// The first child of that name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of that name.
    pub(crate) fn children(&self, name: &'static str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of that name that has any.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.children
            .iter()
            .find(|child| child.name == name && !child.text.is_empty())
            .map(|child| child.text.as_str())
    }

    /// Every element at the end of a path of child names, such as `Names/Name`.
    pub(crate) fn all(&self, path: &str) -> Vec<&Element> {
        let mut found = vec![self];
        for name in path.split('/') {
            let children = found.into_iter().flat_map(|element| &element.children);
            found = children.filter(|child| child.name == name).collect();
        }
        found
    }

    /// The texts at the end of a path, without the blank ones.
    pub(crate) fn texts(&self, path: &str) -> Vec<&str> {
        let all = self.all(path).into_iter();
        all.map(Element::text).filter(|text| !text.is_empty()).collect()
    }

    /// Puts white space in order once the element is complete.
    pub(super) fn finish(&mut self) {
        tidy(&mut self.text);
    }
}

/// Trims, and makes each run of white space one space.
pub(super) fn tidy(text: &mut String) {
    let mut last_blank = true;
    let tidy_already = text.chars().all(|letter| {
        let blank = letter.is_whitespace();
        let fine = letter == ' ' && !last_blank || !blank;
        last_blank = blank;
        fine
    });
    if tidy_already && !text.ends_with(' ') {
        return;
    }
    let mut tidied = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !tidied.is_empty() {
            tidied.push(' ');
        }
        tidied.push_str(word);
    }
    *text = tidied;
}
