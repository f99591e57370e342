//! Proof files: their text, and what they prove.

use interdict_audit::{
    Checkpoint, CheckpointError, EventProof, EventProofError, InclusionProof, NoteError,
    ProofError, SignedCheckpoint,
};
use proptest::prelude::*;

use crate::support::{Log, key};

fn signed(log: &Log) -> SignedCheckpoint {
    Checkpoint::of("log".parse().unwrap(), &log.tree).sign(&key("log")).unwrap()
}

fn file(log: &mut Log, index: u64) -> EventProof {
    let proof = InclusionProof::prove(log.tree.size(), index, &mut log.nodes).unwrap();
    EventProof::new(proof, &signed(log)).unwrap()
}

#[test]
fn the_text_is_that_of_c2sp() {
    let mut log = Log::numbered(3);
    let proof = file(&mut log, 2);
    let path = log.root_at(2).to_base64();
    let note = signed(&log).to_string();
    assert_eq!(proof.to_string(), format!("c2sp.org/tlog-proof@v1\nindex 2\n{path}\n\n{note}"));
    let extra = proof.clone().with_extra(b"extra".to_vec());
    let expected = format!("c2sp.org/tlog-proof@v1\nextra ZXh0cmE=\nindex 2\n{path}\n\n{note}");
    assert_eq!(extra.to_string(), expected);
    assert_eq!(expected.parse(), Ok(extra.clone()));
    assert_eq!((extra.unverified_extra(), extra.index()), (b"extra".as_slice(), 2));
    assert!(proof.unverified_extra().is_empty());
}

#[test]
fn a_log_of_one_event_has_a_proof_without_a_path() {
    let mut log = Log::numbered(1);
    let text = file(&mut log, 0).to_string();
    assert_eq!(text, format!("c2sp.org/tlog-proof@v1\nindex 0\n\n{}", signed(&log)));
    let proof: EventProof = text.parse().unwrap();
    assert!(proof.verify(b"event 0", &[key("log").verifying_key()]).is_ok());
}

#[test]
fn each_event_has_a_proof_that_holds_for_it_alone() {
    let mut log = Log::numbered(9);
    let keys = [key("log").verifying_key()];
    for index in 0..9 {
        let proof: EventProof = file(&mut log, index).to_string().parse().unwrap();
        for other in 0..9 {
            let event = format!("event {other}");
            let verified = proof.verify(event.as_bytes(), &keys);
            if other == index {
                assert_eq!(verified, Ok(signed(&log)));
            } else {
                let source = ProofError::Root { index, size: 9 };
                assert_eq!(verified, Err(EventProofError::Inclusion { source }));
            }
        }
    }
}

#[test]
fn the_number_of_the_event_cannot_be_changed() {
    let mut log = Log::numbered(9);
    let text = file(&mut log, 3).to_string();
    for other in ["0", "2", "8", "9", "18446744073709551615"] {
        let text = text.replace("index 3", &format!("index {other}"));
        let proof: EventProof = text.parse().unwrap();
        let verified = proof.verify(b"event 3", &[key("log").verifying_key()]);
        assert!(matches!(verified, Err(EventProofError::Inclusion { .. })));
    }
}

#[test]
fn a_checkpoint_of_an_unknown_log_proves_nothing() {
    let proof = file(&mut Log::numbered(4), 1);
    let source = CheckpointError::Note { source: NoteError::NoKnownKey };
    let refused = Err(EventProofError::Checkpoint { source });
    assert_eq!(proof.verify(b"event 1", &[key("other").verifying_key()]), refused);
}

#[test]
fn a_proof_goes_with_a_checkpoint_of_its_size_only() {
    let mut log = Log::numbered(4);
    let proof = InclusionProof::prove(3, 1, &mut log.nodes).unwrap();
    let refused = Err(EventProofError::OtherTree { proved: 3, signed: 4 });
    assert_eq!(EventProof::new(proof, &signed(&log)), refused);
}

#[test]
fn files_of_another_form_are_refused() {
    let good = file(&mut Log::numbered(3), 0).to_string();
    let refusal = |text: &str| text.parse::<EventProof>().unwrap_err();
    let replaced = |from: &str, to: &str| refusal(&good.replacen(from, to, 1));
    assert_eq!(refusal(""), EventProofError::Form);
    assert_eq!(refusal("c2sp.org/tlog-proof@v1\n\nlog\n"), EventProofError::Form);
    assert_eq!(refusal("c2sp.org/tlog-proof@v1\nextra AAAA\n\nlog\n"), EventProofError::Form);
    assert_eq!(replaced("@v1", "@v2"), EventProofError::Header);
    assert_eq!(replaced("c2sp", " c2sp"), EventProofError::Header);
    for line in ["index 00", "index", "index ", "Index 0", "index  0", "index -1", "index 0 "] {
        let expected = EventProofError::Index { line: line.to_owned() };
        assert_eq!(replaced("index 0", line), expected);
    }
    for text in ["", "A", "AA==AA==", "AB=="] {
        let expected = EventProofError::Extra { text: text.to_owned() };
        assert_eq!(replaced("index", &format!("extra {text}\nindex")), expected);
    }
    let twice = replaced("index", "extra AAAA\nextra AAAA\nindex");
    assert_eq!(twice, EventProofError::Index { line: "extra AAAA".to_owned() });
    assert!(matches!(replaced("index 0\n", "index 0\nAAAA\n"), EventProofError::Hash { .. }));
    assert!(matches!(replaced("=\n", "=\r\n"), EventProofError::Hash { .. }));
    assert!(matches!(replaced("— log", "- log"), EventProofError::Note { .. }));
}

#[test]
fn a_path_has_at_most_64_hashes() {
    let good = file(&mut Log::numbered(1), 0).to_string();
    let line = format!("{}=\n", "A".repeat(43));
    let with = |count| good.replacen("index 0\n", &format!("index 0\n{}", line.repeat(count)), 1);
    assert!(with(64).parse::<EventProof>().is_ok());
    let refused = Err(EventProofError::Path { found: 65, limit: 64 });
    assert_eq!(with(65).parse::<EventProof>(), refused);
}

#[test]
fn a_file_has_at_most_two_mebibytes() {
    let good = file(&mut Log::numbered(1), 0).to_string();
    let limit = EventProof::LARGEST;
    assert_eq!(limit, 2_097_152);
    let found = good.len() + "extra \n".len() + 2_097_152;
    let text = good.replacen("index", &format!("extra {}\nindex", "A".repeat(limit)), 1);
    assert_eq!(text.parse::<EventProof>(), Err(EventProofError::TooLong { found, limit }));
    let room = (limit - good.len() - "extra \n".len()) / 4 * 4;
    let text = good.replacen("index", &format!("extra {}\nindex", "A".repeat(room)), 1);
    assert!(text.parse::<EventProof>().is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_text_is_read_or_refused(
        head in "(c2sp.org/tlog-proof@v1\n)?(extra [A-Z=]{0,8}\n)?(index [0-9]{0,3}\n)?([A-Za-z0-9+/]{42}A=\n){0,3}\n?",
        note in "(\\PC{0,9}\n){0,3}\n?(— a AAECAwQ=\n){0,2}",
    ) {
        let text = format!("{head}{note}");
        if let Ok(proof) = text.parse::<EventProof>() {
            prop_assert_eq!(proof.to_string(), text);
        }
    }
}

#[test]
fn a_changed_byte_of_a_file_is_noticed() {
    let good = file(&mut Log::numbered(5), 2).to_string();
    let keys = [key("log").verifying_key()];
    for (place, change) in (0..good.len()).zip([1, 2, 0x20, 0x80, 3].into_iter().cycle()) {
        let mut bytes = good.clone().into_bytes();
        bytes[place] ^= change;
        let read = String::from_utf8(bytes).ok().and_then(|text| text.parse::<EventProof>().ok());
        let accepted = read.is_some_and(|proof| proof.verify(b"event 2", &keys).is_ok());
        assert!(!accepted, "byte {place}");
    }
}
