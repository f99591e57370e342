#![no_main]

use interdict_fuzz::node;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| node::answers(bytes));
