#![no_main]

use interdict_fuzz::configuration;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| configuration::toml(bytes));
