#![no_main]

use interdict_fuzz::webhooks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| webhooks::address(bytes));
