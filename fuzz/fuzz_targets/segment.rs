#![no_main]

use interdict_fuzz::segment;

libfuzzer_sys::fuzz_target!(|damage: interdict_fuzz::damage::Damage| segment::segment(&damage));
