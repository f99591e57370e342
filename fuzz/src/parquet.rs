//! Panics of the parquet crate, which are no find.

use std::panic::{PanicHookInfo, set_hook, take_hook};

/// Lets panics inside the parquet crate unwind. Some damaged files reach an assertion of it; the readers
/// under test turn that into an error, and the fuzzer's hook would end the process before they can.
pub fn allow_panics() {
    let end = take_hook();
    set_hook(Box::new(move |panic| {
        if !is_of_parquet(panic) {
            end(panic);
        }
    }));
}

fn is_of_parquet(panic: &PanicHookInfo<'_>) -> bool {
    panic.location().is_some_and(|place| place.file().contains("/parquet-"))
}
