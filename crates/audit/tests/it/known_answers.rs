//! Published vectors: the tree of Certificate Transparency's reference implementation, and the example key and
//! note of Go's signed notes.

use interdict_audit::{
    Checkpoint, ConsistencyProof, Hash, InclusionProof, NodeId, SignedNote, SigningKey,
    VerifyingKey, empty_root, leaf_hash,
};

use crate::support::Log;

const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// The hashes of all complete subtrees, level by level.
const NODES: [&[&str]; 4] = [
    &[
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
        "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
    ],
    &[
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    ],
    &[
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    &["5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
];

fn hash(text: &str) -> Hash {
    text.parse().unwrap()
}

fn reference_log(size: usize) -> Log {
    let events: [&[u8]; 8] = [
        &[],
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        b"\x60abcdefghijklmno",
    ];
    Log::of(events[..size].iter().map(|event| event.to_vec()).collect())
}

#[test]
fn roots_are_those_of_certificate_transparency() {
    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!(reference_log(size).tree.root(), hash(root), "{size}");
    }
    assert_eq!(empty_root(), hash(ROOTS[0]));
    assert_eq!(leaf_hash(b""), hash(ROOTS[1]));
}

#[test]
fn subtrees_are_reported_under_their_level_and_number() {
    let mut nodes = reference_log(8).nodes;
    for (level, hashes) in (0..).zip(NODES) {
        for (index, expected) in (0..).zip(hashes) {
            assert_eq!(nodes.remove(&NodeId { level, index }), Some(hash(expected)));
        }
    }
    assert!(nodes.is_empty());
}

#[test]
fn inclusion_paths_are_those_of_certificate_transparency() {
    let expected = [
        (0, 1, vec![]),
        (0, 8, vec![NODES[0][1], NODES[1][1], NODES[2][1]]),
        (5, 8, vec![NODES[0][4], NODES[1][3], NODES[2][0]]),
        (2, 3, vec![NODES[1][0]]),
        (1, 5, vec![NODES[0][0], NODES[1][1], NODES[0][4]]),
    ];
    for (index, size, path) in expected {
        let mut log = reference_log(8);
        let proof = InclusionProof::prove(size, index, &mut log.nodes).unwrap();
        assert_eq!(proof.path, path.into_iter().map(hash).collect::<Vec<_>>(), "{index} of {size}");
        let root = hash(ROOTS[usize::try_from(size).unwrap()]);
        assert_eq!(proof.verify(&log.leaf(index), &root), Ok(()));
    }
}

#[test]
fn consistency_paths_are_those_of_certificate_transparency() {
    let expected = [
        (1, 1, vec![]),
        (1, 8, vec![NODES[0][1], NODES[1][1], NODES[2][1]]),
        (6, 8, vec![NODES[1][2], NODES[1][3], NODES[2][0]]),
        (2, 5, vec![NODES[1][1], NODES[0][4]]),
    ];
    for (old, new, path) in expected {
        let mut log = reference_log(8);
        let proof = ConsistencyProof::prove(old, new, &mut log.nodes).unwrap();
        assert_eq!(proof.path, path.into_iter().map(hash).collect::<Vec<_>>(), "{old} to {new}");
        let root = |size: u64| hash(ROOTS[usize::try_from(size).unwrap()]);
        assert_eq!(proof.verify(&root(old), &root(new)), Ok(()));
    }
}

const SECRET: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SECOND_PUBLIC: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n\n\
                    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg\
                    KvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const SECOND_SIGNATURE: &str = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+v\
                                AF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

#[test]
fn keys_and_notes_are_those_of_go() {
    let secret: SigningKey = SECRET.parse().unwrap();
    assert_eq!(secret.expose_secret().as_str(), SECRET);
    assert_eq!(secret.verifying_key().to_string(), PUBLIC);
    assert_eq!(secret.verifying_key().key_id().to_string(), "c74f20a3");
    assert_eq!(SignedNote::sign(TEXT, &secret).unwrap().to_string(), NOTE);
}

#[test]
fn a_note_of_two_signers_opens_with_either_key() {
    let note: SignedNote = format!("{NOTE}{SECOND_SIGNATURE}").parse().unwrap();
    let keys: [VerifyingKey; 2] = [PUBLIC.parse().unwrap(), SECOND_PUBLIC.parse().unwrap()];
    for known in [&keys[..1], &keys[1..], &keys] {
        let opened = note.verify(known).unwrap();
        assert_eq!(opened.text(), TEXT);
        assert_eq!(opened.signers(), known.iter().collect::<Vec<_>>());
    }
}

#[test]
fn the_example_checkpoint_of_c2sp_is_read_and_written_the_same() {
    let text =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let signature = "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URY\
                     N7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
    let note: SignedNote = format!("{text}\n{signature}").parse().unwrap();
    assert_eq!(note.to_string(), format!("{text}\n{signature}"));
    let checkpoint: Checkpoint = note.unverified_text().parse().unwrap();
    assert_eq!((checkpoint.size(), checkpoint.to_string().as_str()), (20_852_163, text));
}
