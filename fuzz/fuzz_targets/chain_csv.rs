#![no_main]

use interdict_fuzz::chain;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| chain::csv(bytes));
