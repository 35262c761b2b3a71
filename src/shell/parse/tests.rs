#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;
use crate::shell::script::Piece;
use proptest::prelude::*;

fn words(list: &List) -> Vec<Word> {
    let simple = |command: &Command| match &command.kind {
        CommandKind::Simple(simple) => simple.words.clone(),
        _ => vec![],
    };
    list.iter().flat_map(|statement| &statement.first.commands).flat_map(simple).collect()
}

fn written<'a>(text: &'a str, list: &List) -> Vec<&'a str> {
    words(list).iter().map(|word| text.get(word.span.range()).unwrap()).collect()
}

#[test]
fn words_lie_where_they_stand_behind_characters_of_several_bytes() {
    let text = "echo \"é ü\"; sleep ${D:-5}";
    assert_eq!(written(text, &parse(text).unwrap()), ["echo", "\"é ü\"", "sleep", "${D:-5}"]);
}

#[test]
fn words_lie_where_they_stand_behind_a_here_document_and_a_line_continuation() {
    let text = "cat <<EOF\nhi $X\nEOF\nsleep \\\n  3 # c\n";
    assert_eq!(written(text, &parse(text).unwrap()), ["cat", "sleep", "3"]);
}

#[test]
fn a_word_inside_a_substitution_lies_in_the_whole_script() {
    let text = "x \"a $(sleep 5)\"";
    let list = parse(text).unwrap();
    let word = words(&list).pop().unwrap();
    let Some(Piece::Substitution(inner)) = word.pieces.last() else { panic!("{word:?}") };
    assert_eq!(written(text, inner), ["sleep", "5"]);
}

#[test]
fn an_if_ends_at_its_fi() {
    let text = "if a; then b; # fi\nfi >/dev/null; c";
    let span = parse(text).unwrap().first().unwrap().first.commands.first().unwrap().span;
    assert_eq!(text.get(span.range()), Some("if a; then b; # fi\nfi >/dev/null"));
}

#[test]
fn a_redirection_starts_at_its_operator() {
    let text = "a 2> /dev/null >>x";
    let list = parse(text).unwrap();
    let redirections = &list.first().unwrap().first.commands.first().unwrap().redirections;
    let written: Vec<_> =
        redirections.iter().map(|redirection| text.get(redirection.span.range()).unwrap()).collect();
    assert_eq!(written, ["2> /dev/null", ">>x"]);
}

#[test]
fn a_broken_script_says_where() {
    let error = parse("sleep 5; )").unwrap_err();
    assert_eq!((error.at, error.broken), (9, true));
    assert!(parse("echo 'a").unwrap_err().broken);
    assert!(parse("if true; then sleep 5").unwrap_err().broken);
}

#[test]
fn an_endless_for_is_read_though_its_semicolons_look_like_the_end_of_an_arm() {
    for text in ["for ((;;)); do sleep 1; done", "for((;;)); do sleep 1; done"] {
        assert!(matches!(
            parse(text).unwrap().first().unwrap().first.commands.first().unwrap().kind,
            CommandKind::While { until: false, .. }
        ));
    }
    assert!(!parse("for ((;;)) do sleep 1; done").unwrap_err().broken);
    assert!(!parse("for ((i=0;;i++)); do sleep 1; done").unwrap_err().broken);
}

#[test]
fn a_case_inside_a_substitution_is_not_called_broken() {
    assert!(!parse("x=$(case $a in 2) echo 3;; esac)").is_err_and(|error| error.broken));
    assert!(parse("x=$(case $a in (2) echo 3;; esac)").is_ok());
}

#[test]
fn hostile_nesting_is_refused_not_followed() {
    for (open, close) in
        [("$(", ")"), ("case x in a) ", "esac "), ("[[ ! ", ""), ("{ ", ";}"), ("coproc ", "")]
    {
        let text = format!("{}x{}", open.repeat(5000), close.repeat(5000));
        assert!(!parse(&text).unwrap_err().broken, "{open}");
    }
    assert!(!parse(&format!("[[ {} a ]]", "! ".repeat(5000))).unwrap_err().broken);
    assert!(!parse("echo 99999999999999999999>x").unwrap_err().broken);
    assert!(!parse("cd ~99999999999999999999/").unwrap_err().broken);
    assert!(parse("#").unwrap().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn any_text_is_read_or_refused(text in r#"([a-z$(){}`"'\\<>|&;! #=\n\[\]é0-9*~-]|\$\(|\$\{|<<|\$\(\(|\[\[ | case x in |if |then |fi;|do |done|while |esac){0,40}"#) {
        if let Ok(list) = parse(&text) {
            for word in words(&list) {
                prop_assert!(text.get(word.span.range()).is_some());
            }
        }
    }
}
