//! Stable codes of problems in lists, the same for every reader. Each is described with an example
//! in `docs/reference/list-problems.md`.

/// The record has no usable id, or nothing that could be its name: it is left out.
pub(crate) const RECORD_UNUSABLE: &str = "LST101";
/// The id of a record came before: the later record is left out.
pub(crate) const ID_REPEATED: &str = "LST102";
/// The line or record is not what the format asks for: it is left out.
pub(crate) const RECORD_MALFORMED: &str = "LST103";
/// A date that cannot be read: kept as a note.
pub(crate) const DATE_UNREADABLE: &str = "LST110";
/// A text where a country should be, which names none that is known: kept as a note.
pub(crate) const COUNTRY_UNKNOWN: &str = "LST111";
/// A code or word outside the format's own vocabulary: kept as a note.
pub(crate) const VALUE_UNKNOWN: &str = "LST112";
/// A wallet address that fails its checksum or has no known form: kept as a note, never as a wallet.
pub(crate) const WALLET_INVALID: &str = "LST113";
/// An element, column or property that the reader does not know: its text is kept as a note.
pub(crate) const FIELD_UNKNOWN: &str = "LST120";
/// Bytes that are no text in the file's encoding: read as U+FFFD.
pub(crate) const BYTES_INVALID: &str = "LST130";
/// A reference to an entity that XML does not define: kept as it is written, never expanded.
pub(crate) const ENTITY_UNDEFINED: &str = "LST131";
/// Text between records, where none belongs: left out.
pub(crate) const TEXT_STRAY: &str = "LST132";
/// Remarks that the list cut and of which no overflow was given: what was cut is missing.
pub(crate) const REMARKS_CUT: &str = "LST201";
/// A clause of the remarks that begins with no known words: kept as a note.
pub(crate) const CLAUSE_UNKNOWN: &str = "LST202";
/// A row of a file of a set that belongs to no record of the main file: left out.
pub(crate) const ROW_ORPHANED: &str = "LST203";
/// A published wallet address that fails its checksum or has no known form: kept as printed.
pub(crate) const WALLET_DOUBTFUL: &str = "LST204";
/// A party that is named as related and cannot be told: no relation is made, the text stays a note.
pub(crate) const RELATION_UNRESOLVED: &str = "LST205";
/// More values than one record may have: the rest is left out.
pub(crate) const VALUES_TOO_MANY: &str = "LST206";
/// Lines that are not UTF-8 and were read as Windows-1252.
pub(crate) const ENCODING_ASSUMED: &str = "LST207";
/// The list announces another number of records than it has.
pub(crate) const COUNT_DIFFERS: &str = "LST208";
