//! The index: the data of each entity that is kept in memory.

use std::collections::BTreeSet;

use interdict_index::{EntityRow, IndexError, Segment};
use interdict_model::{DatasetName, Entity, PropertyType, Schema};
use interdict_names::normalise;

use crate::bits::{Bits, Doc};
use crate::column::{Column, ColumnBuilder};
use crate::field::{ColumnField, REFERENTS, TextField, Values, keyword_group, property_field};
use crate::fold::{fold, words};
use crate::keywords::{Keywords, KeywordsBuilder};
use crate::postings::{Postings, PostingsBuilder};
use crate::request::EntityRef;
use crate::target::is_target;

/// A full-text index of the entities of some segments, in memory.
///
/// It contains words and values, but no entities. For phrases, and for patterns and ranges of fields without a column,
/// [`TextIndex::search`] reads entities from the segments, which must be those given to [`TextIndex::build`].
#[derive(Debug)]
pub struct TextIndex {
    /// The first document of each segment, and the number of documents.
    pub(crate) firsts: Vec<Doc>,
    /// The place of each document's id among all ids; documents with the same id have the same place.
    pub(crate) id_ranks: Vec<u32>,
    /// Number of values of each document.
    pub(crate) value_counts: Vec<u32>,
    pub(crate) targets: Bits,
    pub(crate) names: Postings,
    pub(crate) addresses: Postings,
    pub(crate) text: Postings,
    pub(crate) keywords: Keywords,
    pub(crate) columns: Columns,
    /// The dataset of each segment.
    pub(crate) datasets: Vec<DatasetName>,
    /// All schemata that occur.
    schemata: Vec<Schema>,
}

impl TextIndex {
    /// Reads all entities of the segments. The 76,542 entities of OFAC's SDN list and the EU's list, 36 MB of
    /// JSON, make an index of 27 MB.
    pub fn build(segments: &[Segment]) -> Result<Self, IndexError> {
        let mut builder = Builder::default();
        for segment in segments {
            builder.begin_segment()?;
            for row in segment.entities() {
                builder.add(&segment.entity(row)?, segment.about().dataset.as_str())?;
            }
        }
        builder.finish(segments.iter().map(|segment| segment.about().dataset.clone()).collect())
    }

    /// Bytes in memory, apart from what the allocator adds.
    pub fn byte_len(&self) -> usize {
        let words = [&self.names, &self.addresses, &self.text].map(Postings::byte_len);
        let columns = self.columns.0.iter().map(Column::byte_len);
        let numbers = size_of_val(&*self.id_ranks) + size_of_val(&*self.value_counts);
        words.into_iter().chain(columns).sum::<usize>() + self.keywords.byte_len() + numbers
    }

    /// Number of documents.
    pub(crate) fn len(&self) -> usize {
        self.value_counts.len()
    }

    /// Where the entity of a document is.
    pub(crate) fn entity_ref(&self, doc: Doc) -> EntityRef {
        let segment = self.firsts.partition_point(|first| *first <= doc).saturating_sub(1);
        let first = self.firsts.get(segment).copied().unwrap_or_default();
        EntityRef { segment, row: EntityRow::new(doc.saturating_sub(first)) }
    }

    /// Whether these are the segments that it was built from, judging by their sizes.
    pub(crate) fn is_of(&self, segments: &[Segment]) -> bool {
        let sizes = self.firsts.windows(2).map(|pair| match pair {
            [first, next] => (next - first) as usize,
            _ => 0,
        });
        sizes.eq(segments.iter().map(Segment::len))
    }

    pub(crate) fn id_rank(&self, doc: Doc) -> u32 {
        self.id_ranks.get(doc as usize).copied().unwrap_or(u32::MAX)
    }

    pub(crate) fn value_count(&self, doc: Doc) -> u32 {
        self.value_counts.get(doc as usize).copied().unwrap_or_default()
    }

    pub(crate) fn postings(&self, field: TextField) -> &Postings {
        match field {
            TextField::Names => &self.names,
            TextField::Addresses => &self.addresses,
            TextField::Text => &self.text,
        }
    }

    pub(crate) fn column(&self, field: ColumnField) -> &Column {
        self.columns.get(field)
    }

    /// The type of a property, if a schema has it that occurs or is screened against.
    pub(crate) fn property_type(&self, name: &str) -> Option<PropertyType> {
        let occurring = self.schemata.iter().find_map(|schema| schema.property(name));
        let found = occurring.or_else(|| Schema::matchable().find_map(|s| s.property(name)));
        found.map(|property| property.kind)
    }
}

/// The fields whose values are all held in memory.
#[derive(Debug)]
pub(crate) struct Columns([Column; COLUMNS.len()]);

/// All columns, in the order in which they are stored.
const COLUMNS: [ColumnField; 10] = [
    ColumnField::Schema,
    ColumnField::Datasets,
    ColumnField::Countries,
    ColumnField::Topics,
    ColumnField::Genders,
    ColumnField::Identifiers,
    ColumnField::Caption,
    ColumnField::FirstSeen,
    ColumnField::LastSeen,
    ColumnField::LastChange,
];

impl Columns {
    fn get(&self, field: ColumnField) -> &Column {
        let [
            schema,
            datasets,
            countries,
            topics,
            genders,
            identifiers,
            caption,
            first,
            last,
            change,
        ] = &self.0;
        match field {
            ColumnField::Schema => schema,
            ColumnField::Datasets => datasets,
            ColumnField::Countries => countries,
            ColumnField::Topics => topics,
            ColumnField::Genders => genders,
            ColumnField::Identifiers => identifiers,
            ColumnField::Caption => caption,
            ColumnField::FirstSeen => first,
            ColumnField::LastSeen => last,
            ColumnField::LastChange => change,
        }
    }
}

/// The values of a column of an entity.
fn column_values(
    entity: &Entity,
    values: &Values<'_>,
    dataset: &str,
    field: ColumnField,
) -> Vec<String> {
    let of_type = |kind| values.of_type(kind).collect();
    let of_time = |time: &Option<String>| time.iter().map(|time| fold(time)).collect();
    match field {
        ColumnField::Schema => vec![entity.schema.as_str().to_owned()],
        ColumnField::Datasets => {
            let own = entity.datasets.iter().map(|own| own.as_str());
            own.chain([dataset]).map(str::to_owned).collect()
        }
        ColumnField::Countries => of_type(PropertyType::Country),
        ColumnField::Topics => of_type(PropertyType::Topic),
        ColumnField::Genders => of_type(PropertyType::Gender),
        ColumnField::Identifiers => of_type(PropertyType::Identifier),
        ColumnField::Caption => vec![fold(entity.caption())],
        ColumnField::FirstSeen => of_time(&entity.first_seen),
        ColumnField::LastSeen => of_time(&entity.last_seen),
        ColumnField::LastChange => of_time(&entity.last_change),
    }
}

#[derive(Default)]
struct Builder {
    firsts: Vec<Doc>,
    ids: Vec<String>,
    value_counts: Vec<u32>,
    targets: Vec<Doc>,
    names: PostingsBuilder,
    addresses: PostingsBuilder,
    text: PostingsBuilder,
    keywords: KeywordsBuilder,
    columns: [ColumnBuilder; COLUMNS.len()],
    schemata: BTreeSet<Schema>,
}

impl Builder {
    fn begin_segment(&mut self) -> Result<(), IndexError> {
        let doc = self.next_doc()?;
        self.firsts.push(doc);
        Ok(())
    }

    fn next_doc(&self) -> Result<Doc, IndexError> {
        let too_large = |_| IndexError::TooLarge("entities in a text index");
        u32::try_from(self.value_counts.len()).map_err(too_large)
    }

    fn add(&mut self, entity: &Entity, dataset: &str) -> Result<(), IndexError> {
        let doc = self.next_doc()?;
        let values = Values::of(entity);
        self.value_counts.push(u32::try_from(values.all().len()).unwrap_or(u32::MAX));
        self.ids.push(entity.id.as_str().to_owned());
        if is_target(entity) {
            self.targets.push(doc);
        }
        if !self.schemata.contains(&entity.schema) {
            self.schemata.insert(entity.schema.clone());
        }
        for (column, field) in self.columns.iter_mut().zip(COLUMNS) {
            column.push(column_values(entity, &values, dataset, field));
        }
        self.add_words(&values);
        self.add_keywords(entity, &values, doc);
        Ok(())
    }

    fn add_words(&mut self, values: &Values<'_>) {
        let fields = [
            (&mut self.names, TextField::Names),
            (&mut self.addresses, TextField::Addresses),
            (&mut self.text, TextField::Text),
        ];
        for (postings, field) in fields {
            postings.begin();
            for text in values.texts(field) {
                words(&normalise(text)).for_each(|word| postings.add(word));
            }
        }
    }

    fn add_keywords(&mut self, entity: &Entity, values: &Values<'_>, doc: Doc) {
        self.keywords.add("entity_id", &fold(entity.id.as_str()), doc);
        for referent in &entity.referents {
            self.keywords.add(REFERENTS, referent.as_str(), doc);
            self.keywords.mark(REFERENTS, doc);
        }
        let mut field = (String::new(), String::new());
        for value in values.all() {
            if field.0 != value.property {
                field = (value.property.to_owned(), property_field(value.property));
                self.keywords.mark(&field.1, doc);
            }
            let text = fold(value.text);
            self.keywords.add(&field.1, &text, doc);
            if let Some(group) = keyword_group(value.kind) {
                self.keywords.add(group, &text, doc);
                self.keywords.mark(group, doc);
            }
        }
    }

    fn finish(mut self, datasets: Vec<DatasetName>) -> Result<TextIndex, IndexError> {
        self.begin_segment()?;
        let length = self.value_counts.len();
        let mut columns = Vec::with_capacity(COLUMNS.len());
        for column in self.columns {
            columns.push(column.finish()?);
        }
        Ok(TextIndex {
            firsts: self.firsts,
            id_ranks: ranks(&self.ids),
            value_counts: self.value_counts,
            targets: Bits::of(length, self.targets),
            names: self.names.finish()?,
            addresses: self.addresses.finish()?,
            text: self.text.finish()?,
            keywords: self.keywords.finish()?,
            columns: Columns(columns.try_into().expect("each column was finished")),
            datasets,
            schemata: self.schemata.into_iter().collect(),
        })
    }
}

/// The place of each id among the distinct ids.
fn ranks(ids: &[String]) -> Vec<u32> {
    let mut order: Vec<(&str, usize)> = ids.iter().map(String::as_str).zip(0..).collect();
    order.sort_unstable();
    let mut ranks = vec![0; ids.len()];
    let (mut rank, mut last) = (0, None);
    for (id, at) in order {
        if last.is_some_and(|last| last != id) {
            rank += 1;
        }
        last = Some(id);
        if let Some(slot) = ranks.get_mut(at) {
            *slot = rank;
        }
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ids_have_one_rank() {
        let ids: Vec<String> = ["b", "a", "b", "c"].map(str::to_owned).into();
        assert_eq!(ranks(&ids), [1, 0, 1, 2]);
    }
}
