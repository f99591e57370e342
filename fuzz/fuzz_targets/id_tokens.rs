#![no_main]

use interdict_fuzz::id_tokens;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| id_tokens::token(bytes));
