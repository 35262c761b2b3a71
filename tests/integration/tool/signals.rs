//! A run that is interrupted must meet the interrupt as it would under a shell, whatever the tests
//! themselves inherited.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Once};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// `nohup`, a shell's background job and `trap ''` have signals ignored, and that is inherited by every
/// program down to the one a test wants to interrupt, which then never ends. A signal that is watched is
/// set back to its default in a new program, so watching the ignored ones here mends it.
pub(super) fn let_children_have_the_defaults() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let unread = Arc::new(AtomicBool::new(true));
            // What these tests themselves do with a signal stays as it was.
            let watched = match is_ignored(signal) {
                Some(false) => continue,
                Some(true) => signal_hook::flag::register(signal, unread),
                None => signal_hook::flag::register_conditional_default(signal, unread),
            };
            watched.unwrap();
        }
    });
}

/// `None` where the system does not tell.
fn is_ignored(signal: i32) -> Option<bool> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    let mask = u64::from_str_radix(mask.trim(), 16).ok()?;
    Some(mask & (1 << (signal - 1)) != 0)
}
