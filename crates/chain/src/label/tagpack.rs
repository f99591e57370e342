//! GraphSense TagPacks: labels of addresses in YAML.
//!
//! The parser's events are read directly, so that aliases can be refused and depth is bounded.

use serde_saphyr::granit_parser::{Event, Parser};

use super::{Category, Label, LabelError};

/// The fields that a TagPack states for all its tags, or for one.
#[derive(Debug, Clone, Default)]
struct Fields {
    address: String,
    label: String,
    category: String,
    abuse: String,
    actor: String,
}

/// Largest TagPack that is read; the largest published one has half a megabyte.
const MAX_BYTES: usize = 64 << 20;

/// Reads a GraphSense TagPack: fields of the pack hold for each tag that does not state its own.
///
/// # Errors
/// When the text is no YAML, uses anchors (which a TagPack never needs), or a tag has no address.
pub fn read_tagpack(text: &str, pack: &str) -> Result<Vec<Label>, LabelError> {
    let malformed = |line: usize, reason: &str| LabelError::Malformed {
        pack: pack.to_owned(),
        line,
        reason: reason.to_owned(),
    };
    if text.len() > MAX_BYTES {
        return Err(malformed(0, "larger than 64 MiB"));
    }
    let mut reader = TagPackReader::default();
    for next in Parser::new_from_str(text) {
        let (event, span) = next.map_err(|why| malformed(why.marker().line(), &why.info()))?;
        let line = span.start.line();
        reader.take(event, line).map_err(|reason| malformed(line, reason))?;
    }
    let common = reader.common;
    let labels = reader.tags.into_iter().map(|tag| {
        let line = tag.line;
        label(tag.fields, &common, pack).ok_or_else(|| malformed(line, "a tag without an address"))
    });
    labels.collect()
}

fn label(tag: Fields, common: &Fields, pack: &str) -> Option<Label> {
    let own_or =
        |own: &str, shared: &str| if own.is_empty() { shared.to_owned() } else { own.to_owned() };
    let category = own_or(&tag.category, &common.category);
    let abuse = own_or(&tag.abuse, &common.abuse);
    let entity = own_or(&tag.label, &own_or(&common.label, &own_or(&tag.actor, &common.actor)));
    // An abuse type states what the address was used for, and takes precedence over the category that its owner claims.
    let kind = if abuse.is_empty() { category } else { abuse };
    (!tag.address.is_empty()).then(|| Label {
        address: tag.address,
        entity,
        category: Category::parse(if kind.is_empty() { "other" } else { &kind }),
        valid_from: None,
        valid_to: None,
        authority: None,
        source: pack.to_owned(),
    })
}

/// Deepest nesting that is read. A TagPack needs four levels.
const MAX_DEPTH: usize = 16;

/// One tag, and the line on which it begins.
struct Tag {
    line: usize,
    fields: Fields,
}

/// Follows the events of one document: `depth` 1 is the pack, 3 a tag in its list `tags`.
#[derive(Default)]
struct TagPackReader {
    depth: usize,
    key: Option<String>,
    in_tags: bool,
    common: Fields,
    tags: Vec<Tag>,
}

impl TagPackReader {
    fn take(&mut self, event: Event<'_>, line: usize) -> Result<(), &'static str> {
        match event {
            Event::Alias(_) => return Err("aliases are not read"),
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                if self.depth == 1 {
                    self.in_tags = self.key.as_deref() == Some("tags");
                }
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err("nested deeper than a TagPack is");
                }
                if self.depth == 3 && self.in_tags {
                    self.tags.push(Tag { line, fields: Fields::default() });
                }
                self.key = None;
            }
            Event::MappingEnd | Event::SequenceEnd => {
                self.depth = self.depth.saturating_sub(1);
                self.key = None;
            }
            Event::Scalar(text, ..) => self.scalar(text.into_owned()),
            _ => {}
        }
        Ok(())
    }

    fn scalar(&mut self, text: String) {
        let fields = match self.depth {
            1 => &mut self.common,
            3 if self.in_tags => match self.tags.last_mut() {
                Some(tag) => &mut tag.fields,
                None => return,
            },
            _ => return,
        };
        let Some(key) = self.key.take() else {
            self.key = Some(text);
            return;
        };
        match key.as_str() {
            "address" => fields.address = text,
            "label" => fields.label = text,
            "category" => fields.category = text,
            "abuse" => fields.abuse = text,
            "actor" => fields.actor = text,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_inherits_what_its_pack_says() {
        let text = "title: t\ncategory: exchange\nlabel: Shop\ntags:\n- address: '0xAB'\n- address: b\n  label: Own\n  category: mixing_service\n  concepts:\n  - exchange\n  - label\n";
        let labels = read_tagpack(text, "p").unwrap();
        let got: Vec<_> = labels
            .iter()
            .map(|l| (l.address.as_str(), l.entity.as_str(), l.category.name()))
            .collect();
        assert_eq!(got, [("0xAB", "Shop", "exchange"), ("b", "Own", "mixer")]);
    }

    #[test]
    fn aliases_and_broken_text_are_refused_with_their_line() {
        // The brackets are closed, because the parser reads ahead and would report open brackets first.
        let deep = "[".repeat(MAX_DEPTH + 1) + &"]".repeat(MAX_DEPTH + 1);
        for (text, line, reason) in [
            ("a: &x [1]\ntags: *x\n", 2, "aliases are not read"),
            ("tags:\n- address: a\n- label: no address\n", 3, "a tag without an address"),
            (deep.as_str(), 1, "nested deeper than a TagPack is"),
        ] {
            let expected =
                LabelError::Malformed { pack: "p".to_owned(), line, reason: reason.to_owned() };
            assert_eq!(read_tagpack(text, "p"), Err(expected));
        }
        assert!(read_tagpack(&"[".repeat(10_000), "p").is_err());
        assert!(read_tagpack("tags: [", "p").is_err());
        assert!(read_tagpack("tags:\n- address: 'a\n", "p").is_err());
        assert!(read_tagpack(&" ".repeat(MAX_BYTES + 1), "p").is_err());
    }

    #[test]
    fn numbers_and_words_for_nothing_stay_as_they_are_written() {
        let labels = read_tagpack("tags:\n- address: 0x0045\n  label: ~\n", "p").unwrap();
        assert_eq!((labels[0].address.as_str(), labels[0].entity.as_str()), ("0x0045", "~"));
    }
}
