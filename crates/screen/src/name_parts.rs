//! Combines given names, family names and other parts to names, which are screened beside the whole names of a query.

use std::collections::BTreeSet;

/// The parts of one party's name, as far as they were given.
#[derive(Debug, Clone, Default)]
pub(crate) struct NameParts {
    pub(crate) first: Option<String>,
    pub(crate) middle: Option<String>,
    pub(crate) last: Option<String>,
    /// The second line of a name, which continues a whole name.
    pub(crate) second_line: Option<String>,
    /// Former names, which may be family names only, as in `née Roe`.
    pub(crate) former: Vec<String>,
    /// Names given as whole names. In many files they are only the last or the first name.
    pub(crate) whole: Vec<String>,
}

impl NameParts {
    /// The names to screen besides `known`. A name of the same words as a known one is left out.
    ///
    /// A given and a family name are always combined, because the whole name in the row may consist of initials (`O.
    /// B.`) or be another party's. A given or family name alone is combined with a whole name that lacks it. By itself
    /// it is not screened, because half a name resembles many listed names.
    pub(crate) fn names(&self, known: &[&str]) -> Vec<String> {
        let parts = [&self.first, &self.middle, &self.last, &self.second_line];
        if parts.iter().all(|part| part.is_none()) {
            return Vec::new();
        }
        let mut seen: BTreeSet<Vec<String>> = known.iter().map(|name| sorted_words(name)).collect();
        let made = self.joined().into_iter().chain(self.with_former()).chain(self.second_lines());
        made.filter(|name| !name.is_empty() && seen.insert(sorted_words(name))).collect()
    }

    fn joined(&self) -> Vec<String> {
        let (first, middle, last) =
            (self.first.as_deref(), self.middle.as_deref(), self.last.as_deref());
        // A system without parts writes the whole name into one of the two, or into both.
        let is_whole =
            |part: &&str, other: &str| holds(part, other) && words(part).nth(1).is_some();
        let whole_part = first.zip(last).and_then(|(first, last)| {
            let first_is_whole = Some(first).filter(|first| is_whole(first, last));
            first_is_whole.or_else(|| Some(last).filter(|last| is_whole(last, first)))
        });
        let all = || {
            let joined = std::iter::once(join(&[first, middle, last]));
            joined.chain(whole_part.map(str::to_owned)).collect()
        };
        if self.whole.is_empty() {
            return all();
        }
        let with = |part: &str, name: &dyn Fn(&str) -> String| {
            let lacking = self.whole.iter().filter(|whole| !holds(whole, part));
            lacking.map(|whole| name(whole)).collect()
        };
        match (first, last) {
            (Some(_), Some(_)) => all(),
            (Some(part), None) => with(part, &|whole| join(&[first, middle, Some(whole)])),
            (None, Some(part)) => with(part, &|whole| join(&[Some(whole), middle, last])),
            (None, None) => middle
                .map_or_else(Vec::new, |part| with(part, &|whole| join(&[Some(whole), middle]))),
        }
    }

    /// The given names with each former name that lacks them.
    fn with_former(&self) -> Vec<String> {
        let Some(given) = self.first.as_deref() else { return Vec::new() };
        let family = self.former.iter().filter(|name| !holds(name, given));
        family.map(|family| join(&[Some(given), self.middle.as_deref(), Some(family)])).collect()
    }

    fn second_lines(&self) -> Vec<String> {
        let Some(second) = self.second_line.as_deref() else { return Vec::new() };
        let longer = self.whole.iter().map(|whole| join(&[Some(whole), Some(second)]));
        let is_name = self.whole.is_empty() || second.split_whitespace().nth(1).is_some();
        longer.chain(is_name.then(|| second.to_owned())).collect()
    }

    /// Whether a name is in part that of the person whose given name is known.
    pub(crate) fn are_in(&self, name: &str) -> bool {
        let parts = [&self.first, &self.middle, &self.last];
        let has_given_name = self.first.is_some() || self.middle.is_some();
        has_given_name && parts.into_iter().flatten().any(|part| shares_word(name, part))
    }
}

/// Adds a word to a part.
pub(crate) fn append_word(words: &mut Option<String>, value: &str) {
    match words {
        Some(text) => {
            text.push(' ');
            text.push_str(value);
        }
        None => *words = Some(value.to_owned()),
    }
}

/// The names that parts of one name make, in the order of their columns: all of them together, and a part that holds all
/// others, which is a whole name.
pub(crate) fn names_of_parts(parts: &[String]) -> Vec<String> {
    let is_whole = |part: &&String| {
        words(part).nth(1).is_some() && parts.iter().all(|other| holds(part, other))
    };
    let whole = parts.iter().find(is_whole).filter(|_| parts.len() > 1);
    std::iter::once(parts.join(" ")).chain(whole.cloned()).collect()
}

fn join(parts: &[Option<&str>]) -> String {
    parts.iter().flatten().copied().collect::<Vec<_>>().join(" ")
}

fn words(name: &str) -> impl Iterator<Item = String> {
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn sorted_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = words(name).collect();
    words.sort();
    words
}

/// Whether every word of a part is in the name. For scripts without spaces, it suffices that the name contains the
/// letters of the part.
fn holds(name: &str, part: &str) -> bool {
    let known: BTreeSet<String> = words(name).collect();
    let is_unspaced = !part.is_ascii() && known.len() == 1;
    words(part).all(|word| known.contains(&word)) || (is_unspaced && name.contains(part.trim()))
}

fn shares_word(name: &str, part: &str) -> bool {
    words(part).any(|word| words(name).any(|known| known == word)) || holds(name, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(whole: &[&str], [first, middle, last]: [&str; 3]) -> Vec<String> {
        let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let parts = NameParts {
            first: part(first),
            middle: part(middle),
            last: part(last),
            second_line: None,
            former: Vec::new(),
            whole: whole.iter().map(|name| (*name).to_owned()).collect(),
        };
        parts.names(whole)
    }

    #[test]
    fn first_and_last_names_make_a_name_beside_any_whole_name() {
        assert_eq!(names(&[], ["Osama", "", "bin Laden"]), ["Osama bin Laden"]);
        assert_eq!(names(&["Jane Roe"], ["Osama", "", "bin Laden"]), ["Osama bin Laden"]);
        assert_eq!(names(&["O. B."], ["Osama", "M.", "bin Laden"]), ["Osama M. bin Laden"]);
    }

    #[test]
    fn one_part_is_added_to_a_whole_name_that_lacks_it() {
        assert_eq!(names(&["Vladimir"], ["", "", "Putin"]), ["Vladimir Putin"]);
        assert_eq!(names(&["Vladimir"], ["", "V.", "Putin"]), ["Vladimir V. Putin"]);
        assert_eq!(names(&["bin Laden"], ["Osama", "", ""]), ["Osama bin Laden"]);
        assert_eq!(names(&["Oliver"], ["", "", "Li"]), ["Oliver Li"], "a word, not letters");
        assert_eq!(names(&["Jane Roe"], ["", "Ann", ""]), ["Jane Roe Ann"]);
    }

    #[test]
    fn a_part_that_holds_the_other_is_a_whole_name() {
        let twice = names(&[], ["Jane Ann Roe", "", "Jane Ann Roe"]);
        assert_eq!(twice, ["Jane Ann Roe Jane Ann Roe", "Jane Ann Roe"]);
        assert_eq!(names(&[], ["Jane Roe", "", "Roe"]), ["Jane Roe Roe", "Jane Roe"]);
        assert_eq!(names(&[], ["Jane", "", "Jane Roe"]), ["Jane Jane Roe", "Jane Roe"]);
        assert_eq!(names(&[], ["Aung", "", "Aung"]), ["Aung Aung"]);
    }

    #[test]
    fn no_name_is_made_that_is_known() {
        let none: [&str; 0] = [];
        assert_eq!(names(&["Jane Roe"], ["Jane", "", "Roe"]), none);
        assert_eq!(names(&["ROE, Jane"], ["Jane", "", "Roe"]), none);
        assert_eq!(names(&["Jane Roe"], ["", "", "Roe"]), none);
        assert_eq!(names(&["Jane Roe"], ["Jane", "", ""]), none);
        assert_eq!(names(&["王伟"], ["", "", "王"]), none);
        assert_eq!(names(&["Jane Roe"], ["", "", ""]), none);
    }

    #[test]
    fn a_part_is_lacking_unless_it_is_a_word_of_the_name_or_its_letters_without_blanks() {
        assert_eq!(names(&["Rolivo"], ["", "", "liv"]), ["Rolivo liv"]);
        assert_eq!(names(&["Öliver Roe"], ["", "", "Öl"]), ["Öliver Roe Öl"]);
        assert_eq!(names(&["王伟"], ["", "", "李"]), ["王伟 李"]);
    }

    #[test]
    fn a_name_is_a_persons_if_it_has_a_word_of_the_parts_beside_a_given_name() {
        let are_in = |[first, last]: [&str; 2], name: &str| {
            let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            NameParts { first: part(first), last: part(last), ..NameParts::default() }.are_in(name)
        };
        assert!(are_in(["Osama", "bin Laden"], "Mr Laden"));
        assert!(are_in(["伟", ""], "王伟"));
        assert!(!are_in(["Osama", "bin Laden"], "Jane Roe"));
        assert!(!are_in(["", "Roe"], "Jane Roe"), "a family name may be a company's");
    }

    #[test]
    fn a_former_family_name_is_joined_with_the_given_name() {
        let names = |first: Option<&str>, former: &str| {
            let first = first.map(str::to_owned);
            NameParts { first, former: vec![former.to_owned()], ..NameParts::default() }.names(&[])
        };
        assert_eq!(names(Some("Jane"), "Roe"), ["Jane", "Jane Roe"]);
        assert_eq!(names(Some("Jane"), "Jane Roe"), ["Jane"]);
        assert!(names(None, "Roe").is_empty());
    }

    #[test]
    fn parts_make_one_name_and_another_if_one_of_them_is_whole() {
        let names = |parts: &[&str]| {
            names_of_parts(&parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(names(&["Jane", "Ann", "Roe"]), ["Jane Ann Roe"]);
        assert_eq!(names(&["Jane Roe", "Roe"]), ["Jane Roe Roe", "Jane Roe"]);
        assert_eq!(names(&["Jane", "Jane Roe"]), ["Jane Jane Roe", "Jane Roe"]);
        assert_eq!(names(&["Aung", "Aung"]), ["Aung Aung"]);
        assert_eq!(names(&["Jane Roe"]), ["Jane Roe"]);
    }

    #[test]
    fn a_second_line_goes_on_where_the_first_ends() {
        let lines = |whole: &[&str], second: &str| {
            let whole = whole.iter().map(|name| (*name).to_owned()).collect();
            let second_line = Some(second.to_owned());
            NameParts { second_line, whole, ..NameParts::default() }.names(&[])
        };
        assert_eq!(lines(&["Roe Bread"], "and Wire"), ["Roe Bread and Wire", "and Wire"]);
        assert_eq!(lines(&["Osama"], "Laden"), ["Osama Laden"], "a single word is no name");
        assert_eq!(lines(&[], "Laden"), ["Laden"]);
    }
}
