#![no_main]

use interdict_fuzz::batch;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| batch::parquet(bytes));
