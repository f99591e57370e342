#![no_main]

use interdict_fuzz::values;

libfuzzer_sys::fuzz_target!(|text: &str| values::identifiers(text));
