//! Names that are longer than the room for them.

use unicode_width::UnicodeWidthChar;

/// The text in at most so many columns; what is left out in its middle is shown by `more`. Names of one release
/// begin alike, and their ends tell them apart.
pub(crate) fn middle(text: &str, most: usize, more: &str) -> String {
    let width = |c: char| c.width().unwrap_or(0);
    if text.chars().map(width).sum::<usize>() <= most {
        return text.to_owned();
    }
    let more: String = more.chars().take(most).collect();
    let room = most.saturating_sub(more.chars().map(width).sum());
    let fits = |room: usize| {
        let mut taken = 0;
        move |c: &char| {
            taken += width(*c);
            taken <= room
        }
    };
    let begin: String = text.chars().take_while(fits(room - room / 2)).collect();
    let end: Vec<char> = text.chars().rev().take_while(fits(room / 2)).collect();
    begin + &more + &end.into_iter().rev().collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_begin_alike_are_told_apart() {
        assert_eq!(middle("argocd-redis-ha-announce-0", 22, "…"), "argocd-redi…announce-0");
        assert_eq!(middle("argocd-redis-ha-announce-1", 22, "…"), "argocd-redi…announce-1");
        assert_eq!(middle("web", 3, "…"), "web");
    }

    #[test]
    fn nothing_is_wider_than_its_room() {
        for text in
            ["ingress-nginx-controller-admission", "名前名前名前名前", "e\u{301}e\u{301}e\u{301}e\u{301}"]
        {
            for most in 0..12 {
                for more in ["…", "..."] {
                    let shown = middle(text, most, more);
                    assert!(shown.chars().map(|c| c.width().unwrap_or(0)).sum::<usize>() <= most, "{shown}");
                }
            }
        }
    }
}
