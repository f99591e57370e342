#![no_main]

use interdict_fuzz::requests;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| requests::body(bytes));
