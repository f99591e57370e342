//! Labels: the parties behind addresses, from label packs and from the wallets of sanctions lists.

mod category;
mod csv_pack;
mod set;
mod tagpack;

pub use category::Category;
pub use csv_pack::read_label_csv;
pub use set::{Label, LabelError, LabelSet, ListVersion};
pub use tagpack::read_tagpack;
