//! Bars for long imports and syncs, on terminals only.

use indicatif::{ProgressBar, ProgressStyle};
use interdict_engine::tracing::LinksProgress;
#[cfg(feature = "rpc")]
use interdict_engine::tracing::SyncProgress;
use interdict_engine::tracing::{ImportProgress, ImportWatcher};

use crate::output::is_interactive;

fn bar(size: u64) -> ProgressBar {
    if !is_interactive() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {percent}%  {msg}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(size).with_style(style)
}

fn rate(bar: &ProgressBar, done: u64) -> u64 {
    (done as f64 / bar.elapsed().as_secs_f64().max(0.001)) as u64
}

/// How much of the files is read, and how fast.
pub(super) struct ImportBar(ProgressBar);

impl ImportBar {
    pub(super) fn new() -> Self {
        Self(bar(0))
    }

    pub(super) fn watcher(&self) -> ImportWatcher {
        let bar = self.0.clone();
        Box::new(move |progress: ImportProgress| {
            bar.set_length(progress.bytes);
            bar.set_position(progress.bytes_read);
            bar.set_message(match progress.writing {
                true => format!("{} rows, writing ledgers", progress.rows),
                false if progress.rows == 0 => {
                    format!("{} MiB/s", rate(&bar, progress.bytes_read) >> 20)
                }
                false => format!("{} rows, {}/s", progress.rows, rate(&bar, progress.rows)),
            });
        })
    }

    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// How many transfers are matched.
pub(super) struct LinksBar(ProgressBar);

impl LinksBar {
    pub(super) fn new() -> Self {
        Self(bar(0))
    }

    pub(super) fn show(&self, progress: &LinksProgress) {
        self.0.set_length(progress.of);
        self.0.set_position(progress.transfers);
        self.0.set_message(format!("links of {}, {}", progress.asset, progress.method.name()));
        self.0.tick();
    }

    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// How many blocks are fetched, and how fast.
#[cfg(feature = "rpc")]
pub(super) struct SyncBar(ProgressBar);

#[cfg(feature = "rpc")]
impl SyncBar {
    pub(super) fn new() -> Self {
        Self(bar(0))
    }

    pub(super) fn show(&self, progress: SyncProgress) {
        let (blocks, all) = (u64::from(progress.blocks), progress.to_block - progress.from_block);
        self.0.set_length(u64::from(all) + 1);
        self.0.set_position(blocks);
        let block = progress.from_block + progress.blocks - 1;
        self.0.set_message(format!("block {block}, {}/s", rate(&self.0, blocks)));
    }

    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}
