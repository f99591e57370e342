#![no_main]

use interdict_fuzz::names;

libfuzzer_sys::fuzz_target!(|text: &str| names::normalise(text));
