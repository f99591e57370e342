#![no_main]

use interdict_fuzz::{chain, parquet};

libfuzzer_sys::fuzz_target!(init: parquet::allow_panics(), |bytes: &[u8]| chain::parquet(bytes));
