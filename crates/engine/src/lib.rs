//! One function per use case: what every face calls.
