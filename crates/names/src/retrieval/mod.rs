//! What a candidate index needs to know of a name.
//!
//! A name is found through its *slots*: the parts that can carry a match. An index keeps a dictionary
//! of distinct slots; a query's slot finds those it is alike to through shared keys ([`slot_keys`],
//! then [`Probe::likeness`]), and names are candidates when what is met of their slots can add up to
//! the score that is asked for ([`Need::is_met`]). Neighbouring parts that the other side writes as one
//! word are slots, too ([`runs`]). What is compared as a whole (syllables, acronyms) has keys of its
//! own ([`whole_keys`]).

mod bound;
mod keys;
mod need;
mod probe;
mod slot;
mod whole;

pub use keys::{Asker, joined_keys, run_keys, slot_keys};
pub use need::{Meeting, Met, Need, Shape, shape};
pub use probe::Probe;
pub use slot::{Slot, runs, slots};
pub use whole::whole_keys;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Name, NameKind, score};

    const SCORE: f64 = 0.7;

    fn shares(ask: impl FnOnce(&mut Vec<u64>), file: impl FnOnce(&mut Vec<u64>)) -> bool {
        let (mut asked, mut filed) = (Vec::new(), Vec::new());
        ask(&mut asked);
        file(&mut filed);
        asked.iter().any(|key| filed.contains(key))
    }

    /// What an index of one name finds.
    fn finds(query: &Name, listed: &Name) -> bool {
        let mut met = Met::default();
        if shares(
            |keys| whole_keys(query, Asker::Query, keys),
            |keys| whole_keys(listed, Asker::Index, keys),
        ) {
            met.whole();
        }
        for (place, asked) in slots(query).enumerate() {
            let mut alike: Vec<(Slot, u16)> = slots(listed)
                .filter(|slot| {
                    shares(
                        |keys| slot_keys(&asked, Asker::Query, keys),
                        |keys| slot_keys(slot, Asker::Index, keys),
                    )
                })
                .map(|slot| (slot, asked.likeness(&slot)))
                .filter(|(_, likeness)| *likeness > 0)
                .collect();
            alike.sort_by_key(|(_, likeness)| u16::MAX - likeness);
            for (slot, likeness) in alike {
                met.slot(place, &Meeting::of(&asked, &slot, likeness));
            }
            for (run, _) in runs(listed) {
                let likeness = asked.joined_likeness(&run);
                let meets = shares(
                    |keys| joined_keys(&asked, keys),
                    |keys| run_keys(&run, Asker::Index, keys),
                );
                if meets && likeness > 0 {
                    met.run(1 << place, &Meeting::of(&asked, &run, likeness));
                }
            }
        }
        for (run, places) in runs(query) {
            for slot in slots(listed) {
                let likeness = run.joined_likeness(&slot);
                let meets = shares(
                    |keys| run_keys(&run, Asker::Query, keys),
                    |keys| slot_keys(&slot, Asker::Index, keys),
                );
                if meets && likeness > 0 {
                    met.run(places, &Meeting::of(&run, &slot, likeness));
                }
            }
        }
        Need::of(query).is_met(&met, shape(listed), SCORE)
    }

    fn check(query: (&str, NameKind), listed: (&str, NameKind)) {
        let [query, listed] = [query, listed].map(|(text, kind)| Name::parse(text, kind));
        let score = score(&query, &listed);
        assert!(score >= SCORE, "{query:?} and {listed:?} are alike by {score} only");
        assert!(finds(&query, &listed), "{:?} does not find {:?}", query.text(), listed.text());
    }

    const PERSON: NameKind = NameKind::Person;
    const COMPANY: NameKind = NameKind::Organization;

    #[test]
    fn words_that_are_written_together_are_found_however_their_consonants_are_read() {
        check(("Toulai, Mohammadhassan", PERSON), ("Mochammad Achwan", PERSON));
        check(("Dive Techno Services", COMPANY), ("DAIVTEKHNOSERVIS", COMPANY));
        check(("Il Ho Jon", PERSON), ("Gudzon Shipping Co", COMPANY));
    }

    #[test]
    fn words_of_one_consonant_are_found_written_together() {
        check(("Chae Yong-ae", PERSON), ("Yona Holding", COMPANY));
        check(("Kaya Limited", COMPANY), ("Ku Ja Hyong", PERSON));
    }

    #[test]
    fn long_words_that_are_written_together_are_found_with_a_slip() {
        check(("Trade Capital Bank", COMPANY), ("PJSC TRANSKAPITALBANK", COMPANY));
        check(("VTB Faktoring", COMPANY), ("PSB Avtofaktoring", COMPANY));
    }

    #[test]
    fn a_number_belongs_to_the_word_before_it_when_a_person_is_held_against_a_vessel() {
        check(("María 20", PERSON), ("MARA", NameKind::Object));
    }

    #[test]
    fn what_looks_like_a_legal_form_is_found_as_the_name_it_is_on_the_other_side() {
        check(("Al-Qadhafi, Saif Al-Arab", COMPANY), ("Saif al-Islam Qadhafi", PERSON));
        check(("Azad Traders", COMPANY), ("SAD Import Export Company", COMPANY));
        check(("Saif al-Islam Qadhafi", PERSON), ("Al-Qadhafi, Saif Al-Arab", COMPANY));
    }

    #[test]
    fn a_name_of_legal_forms_only_is_found() {
        check(("JAMIYAT", COMPANY), ("Jamiyat", COMPANY));
        check(("SC-YUG", PERSON), ("SC-YUG", COMPANY));
        check(("AO ODK-Klimov", PERSON), ("AO ODK", COMPANY));
    }

    #[test]
    fn known_words_that_sound_alike_meet_whatever_they_mean() {
        check(("Osorio Maderas", COMPANY), ("Al Jamiah al Asaria Madrassa", COMPANY));
        check(("Va Bo Kampani EOOD", COMPANY), ("Va Bo Company EOOD", COMPANY));
    }

    #[test]
    fn a_person_is_found_under_one_word_that_begins_with_the_last_part() {
        check(("Habu, Muhammad", PERSON), ("Abu Muhammad", PERSON));
        check(("John Kilgore", PERSON), ("KILGOREJohn", PERSON));
    }

    #[test]
    fn two_slips_in_a_long_word_are_found() {
        check(("Kradumphon, Sombun", PERSON), ("Somboon Kradumporn", PERSON));
        check(("Vneshekonombank", COMPANY), ("Belvneshekonombank OJSC", COMPANY));
    }

    #[test]
    fn a_word_is_found_as_several_that_lost_a_letter_where_they_meet() {
        check(("Nkoumtamadji, Martin", PERSON), ("Martin Koumta Madji", PERSON));
        check(("Zeinulabideen Husein", PERSON), ("Zain Al-Abidin Husain", PERSON));
    }

    #[test]
    fn an_initial_may_stand_for_a_word_of_a_company() {
        check(("Mina Hosseini", COMPANY), ("M. Ali Hosseni", PERSON));
        check(("M. Ali Hosseni", PERSON), ("Mina Hosseini", COMPANY));
    }

    #[test]
    fn an_initial_stands_for_no_part_of_the_name_it_is_in() {
        let [query, listed] = ["J. Kilgore Ostrander Whitcombe Lavington", "Kilgore"]
            .map(|text| Name::parse(text, PERSON));
        assert!(!finds(&query, &listed));
    }

    #[test]
    fn first_letters_pass_over_numbers_and_legal_forms() {
        check(("Branch 248 Military Intelligence", COMPANY), ("BMI", COMPANY));
        check(("PCCI", COMPANY), ("Petrochemical Commercial Company International Ltd", COMPANY));
    }
}
