#![no_main]

use interdict_fuzz::{batch, parquet};

libfuzzer_sys::fuzz_target!(init: parquet::allow_panics(), |bytes: &[u8]| batch::parquet(bytes));
