#![no_main]

use interdict_fuzz::names;

libfuzzer_sys::fuzz_target!(|pair: interdict_fuzz::names::Pair| names::compare_pair(&pair));
