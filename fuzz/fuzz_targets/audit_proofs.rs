#![no_main]

use interdict_fuzz::audit;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    audit::damaged_proof(bytes);
    audit::damaged_growth(bytes);
});
