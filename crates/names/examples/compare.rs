//! Explains the comparison of two names: `cargo run -p interdict-names --example compare -- person
//! "A" "B"`.

#![allow(clippy::print_stdout, reason = "an example talks")]

use interdict_names::{Name, NameKind, compare};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kind, left, right] = arguments.as_slice() else {
        println!("usage: compare person|organization|either|object NAME NAME");
        return;
    };
    let kind = match kind.as_str() {
        "organization" => NameKind::Organization,
        "either" => NameKind::Either,
        "object" => NameKind::Object,
        _ => NameKind::Person,
    };
    print!("{}", compare(&Name::parse(left, kind), &Name::parse(right, kind)).render_text());
}
