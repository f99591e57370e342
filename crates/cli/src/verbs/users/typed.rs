//! Passwords from a terminal or from stdin. They are never arguments, because arguments appear in the list of
//! processes.

use std::io::{IsTerminal, Read, stdin};

use anyhow::Context;
use console::Term;

/// Largest number of bytes read from stdin.
const LONGEST: u64 = 4_096;

/// Asks for a new password twice. If stdin is not a terminal, its first line is read once.
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
