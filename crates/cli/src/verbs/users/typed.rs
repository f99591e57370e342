//! Passwords that are typed, or written into stdin by a program. Never an argument: arguments are in the list of processes.

use std::io::{IsTerminal, Read, stdin};

use anyhow::Context;
use console::Term;

/// The longest that is read of stdin, in bytes.
const LONGEST: u64 = 4_096;

/// Asks for a new password, twice. What stands in stdin is read once, up to the end of its line.
pub(super) fn new_password(name: &str) -> anyhow::Result<String> {
    if !stdin().is_terminal() {
        let mut text = String::new();
        stdin().take(LONGEST).read_to_string(&mut text).context("cannot read the password")?;
        let line = text.lines().next().unwrap_or_default().to_owned();
        anyhow::ensure!(!line.is_empty(), "there is no password on stdin");
        return Ok(line);
    }
    let ask = |prompt: String| -> anyhow::Result<String> {
        let terminal = Term::stderr();
        terminal.write_str(&prompt)?;
        Ok(terminal.read_secure_line()?)
    };
    let password = ask(format!("password of {name}: "))?;
    let again = ask("once more: ".to_owned())?;
    anyhow::ensure!(password == again, "the two differ");
    Ok(password)
}
