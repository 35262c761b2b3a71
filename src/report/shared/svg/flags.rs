//! Words that hang below a bar on a line from their instant, none over another.

/// Room between the end of some words and the line of the next, in pixels.
const APART: f64 = 8.0;

/// Where words hang.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Flag {
    /// The line they hang on.
    pub(super) x: f64,
    /// How far they reach to the right of it.
    pub(super) width: f64,
}

/// The level of each, from 0, the uppermost. Words never cross one another, nor the line that others hang on:
/// who reaches over the lines of others hangs lower than they.
pub(super) fn levels(flags: &[Flag]) -> Vec<usize> {
    let mut levels = vec![0; flags.len()];
    let mut order: Vec<usize> = (0..flags.len()).collect();
    let x = |at: &usize| flags.get(*at).map_or(0.0, |flag| flag.x);
    // From the right; of several at one instant the first hangs highest.
    order.sort_by(|a, b| x(b).total_cmp(&x(a)).then(a.cmp(b)));
    let mut placed: Vec<(f64, usize)> = Vec::new();
    for at in order {
        let Some(flag) = flags.get(at) else { continue };
        let end = flag.x + flag.width + APART;
        let below = placed.iter().filter(|(x, _)| *x <= end).map(|(_, level)| level + 1).max().unwrap_or(0);
        placed.push((flag.x, below));
        if let Some(level) = levels.get_mut(at) {
            *level = below;
        }
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn levels_of(flags: &[(f64, f64)]) -> Vec<usize> {
        let flags: Vec<Flag> = flags.iter().map(|(x, width)| Flag { x: *x, width: *width }).collect();
        levels(&flags)
    }

    #[test]
    fn words_that_have_room_stay_up() {
        assert_eq!(levels_of(&[(0.0, 50.0), (100.0, 50.0)]), [0, 0]);
        assert_eq!(levels_of(&[(0.0, 100.0), (50.0, 20.0)]), [1, 0]);
        assert_eq!(levels_of(&[(30.0, 10.0), (30.0, 10.0), (30.0, 10.0)]), [0, 1, 2]);
    }

    proptest! {
        #[test]
        fn no_words_lie_over_others_or_over_a_line(
            flags in prop::collection::vec((0.0..700.0_f64, 5.0..200.0_f64), 0..14)
        ) {
            let levels = levels_of(&flags);
            for (a, (x, width)) in flags.iter().enumerate() {
                for (b, (other, _)) in flags.iter().enumerate() {
                    let is_covered = a != b && (*x..=x + width).contains(other);
                    // The line of the other ends at its level, so who covers it hangs lower.
                    prop_assert!(!is_covered || levels[a] > levels[b] || (x == other && levels[a] != levels[b]));
                }
            }
        }
    }
}
