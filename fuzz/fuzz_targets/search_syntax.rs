#![no_main]

use interdict_fuzz::search;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| search::query(bytes));
