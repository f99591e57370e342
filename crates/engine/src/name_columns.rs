//! Names that are spread over several columns: which columns are parts of one name, and whose name it is.

use std::collections::{BTreeMap, BTreeSet};

use interdict_lists::{Bearer, ColumnMeaning, NamePart, parse_column_name, parse_name_part};
use interdict_screen::{form_part, party_part};

/// The first number of a party that is known by words. Parties that are known by a number alone keep that number.
const FIRST_QUALIFIED: u32 = 100_000;

/// Columns whose names have the same qualifier.
struct Group<'a> {
    bearer: Bearer,
    columns: Vec<(&'a String, &'static str)>,
}

impl Group<'_> {
    fn has(&self, wanted: &str) -> bool {
        self.columns.iter().any(|(_, part)| *part == wanted)
    }

    /// Whether it has both a given and a family name.
    fn is_whole(&self) -> bool {
        self.has("firstName") && self.has("lastName")
    }

    fn is_of_the_customer(&self) -> bool {
        matches!(self.bearer, Bearer::Customer | Bearer::NamedCustomer | Bearer::Numbered(_))
    }
}

/// The properties of the columns that hold parts of names.
///
/// Parts with the same qualifier make one name. The first whole name of the customer is the name to which the facts of
/// the row belong; the others are its further forms, or, if they are numbered or have a word of their own, other
/// parties. Single parts without a whole name of their own belong to the customer's. If nothing names the customer, the
/// first party that may be the customer is.
pub(crate) fn part_properties(names: &[String]) -> BTreeMap<String, String> {
    let mut groups = groups(names);
    if !names_customer(names)
        && let Some(first) =
            groups.iter_mut().find(|group| group.bearer == Bearer::Unknown && group.is_whole())
    {
        first.bearer = Bearer::NamedCustomer;
    }
    let mut properties = BTreeMap::new();
    let mut has_customer = false;
    for (group, number) in groups.iter().zip(FIRST_QUALIFIED..) {
        let of_customer = group.is_of_the_customer();
        let whole = match group.bearer {
            _ if of_customer && !(group.is_whole() && has_customer) => None,
            Bearer::Customer => Some(form_part(number)),
            Bearer::Numbered(own) if own < FIRST_QUALIFIED => Some(party_part(own)),
            _ => Some(party_part(number)),
        };
        has_customer |= of_customer && group.is_whole();
        for (column, part) in &group.columns {
            let property = whole.clone().unwrap_or_else(|| (*part).to_owned());
            properties.insert((*column).clone(), property);
        }
        if let Some(whole) = whole
            && !group.is_whole()
        {
            let rest = whole_names(names, &group.columns).map(|name| (name.clone(), whole.clone()));
            properties.extend(rest);
        }
    }
    properties
}

/// The columns of parts, by their qualifiers, in the order in which these first occur.
fn groups(names: &[String]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        let Some(NamePart { part, qualifier, bearer, .. }) = parse_name_part(name) else {
            continue;
        };
        let place = *places.entry(qualifier).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.columns.push((name, part)),
            None => groups.push(Group { bearer, columns: vec![(name, part)] }),
        }
    }
    groups
}

/// The columns of another party's names whose other part is in one of `parts`: `Sender name` beside `Sender surname`.
fn whole_names<'a>(
    names: &'a [String],
    parts: &[(&String, &'static str)],
) -> impl Iterator<Item = &'a String> {
    let qualifiers: Vec<String> =
        parts.iter().filter_map(|(column, _)| Some(parse_name_part(column)?.qualifier)).collect();
    names.iter().filter(move |name| {
        parse_column_name(name) == Some(ColumnMeaning::OtherParty)
            && parse_name_part(&format!("{name} first name"))
                .is_some_and(|part| qualifiers.contains(&part.qualifier))
    })
}

/// The columns of further lines of the customer's name: `Name 2` beside `Name 1`.
pub(crate) fn further_lines(names: &[String]) -> Vec<&String> {
    let stem =
        |name: &str| name.trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned();
    let number = |name: &String| {
        let digits = name.get(stem(name).len()..).unwrap_or_default();
        digits.parse::<u32>().unwrap_or(1)
    };
    let is_name = |name: &&String| parse_column_name(name) == Some(ColumnMeaning::Property("name"));
    let firsts: BTreeSet<String> = names
        .iter()
        .filter(is_name)
        .filter(|name| number(name) == 1)
        .map(|name| stem(name))
        .collect();
    let further = names.iter().filter(is_name).filter(|name| number(name) > 1);
    further.filter(|name| firsts.contains(&stem(name))).collect()
}

/// Whether a column holds the customer's name, or a part of it. Former names and aliases do not say whose they are.
pub(crate) fn names_customer(names: &[String]) -> bool {
    names.iter().any(|name| match (parse_name_part(name), parse_column_name(name)) {
        (Some(part), _) => !matches!(part.bearer, Bearer::Other | Bearer::Unknown),
        (None, meaning) => meaning == Some(ColumnMeaning::Property("name")),
    })
}
