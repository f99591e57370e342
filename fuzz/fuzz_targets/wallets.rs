#![no_main]

use interdict_fuzz::values;

libfuzzer_sys::fuzz_target!(|change: interdict_fuzz::values::WalletChange| values::wallets(
    &change
));
