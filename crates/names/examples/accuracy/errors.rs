//! The remaining errors of every section, by category, in one file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Collects errors and drops them, prints them, or writes them to a file at the end.
pub struct Errors {
    wanted: bool,
    file: Option<PathBuf>,
    by_category: RefCell<BTreeMap<String, Vec<String>>>,
}

impl Errors {
    /// `--errors` prints them at the end, `--errors=FILE` writes them to a file.
    pub fn from_arguments(arguments: &[String]) -> Errors {
        let asked = arguments.iter().find_map(|argument| argument.strip_prefix("--errors"));
        let file = asked.and_then(|rest| rest.strip_prefix('=')).map(PathBuf::from);
        Errors { wanted: asked.is_some(), file, by_category: RefCell::default() }
    }

    /// Records an error. The closure runs only if errors are wanted.
    pub fn add(&self, category: &str, text: impl FnOnce() -> String) {
        if self.wanted {
            let mut held = self.by_category.borrow_mut();
            held.entry(category.to_string()).or_default().push(text());
        }
    }

    /// Writes the recorded errors: a table of the categories, then each with its errors.
    pub fn finish(&self) -> std::io::Result<()> {
        if !self.wanted {
            return Ok(());
        }
        let held = self.by_category.borrow();
        let mut text = String::from("remaining errors by category\n");
        for (category, errors) in held.iter() {
            let _ = writeln!(text, "{:>6}  {category}", errors.len());
        }
        for (category, errors) in held.iter() {
            let _ = writeln!(text, "\n== {category} ({})", errors.len());
            errors.iter().for_each(|error| text.push_str(error));
        }
        match &self.file {
            Some(file) => self.write(file, &text),
            None => {
                print!("{text}");
                Ok(())
            }
        }
    }

    fn write(&self, file: &Path, text: &str) -> std::io::Result<()> {
        std::fs::write(file, text)?;
        println!("remaining errors written to {}", file.display());
        Ok(())
    }
}
