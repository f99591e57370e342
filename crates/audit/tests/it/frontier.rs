//! The compact range against a tree that is hashed by the definition.

use interdict_audit::{Frontier, FrontierError, Hash, MissingNode, NodeId, ProveError, leaf_hash};

use crate::support::Log;

#[test]
fn the_root_is_that_of_the_definition_at_every_size() {
    let log = Log::numbered(130);
    let mut tree = Frontier::empty();
    for (size, event) in (0..).zip(&log.events) {
        assert_eq!((tree.size(), tree.root()), (size, log.root_at(size)));
        tree.append(leaf_hash(event), |_, _| ());
    }
    assert_eq!((tree.size(), tree.root()), (130, log.root_at(130)));
}

#[test]
fn each_subtree_is_reported_once_with_the_leaf_that_completes_it() {
    let mut tree = Frontier::empty();
    for size in 1..=64_u64 {
        let mut completed = Vec::new();
        tree.append(Hash::from_bytes([1; 32]), |id, _| completed.push(id));
        let levels = 0..=u8::try_from(size.trailing_zeros()).unwrap();
        let expected = levels.map(|level| NodeId { level, index: (size >> level) - 1 });
        assert_eq!(completed, expected.collect::<Vec<_>>(), "{size}");
    }
}

#[test]
fn a_frontier_is_restored_from_bytes_and_from_nodes() {
    let mut log = Log::numbered(70);
    let mut tree = Frontier::empty();
    for (size, event) in (0..).zip(&log.events) {
        let bytes = tree.to_bytes();
        assert_eq!(bytes.len() % Hash::LEN, 0);
        assert_eq!(Frontier::from_bytes(size, &bytes), Ok(tree.clone()));
        assert_eq!(Frontier::from_nodes(size, &mut log.nodes), Ok(tree.clone()));
        tree.append(leaf_hash(event), |_, _| ());
    }
}

#[test]
fn bytes_that_do_not_fit_the_size_are_refused() {
    for (size, hashes) in [(0_u64, 0_usize), (1, 1), (2, 1), (3, 2), (4, 1), (255, 8), (1 << 62, 1)]
    {
        let length = hashes * 32;
        assert!(Frontier::from_bytes(size, &vec![0; length]).is_ok(), "{size}");
        for found in
            [length + 1, length + 31, length + 32, length.wrapping_sub(1), length.wrapping_sub(32)]
        {
            if found < 1000 {
                let refused = Err(FrontierError::Length { size, found });
                assert_eq!(Frontier::from_bytes(size, &vec![0; found]), refused);
            }
        }
    }
}

#[test]
fn sizes_that_no_log_reaches_are_refused() {
    let largest = Frontier::LARGEST_SIZE;
    assert_eq!(largest, 9_223_372_036_854_775_807);
    let mut tree = Frontier::from_bytes(largest, &[0; 63 * 32]).unwrap();
    assert_eq!(
        Frontier::from_bytes(largest + 1, &[0; 32]),
        Err(FrontierError::TooLarge { size: largest + 1 })
    );
    tree.append(Hash::from_bytes([0; 32]), |_, _| ());
    assert_eq!((tree.size(), tree.to_bytes().len()), (largest + 1, 32));
}

#[test]
fn a_missing_node_is_named() {
    let mut log = Log::numbered(5);
    let id = NodeId { level: 2, index: 0 };
    log.nodes.remove(&id);
    let refused = ProveError::Node { id, source: MissingNode { id } };
    assert_eq!(Frontier::from_nodes(5, &mut log.nodes), Err(refused.clone()));
    assert_eq!(refused.to_string(), "the hash of node 0 of level 2 could not be read");
    assert_eq!(MissingNode { id }.to_string(), "no hash for node 0 of level 2");
}
