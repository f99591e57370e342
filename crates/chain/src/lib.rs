//! Transfers to ledgers to traces and exposure.
