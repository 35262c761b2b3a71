//! Whether a name is another one with a slip of the finger in it, and not one that means the opposite.

/// Beginnings that turn a word into its opposite.
const OPPOSITES: [&str; 5] = ["un", "non", "dis", "in", "de"];

/// `lifecyle` is a spelling of `lifecycle`; `runAsRoot` is none of `runAsNonRoot`, nor `minSurge` of `maxSurge`.
/// Both have the same words, each of them nearly; only the last one may be missing.
pub(crate) fn is_of(name: &str, meant: &str) -> bool {
    // The unit is often left out: `terminationGracePeriod`.
    if let [start @ .., _] = words(meant).as_slice()
        && start.len() > 1
        && start == words(name).as_slice()
    {
        return true;
    }
    let joined = |text: &str| words(text).concat();
    // One word may be written as two.
    let (own, other) = match words(name).len() == words(meant).len() {
        true => (words(name), words(meant)),
        false => (vec![joined(name)], vec![joined(meant)]),
    };
    let is_split = own.len() == 1 && words(name).len() != words(meant).len();
    own.iter().zip(&other).all(|(word, meant)| match is_split {
        true => strsim::damerau_levenshtein(word, meant) <= 1,
        false => is_slip(word, meant),
    })
}

/// A word with a letter or two that are wrong, too many, missing or exchanged.
fn is_slip(word: &str, meant: &str) -> bool {
    if word == meant {
        return true;
    }
    let turns = |a: &str, b: &str| OPPOSITES.iter().any(|turn| a.strip_prefix(turn) == Some(b));
    let length = word.chars().count().max(meant.chars().count());
    let allowed = match length {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    };
    !turns(word, meant) && !turns(meant, word) && strsim::damerau_levenshtein(word, meant) <= allowed
}

/// The words of a name in camel case, in small letters: `runAsNonRoot` has four.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_small = false;
    for letter in name.chars() {
        let begins = words.is_empty() || (letter.is_uppercase() && was_small) || !letter.is_alphanumeric();
        if begins {
            words.push(String::new());
        }
        if let (Some(word), true) = (words.last_mut(), letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
        was_small = letter.is_lowercase() || letter.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_the_same_name() {
        for (name, meant) in [
            ("lifecyle", "lifecycle"),
            ("lifeCycle", "lifecycle"),
            ("readynessProbe", "readinessProbe"),
            ("readinesProbe", "readinessProbe"),
            ("readinessprobe", "readinessProbe"),
            ("terminationGracePeriodSecond", "terminationGracePeriodSeconds"),
            ("terminationGraceperiodSeconds", "terminationGracePeriodSeconds"),
            ("imagePulPolicy", "imagePullPolicy"),
            ("image_pull_policy", "imagePullPolicy"),
            ("comand", "command"),
            ("volumeMount", "volumeMounts"),
            ("preStopp", "preStop"),
            ("terminationGracePeriod", "terminationGracePeriodSeconds"),
        ] {
            assert!(is_of(name, meant), "{name}");
        }
    }

    #[test]
    fn what_means_the_opposite_or_something_else_is_another_name() {
        for (name, meant) in [
            ("runAsRoot", "runAsNonRoot"),
            ("unprivileged", "privileged"),
            ("nonPrivileged", "privileged"),
            ("disallowPrivilegeEscalation", "allowPrivilegeEscalation"),
            ("readWriteRootFilesystem", "readOnlyRootFilesystem"),
            ("hostIP", "hostIPC"),
            ("minUnavailable", "maxUnavailable"),
            ("maxAvailable", "maxUnavailable"),
            ("minSurge", "maxSurge"),
            ("publishReadyAddresses", "publishNotReadyAddresses"),
            (
                "requiredDuringSchedulingRequiredDuringExecution",
                "requiredDuringSchedulingIgnoredDuringExecution",
            ),
            ("preStop", "postStart"),
            ("poststop", "preStop"),
        ] {
            assert!(!is_of(name, meant), "{name}");
        }
    }
}
