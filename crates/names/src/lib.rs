//! Names in, alignments out: analysis and comparison of names across scripts.
