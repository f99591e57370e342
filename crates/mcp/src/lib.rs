//! A face for language models: tools of the Model Context Protocol that screen parties, show entities and networks,
//! and look up wallets. They read, and change nothing.
//!
//! [`serve_stdio`] answers a client that started the program; [`serve_http`] answers clients on the same machine over
//! streamable HTTP. Every answer is the document that the command line prints, with its verdict, its lists and its
//! gaps. Nothing is recorded, so that a tool's answer is no evidence of a screening.

#![cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::indexing_slicing))]

mod handler;
mod serve;

mod calls;
mod tools;

mod current_lists;

pub use serve::{McpError, serve_http, serve_stdio};
