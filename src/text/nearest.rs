//! What was probably meant by a mistyped name.

/// The candidate most like `name`; ties go to the first. `None` when nothing is alike.
pub(crate) fn of<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    of_those(name, candidates, |_| true)
}

/// The same of the candidates that can be meant; only those that are alike are asked about.
pub(crate) fn of_those<'c>(
    written: &str,
    candidates: impl IntoIterator<Item = &'c str>,
    can_be_meant: impl Fn(&str) -> bool,
) -> Option<&'c str> {
    const ALIKE: f64 = 0.75;
    let name = written.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let lower = candidate.to_lowercase();
        if !may_be_alike(&name, &lower) {
            continue;
        }
        let likeness = strsim::normalized_damerau_levenshtein(&name, &lower);
        let is_better = likeness >= ALIKE && best.is_none_or(|(most, _)| likeness > most);
        if is_better && can_be_meant(candidate) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// One letter of a longer name is too much, is missing, is another, or stands in its neighbour's place: nobody meant to
/// write that.
pub(crate) fn is_slip(written: &str, meant: &str) -> bool {
    const LONG: usize = 6;
    written.chars().count() >= LONG && strsim::damerau_levenshtein(written, meant) == 1
}

/// Whether a quarter of the longer name, which is what [`of`] allows, can be enough to turn one
/// into the other: measuring exactly is slow, and hostile files hold thousands of names.
fn may_be_alike(name: &str, candidate: &str) -> bool {
    let (name_length, length) = (name.chars().count(), candidate.chars().count());
    let allowed = name_length.max(length) / 4;
    name_length.abs_diff(length) <= allowed
        && name.chars().filter(|letter| !candidate.contains(*letter)).take(allowed + 1).count() <= allowed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_slip_is_one_letter_of_a_longer_name() {
        for written in ["livenesProbe", "livenessprobe", "livenessPorbe", "livenessProbes", "livenessProbe2"]
        {
            assert!(is_slip(written, "livenessProbe"), "{written}");
        }
        for (written, meant) in
            [("livenessProbe", "livenessProbe"), ("livenesProb", "livenessProbe"), ("pots", "ports")]
        {
            assert!(!is_slip(written, meant), "{written}");
        }
    }

    proptest! {
        #[test]
        fn nothing_alike_is_left_out_unmeasured(name in "[abcd-]{0,9}", candidate in "[abcd-]{0,9}") {
            let likeness = strsim::normalized_damerau_levenshtein(&name, &candidate);
            prop_assert!(likeness < 0.75 || may_be_alike(&name, &candidate));
        }
    }
}
