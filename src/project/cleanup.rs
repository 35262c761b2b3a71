//! What has to be put in order when the user interrupts a run: temporary files, a progress line.
//!
//! Nothing is watched until the first [`guard`]: a run that leaves nothing behind can be ended by the
//! system as it stands, and pays nothing.

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

/// While it lives, an interrupt (SIGINT, SIGTERM, SIGHUP) has its path removed, or its action run,
/// before the process ends. Dropping it forgets the path and removes nothing: that is its owner's.
#[derive(Debug)]
#[must_use = "the guard has to live as long as the path does"]
pub(crate) struct Guard(u64);

/// Has a temporary file, or a directory with all in it, removed on an interrupt.
pub(crate) fn guard(path: impl Into<PathBuf>) -> Guard {
    register(Duty::Remove(path.into()))
}

/// Has an action run on an interrupt, on a thread of its own.
pub(crate) fn guard_with(action: impl FnOnce() + Send + 'static) -> Guard {
    register(Duty::Run(Box::new(action)))
}

/// Starts something that has to be ended on an interrupt, by the action that `end` makes for it. No
/// interrupt comes between the start and the guard. `None` once the run is ending: nothing new is started.
pub(crate) fn start<T, E, A: FnOnce() + Send + 'static>(
    start: impl FnOnce() -> Result<T, E>,
    end: impl FnOnce(&T) -> A,
) -> Option<Result<(T, Guard), E>> {
    watch_once();
    let mut duties = duties();
    if duties.is_ending {
        drop(duties);
        await_the_end();
        return None;
    }
    Some(start().map(|started| {
        let action = Box::new(end(&started));
        (started, Guard(duties.add(Duty::Run(action))))
    }))
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut duties = duties();
        duties.list.retain(|(id, _)| *id != self.0);
        let is_ending = duties.is_ending;
        drop(duties);
        if is_ending {
            await_the_end();
        }
    }
}

/// Goes no further while the run is ending: what an ended program left undone would be told as a
/// fault. The time is a bound for what cannot happen, an end that does not come.
fn await_the_end() {
    std::thread::sleep(Duration::from_secs(5));
}

enum Duty {
    Remove(PathBuf),
    Run(Box<dyn FnOnce() + Send>),
}

#[derive(Default)]
struct Duties {
    next: u64,
    list: Vec<(u64, Duty)>,
    /// The interrupt has come.
    is_ending: bool,
}

impl Duties {
    fn add(&mut self, duty: Duty) -> u64 {
        let id = self.next;
        self.next += 1;
        self.list.push((id, duty));
        id
    }
}

static DUTIES: LazyLock<Mutex<Duties>> = LazyLock::new(Mutex::default);
static WATCH: Once = Once::new();

fn duties() -> MutexGuard<'static, Duties> {
    DUTIES.lock().unwrap_or_else(PoisonError::into_inner)
}

fn register(duty: Duty) -> Guard {
    watch_once();
    let id = duties().add(duty);
    Guard(id)
}

/// Where signals cannot be watched, an interrupt ends the run all the same.
fn watch_once() {
    WATCH.call_once(|| drop(watch()));
}

/// Does all that is to be done before the process ends.
fn put_in_order() {
    let list = {
        let mut duties = duties();
        duties.is_ending = true;
        std::mem::take(&mut duties.list)
    };
    perform(list.into_iter().map(|(_, duty)| duty).collect());
}

/// The last first: what was made later may lie in what was made before.
fn perform(duties: Vec<Duty>) {
    for duty in duties.into_iter().rev() {
        match duty {
            Duty::Remove(path) => remove(&path),
            Duty::Run(action) => action(),
        }
    }
}

/// A link is removed and not what it leads to. What cannot be removed stays: there is nobody left to
/// tell.
fn remove(path: &Path) {
    let is_directory = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir());
    let _ = if is_directory { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
}

/// Ends by the very signal that came, so that a shell sees 128 and its number, and a script that runs
/// this tool in a loop stops as well.
#[cfg(unix)]
fn watch() -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let watched = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal));
    let mut signals = signal_hook::iterator::Signals::new(watched)?;
    std::thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
        if let Some(signal) = signals.forever().next() {
            put_in_order();
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    })?;
    Ok(())
}

/// Whoever began this run had the signal ignored, as `nohup` does with hang-ups and a shell with the
/// interrupts of its background jobs: it has to stay without effect. Where the system does not tell,
/// it counts as not ignored.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (signal - 1) & 1 == 1
}

/// The status that Ctrl-C has in a shell.
#[cfg(not(unix))]
#[allow(clippy::exit)]
fn watch() -> Result<(), ctrlc::Error> {
    ctrlc::try_set_handler(|| {
        put_in_order();
        std::process::exit(130);
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn what_is_guarded_is_removed_with_all_below_it() {
        let root = tempfile::tempdir().unwrap();
        let (file, directory) = (root.path().join("file"), root.path().join("directory"));
        std::fs::write(&file, "").unwrap();
        std::fs::create_dir_all(directory.join("below")).unwrap();
        let ran = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&ran);
        perform(vec![
            Duty::Remove(root.path().join("never-made")),
            Duty::Remove(directory.clone()),
            Duty::Remove(file.clone()),
            Duty::Run(Box::new(move || seen.store(true, Ordering::Relaxed))),
        ]);
        assert!(!file.exists() && !directory.exists() && root.path().exists());
        assert!(ran.load(Ordering::Relaxed));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_removed_and_not_what_it_leads_to() {
        let root = tempfile::tempdir().unwrap();
        let (kept, link) = (root.path().join("kept"), root.path().join("link"));
        std::fs::create_dir(&kept).unwrap();
        std::os::unix::fs::symlink(&kept, &link).unwrap();
        remove(&link);
        assert!(kept.exists() && link.symlink_metadata().is_err());
    }

    #[test]
    fn a_dropped_guard_forgets_its_path_and_no_other() {
        let is_guarded = |guard: u64| duties().list.iter().any(|(id, _)| *id == guard);
        let (kept, dropped) = (guard("kept"), guard("dropped"));
        let (kept_id, dropped_id) = (kept.0, dropped.0);
        drop(dropped);
        assert!(is_guarded(kept_id) && !is_guarded(dropped_id));
    }
}
