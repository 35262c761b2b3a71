//! Counts what a run has done so far, for whoever wants to show it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The counters of a run; a clone counts the same run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    files: AtomicUsize,
    read: AtomicUsize,
    judged: AtomicUsize,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MeterReading {
    /// Files to read; 0 while they are being looked for.
    pub files: usize,
    /// Files read.
    pub read: usize,
    /// Files judged.
    pub judged: usize,
}

impl Meter {
    /// So many files are to be read.
    pub(crate) fn expect(&self, files: usize) {
        self.0.files.store(files, Ordering::Relaxed);
    }

    /// One file more was read.
    pub(crate) fn count_read(&self) {
        self.0.read.fetch_add(1, Ordering::Relaxed);
    }

    /// One file more was judged.
    pub(crate) fn count_judged(&self) {
        self.0.judged.fetch_add(1, Ordering::Relaxed);
    }

    /// How far the run is.
    pub(crate) fn reading(&self) -> MeterReading {
        let read = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        MeterReading { files: read(&self.0.files), read: read(&self.0.read), judged: read(&self.0.judged) }
    }
}

/// Two runs with the same options are the same, wherever they are.
impl PartialEq for Meter {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
