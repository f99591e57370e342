#![no_main]

use interdict_fuzz::audit;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| audit::texts(bytes));
