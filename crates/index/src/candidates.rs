//! From a query name to the listed names that could match it.

use interdict_model::Schema;
use interdict_names::{Asker, Met, Name, Need, Probe, Shape, Slot, run_keys};

use crate::alike;
use crate::marks::{Found, Marks, Seen, Touched};
use crate::memory::{AllAlike, Recent};
use crate::record::{classes_of, kinds_of};
use crate::segment::Segment;

/// A query's name with all that look-ups need of it, made once for any number of segments.
pub struct PreparedQuery {
    whole: Vec<u64>,
    slots: Vec<(u64, Slot)>,
    /// Neighbouring slots read as one word, and which these are, as bits.
    runs: Vec<(Vec<u64>, Probe, u32)>,
    need: Need,
    /// The codes of the schemata that are asked for, as bits, and their classes.
    kinds: u8,
    classes: u8,
}

impl PreparedQuery {
    /// Prepares a query's name.
    pub fn new(query: &Name) -> Self {
        let mut whole = Vec::new();
        interdict_names::whole_keys(query, Asker::Query, &mut whole);
        let slots = interdict_names::slots(query).map(|slot| (slot.identity(), slot)).collect();
        let keyed = |(run, places)| {
            let mut keys = Vec::new();
            run_keys(&run, Asker::Query, &mut keys);
            (keys, Probe::brief(run), places)
        };
        let runs = interdict_names::runs(query).into_iter().map(keyed).collect();
        Self { whole, slots, runs, need: Need::of(query), kinds: u8::MAX, classes: u8::MAX }
    }

    /// Only names of entities that may be of that schema.
    pub fn with_schema(mut self, schema: &Schema) -> Self {
        self.kinds = kinds_of(schema);
        self.classes = classes_of(self.kinds);
        self
    }

    /// Whether a listed name is of a kind that is asked for.
    pub fn accepts(&self, segment: &Segment, name: u32) -> bool {
        self.accepts_kind(segment.name_row(name).kind)
    }

    /// Whether a name of which so much may be met can reach the score, for all that is known without
    /// its shape.
    fn may_reach(&self, found: &Found, met: &Met, score: f64) -> bool {
        found.is_open && self.need.minds_open() || self.need.is_met(met, Shape::FAVOURABLE, score)
    }

    fn accepts_kind(&self, kind: u8) -> bool {
        self.kinds >> kind.min(7) & 1 != 0
    }
}

/// Spreads small numbers over all bits.
const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

/// A part that so few names have is always walked.
const FEW_NAMES: usize = 8;

/// Reusable memory of look-ups, one for each thread.
#[derive(Default)]
pub struct CandidateSearcher {
    dictionary: Dictionary,
    touched: Touched,
    names: Vec<u32>,
}

impl CandidateSearcher {
    /// Below this score candidates are not complete: names less alike are never taken for one,
    /// whatever else agrees.
    pub const MIN_SCORE: f64 = 0.6;

    /// Collects the names of a segment that could reach a score (of 0.6 or more) with the query,
    /// each once, ascending.
    ///
    /// Names are found by the query's rarer parts. The most common ones are left aside as long as they
    /// could make no candidate without the others; it is only asked whether the names that were found
    /// have them, too.
    pub fn candidates(&mut self, segment: &Segment, asked: &PreparedQuery, score: f64) -> &[u32] {
        let Self { dictionary, touched, names } = self;
        touched.start(segment.name_count() as usize);
        for key in &asked.whole {
            touched.note(segment.whole_names(*key), Met::whole);
        }
        for (keys, run, places) in &asked.runs {
            let seen = (&mut dictionary.seen, asked.classes);
            for alike in alike::find_run(segment, (run, keys), seen) {
                let names = segment.slot_names(alike.slot);
                touched.note(names, |met| met.run(*places, &alike.meeting));
            }
        }
        let (left, beside) = dictionary.leave_aside(segment, asked, score);
        let is_left = |place: &usize| left >> place & 1 != 0;
        for place in 0..asked.slots.len() {
            let alike = dictionary.alike(segment, asked, place);
            walk(segment, alike, (place, touched), Walk::of(is_left(&place), asked));
        }
        // Most of what is touched falls here, before anything is read of it.
        touched.found.retain(|found| asked.may_reach(found, &found.met.and(&beside), score));
        for place in (0..asked.slots.len()).filter(is_left) {
            dictionary.complete(segment, asked, (place, &mut touched.found));
        }
        let reaches = |found: &&Found| {
            let row = segment.name_row(found.name);
            asked.may_reach(found, &found.met, score)
                && asked.accepts_kind(row.kind)
                && asked.need.is_met(&found.met, row.shape, score)
        };
        names.clear();
        names.extend(touched.found.iter().filter(reaches).map(|found| found.name));
        names.sort_unstable();
        names
    }
}

/// Which of the names that have a slot are touched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Walk {
    All,
    /// Those of an open shape.
    Open,
    Nothing,
}

impl Walk {
    fn of(is_left_aside: bool, asked: &PreparedQuery) -> Self {
        match is_left_aside {
            false => Self::All,
            true if asked.need.minds_open() => Self::Open,
            true => Self::Nothing,
        }
    }
}

/// Touches names that have what is alike to the query's slot at that place.
fn walk(segment: &Segment, alike: &AllAlike, (place, touched): (usize, &mut Touched), which: Walk) {
    for alike in &alike.slots {
        let note = |met: &mut Met| met.slot(place, &alike.meeting);
        match which {
            Walk::All => touched.note(segment.slot_names(alike.slot), note),
            Walk::Open => touched.note(segment.open_names(alike.slot), note),
            Walk::Nothing => break,
        }
    }
    for alike in &alike.runs {
        touched.note(segment.slot_names(alike.slot), |met| met.run(1 << place, &alike.meeting));
    }
}

/// How slots are looked up.
#[derive(Default)]
struct Dictionary {
    recent: Recent,
    seen: Seen,
    /// Where slots stand among the alike.
    ranks: Marks,
}

impl Dictionary {
    fn alike(&mut self, segment: &Segment, asked: &PreparedQuery, place: usize) -> &AllAlike {
        let (identity, slot) = &asked.slots[place];
        let Self { recent, seen, .. } = self;
        // What is alike among persons' names is not all that is alike among all.
        let identity = identity.wrapping_add(u64::from(asked.classes).wrapping_mul(ODD));
        let find = || alike::find(segment, slot, (seen, asked.classes));
        recent.get_or_find(segment.memory(), identity, find)
    }

    /// The places of the slots, as bits, that the most names have and that alone cannot reach the
    /// score with any name but an open one; and what they can add at best.
    fn leave_aside(&mut self, segment: &Segment, asked: &PreparedQuery, score: f64) -> (u32, Met) {
        let mut common = Vec::with_capacity(asked.slots.len());
        for place in 0..asked.slots.len() {
            let alike = self.alike(segment, asked, place);
            if alike.names > FEW_NAMES {
                common.push((alike.names, place, alike.best));
            }
        }
        common.sort_unstable_by_key(|(names, place, _)| (usize::MAX - names, *place));
        let (mut left, mut met) = (0, Met::default());
        for (_, place, best) in common {
            let mut more = met;
            more.slot(place, &best);
            if !asked.need.is_met(&more, Shape::FAVOURABLE, score) {
                (left, met) = (left | 1 << place, more);
            }
        }
        (left, met)
    }

    /// Notes of the touched names whether they have what is alike to the query's slot at that place.
    fn complete(
        &mut self,
        segment: &Segment,
        asked: &PreparedQuery,
        (place, found): (usize, &mut [Found]),
    ) {
        let mut ranks = std::mem::take(&mut self.ranks);
        let alike = self.alike(segment, asked, place);
        ranks.start(segment.slot_count());
        for (rank, alike) in (0..).zip(&alike.slots) {
            ranks.get_or_set(alike.slot, rank);
        }
        for Found { name, met, .. } in found {
            let first = segment.name_slots(*name).filter_map(|slot| ranks.get(slot)).min();
            if let Some(alike) = first.and_then(|rank| alike.slots.get(rank as usize)) {
                met.slot(place, &alike.meeting);
            }
        }
        self.ranks = ranks;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use interdict_model::Entity;

    use super::*;
    use crate::{About, SegmentBuilder, analyse_name};

    const GIVEN: [&str; 8] =
        ["Mohammad", "Mohamed", "Ali", "Ahmed", "Ivan", "Olga", "Kwame", "Jean-Pierre"];
    const FAMILY: [&str; 8] =
        ["Hassan", "Hussein", "al-Rahman", "Petrov", "Petrova", "Mensah", "Ali", "Garcia"];

    fn names() -> Vec<(String, Schema)> {
        let pairs = GIVEN.iter().flat_map(|given| FAMILY.map(|family| (given, family)));
        let mut names = Vec::new();
        for (given, family) in pairs {
            names.push((format!("{given} {family}"), Schema::PERSON));
            names.push((format!("{} {family}", &given[..1]), Schema::PERSON));
            names.push((format!("{given} {family} Trading Company"), Schema::COMPANY));
        }
        names.push(("Mohammad".to_owned(), Schema::PERSON));
        names.push(("MOHAMMADHASSAN".to_owned(), Schema::VESSEL));
        names
    }

    fn listed(names: &[(String, Schema)]) -> Segment {
        let mut builder = SegmentBuilder::new(Cursor::new(Vec::new())).unwrap();
        for (number, (name, schema)) in names.iter().enumerate() {
            let mut entity = Entity::new(format!("x-{number}").parse().unwrap(), schema.clone());
            entity.add("name", name.as_str());
            builder.add(&entity).unwrap();
        }
        let mut about = About::new("my_list".parse().unwrap());
        about.entities = names.len() as u64;
        Segment::from_bytes(builder.finish(&about).unwrap().into_inner()).unwrap()
    }

    #[test]
    fn what_is_left_aside_loses_no_match_and_no_name_of_another_kind_is_found() {
        let names = names();
        let segment = listed(&names);
        let mut scratch = CandidateSearcher::default();
        let mut left = 0;
        for (text, schema) in names.iter().step_by(3) {
            let query = analyse_name(text, schema, None);
            let all = PreparedQuery::new(&query);
            let same_kind = PreparedQuery::new(&query).with_schema(schema);
            left += scratch.dictionary.leave_aside(&segment, &all, 0.7).0.count_ones();
            let found = scratch.candidates(&segment, &all, 0.7).to_vec();
            let found_of_kind = scratch.candidates(&segment, &same_kind, 0.7).to_vec();
            for (number, (_, kind)) in (0..).zip(&names) {
                let matches = interdict_names::score(&query, segment.name(number)) >= 0.7;
                let is_found = found.contains(&number);
                assert!(!matches || is_found, "{text} {}", segment.name_text(number));
                let fits = kind.is_compatible_with(schema);
                let is_found = found_of_kind.contains(&number);
                assert!(!matches || !fits || is_found, "{text} {}", segment.name_text(number));
                assert!(fits || !is_found, "{text} {}", segment.name_text(number));
            }
        }
        assert!(left > 50, "the common parts of so many names: {left}");
    }
}
