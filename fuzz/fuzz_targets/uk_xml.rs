#![no_main]

use interdict_fuzz::lists;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lists::uk_xml(bytes));
