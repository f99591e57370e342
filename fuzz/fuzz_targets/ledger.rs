#![no_main]

use interdict_fuzz::ledger;

libfuzzer_sys::fuzz_target!(|damage: interdict_fuzz::damage::Damage| ledger::ledger(&damage));
