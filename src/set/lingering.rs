//! Servers that go on accepting requests for some time after the stop signal, because they are told to.

use super::Set;
use super::environment::{environment, expanded};
use super::mounted::{self, Mounted};
use crate::kubernetes::images::{self, Lingers, Own};
use crate::manifest::{Container, Workload};

impl Set {
    /// For how many seconds after the stop signal a container surely still accepts requests.
    pub(crate) fn lingers(&self, workload: &Workload, container: &Container, own: &Own) -> f64 {
        let Some(image) = container.spec.image.as_deref() else { return 0.0 };
        let told = images::lingers(image, own);
        told.iter().filter_map(|lingers| self.told(lingers, workload, container)).fold(0.0, f64::max)
    }

    fn told(&self, lingers: &Lingers, workload: &Workload, container: &Container) -> Option<f64> {
        let known = environment(self, workload, container);
        let words = container.spec.command.iter().chain(&container.spec.args).flatten();
        let words: Vec<String> = words.filter_map(|word| expanded(word, &known, container)).collect();
        match lingers {
            Lingers::Always(seconds) => Some(*seconds),
            Lingers::Arguments { setting } => words.iter().enumerate().find_map(|(at, word)| {
                let word = word.to_ascii_lowercase();
                match word.split_once('=') {
                    Some((option, value)) => option.ends_with(setting).then(|| seconds(value))?,
                    None => word.ends_with(setting).then(|| seconds(words.get(at + 1)?))?,
                }
            }),
            Lingers::File { option, default, setting } => {
                let at = words.iter().position(|word| word == option);
                let path = at.and_then(|at| words.get(at + 1)).map_or(*default, String::as_str);
                let Mounted::File(file) = mounted::resolve(self, workload, container, path) else {
                    return None;
                };
                let lines = file.text.lines().map(str::trim);
                let values = lines.filter_map(|line| line.strip_prefix(setting)?.split_whitespace().next());
                values.filter_map(seconds).reduce(f64::min)
            }
        }
    }
}

/// `5s`, `1m`, `15`, `500ms`, as Go writes durations; a bare number is seconds.
fn seconds(text: &str) -> Option<f64> {
    let text = text.trim().trim_matches('"');
    let number = |digits: &str| digits.parse::<u32>().ok().map(f64::from);
    match text.strip_suffix("ms") {
        Some(digits) => Some(number(digits)? / 1000.0),
        None => match (text.strip_suffix('s'), text.strip_suffix('m')) {
            (Some(digits), _) => number(digits),
            (_, Some(digits)) => Some(number(digits)? * 60.0),
            _ => number(text),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_go_writes_it() {
        for (text, value) in [
            ("5s", Some(5.0)),
            ("1m", Some(60.0)),
            ("500ms", Some(0.5)),
            ("15", Some(15.0)),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(seconds(text), value, "{text}");
        }
    }
}
