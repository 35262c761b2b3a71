#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;
use crate::shell::script::{Command, CommandKind, Piece, RedirectionKind};
use proptest::prelude::*;
use std::time::{Duration, Instant};

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

fn kind(text: &str) -> CommandKind {
    parse(text).unwrap().first().unwrap().first.commands.first().unwrap().kind.clone()
}

fn pieces(word: &str) -> Vec<Piece> {
    words(&parse(&format!("x {word}")).unwrap()).pop().unwrap().pieces
}

fn text(text: &str, quoted: bool) -> Piece {
    Piece::Literal { text: text.to_owned(), quoted }
}

fn variable(name: &str, default: Option<Word>, changed: bool) -> Piece {
    Piece::Variable { name: name.to_owned(), default: default.map(Box::new), changed }
}

#[test]
fn quotes_tell_what_is_taken_as_it_stands() {
    assert_eq!(pieces(r#"a'b c'"d e"\f"#), [text("a", false), text("b cd ef", true)]);
    assert_eq!(pieces(r#""\$ \n""#), [text(r"$ \n", true)]);
    assert_eq!(pieces(r"$'a\tb\''"), [text("a\tb'", true)]);
    assert_eq!(pieces("''"), [text("", true)]);
    assert_eq!(pieces("~/x"), [Piece::Other("~".to_owned()), text("/x", false)]);
    assert_eq!(pieces("a~ {b,c}*"), [text("{b,c}*", false)]);
}

#[test]
fn expansions_tell_whose_value_they_are() {
    assert_eq!(pieces("$A$1$?"), ["A", "1", "?"].map(|name| variable(name, None, false)));
    assert_eq!(pieces("${A}${10}${#}"), ["A", "10", "#"].map(|name| variable(name, None, false)));
    for changed in ["${A%x}", "${A##*/}", "${#A}", "${A:1:2}", "${A/a/b}", "${A:+b}", "${A:?no}"] {
        assert_eq!(pieces(changed), [variable("A", None, true)], "{changed}");
    }
    for unknown in ["${!A}", "${A[1]}", "${A@Q}", "${A^^}", "${A b}"] {
        assert_eq!(pieces(unknown), [Piece::Other(unknown.to_owned())], "{unknown}");
    }
    assert_eq!(pieces("$((1 + (2)))$[3]"), ["1 + (2)", "3"].map(|text| Piece::Arithmetic(text.to_owned())));
    assert_eq!(pieces("$%"), [text("$%", false)]);
    let default = Word { pieces: vec![text("5 s", true)], span: Span::new(7, 12) };
    assert_eq!(pieces("${A:-'5 s'}"), [variable("A", Some(default), false)]);
}

#[test]
fn a_parenthesis_ends_a_substitution_only_where_a_shell_ends_it() {
    for text in [
        "x=$(case $a in 2) echo 3;; esac)",
        "x=$(case $a in (2) echo 3;; esac)",
        "echo $(echo ')' \")\" \\) # )\n)",
        "$( (a); b )",
        "$((a); b)",
    ] {
        assert_eq!(parse(text).unwrap().len(), 1, "{text}");
    }
}

#[test]
fn escapes_fall_off_in_backquotes_once() {
    let list = parse(r"x `a \`b\``").unwrap();
    let Some(Piece::Substitution(outer)) = words(&list).pop().unwrap().pieces.pop() else { panic!() };
    let Some(Piece::Substitution(inner)) = words(&outer).pop().unwrap().pieces.pop() else { panic!() };
    assert_eq!(words(&inner).pop().unwrap().literal().unwrap(), "b");
}

#[test]
fn every_here_document_gets_its_own_body() {
    let text = "cat <<A; x=`cat <<B\nb\nB\n`; { cat <<-'C'; } <<D\na $X\nA\n\tc $X\n\tC\nd\nD\necho";
    let list = parse(text).unwrap();
    assert_eq!(list.len(), 4);
    let documents = |command: &Command| -> Vec<(String, bool)> {
        let found = command.redirections.iter();
        let found = found.filter(|redirection| redirection.kind == RedirectionKind::HereDocument);
        found
            .map(|redirection| {
                let written = text.get(redirection.target.span.range()).unwrap().to_owned();
                (written, redirection.target.literal().is_none())
            })
            .collect()
    };
    let command = |at: usize| list.get(at).unwrap().first.commands.first().unwrap();
    assert_eq!(documents(command(0)), [("a $X\n".to_owned(), true)]);
    assert_eq!(documents(command(2)), [("d\n".to_owned(), false)]);
    let CommandKind::Group(inner) = &command(2).kind else { panic!() };
    let inner = inner.first().unwrap().first.commands.first().unwrap();
    assert_eq!(documents(inner), [("\tc $X\n".to_owned(), false)]);
    let CommandKind::Simple(simple) = &command(1).kind else { panic!() };
    let value = simple.assignments.first().unwrap().value.clone().unwrap();
    let Some(Piece::Substitution(quoted)) = value.pieces.first() else { panic!() };
    assert_eq!(
        documents(quoted.first().unwrap().first.commands.first().unwrap()),
        [("b\n".to_owned(), false)]
    );
}

#[test]
fn compound_commands_are_told_apart() {
    assert!(matches!(kind("{ a; }"), CommandKind::Group(_)));
    assert!(matches!(kind("(a)"), CommandKind::Subshell(_)));
    assert!(matches!(kind("((a); b)"), CommandKind::Subshell(_)));
    assert!(matches!(kind("(( a  < 3 ))"), CommandKind::Arithmetic(text) if text == "a < 3"));
    assert!(matches!(kind("until a; do b; done"), CommandKind::While { until: true, .. }));
    assert!(matches!(kind("for i; do a; done"), CommandKind::For { words: None, .. }));
    assert!(
        matches!(kind("for i in; do a; done"), CommandKind::For { words: Some(words), .. } if words.is_empty())
    );
    assert!(matches!(kind("case a in b|c) d;; (e) esac"), CommandKind::Case { arms, .. } if arms.len() == 2));
    assert!(matches!(kind("case a in b) c;& d) e;; esac"), CommandKind::Other));
    assert!(matches!(kind("select i in a b; do c; done"), CommandKind::Other));
    assert!(matches!(kind("coproc N { a; }"), CommandKind::Other));
    for text in ["f() { a; }", "f () ( a )", "function f { a; }", "function f () { a; }"] {
        assert!(matches!(kind(text), CommandKind::Function { name, .. } if name == "f"), "{text}");
    }
}

#[test]
fn a_test_is_its_words_with_operators_among_them() {
    let written = |text: &str| match kind(text) {
        CommandKind::Test(words) => {
            words.iter().map(|word| word.literal().unwrap()).collect::<Vec<_>>().join(" ")
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(written("[[ -L a && ( b = c || ! d ) ]]"), "-h a && ( b == c || ! -n d )");
    assert_eq!(written("[[ a =~ ^(b| c)$ ]]"), "a =~ ^(b| c)$");
    assert_eq!(written("[[ -n ]]"), "-n -n");
    assert!(parse("[[ a b ]]").unwrap_err().broken);
}

#[test]
fn an_endless_for_has_a_condition_that_holds() {
    for text in [
        "for ((;;)); do a; done",
        "for((;;)) do a; done",
        "for ((i=0;;i++)); do a; done",
        "for ((;;)) { a; }",
    ] {
        let CommandKind::ForArithmetic { condition, .. } = kind(text) else { panic!("{text}") };
        assert_eq!(condition, "1", "{text}");
    }
}

#[test]
fn a_broken_script_says_where() {
    for (text, at, message) in [
        ("sleep 5; )", 9, "syntax error near `)`"),
        ("sleep 5; done", 9, "syntax error near `done`"),
        ("a (b)", 2, "syntax error near `(b)`"),
        ("a; in b", 3, "syntax error near `in`"),
        ("{ }", 2, "syntax error near `}`"),
        ("a ||", 4, "the script ends in the middle of a command"),
        ("if true; then sleep 5", 21, "the script ends in the middle of a command"),
        ("echo 'a", 7, "a single quote is never closed"),
        ("echo \"a", 7, "a double quote is never closed"),
        ("echo `a", 7, "a backquote is never closed"),
        ("echo ${a", 8, "`${` is never closed"),
        ("echo $(a", 8, "`$(` is never closed"),
        ("cat <<E\na", 9, "a here-document is never closed"),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!((error.at, error.message.as_str(), error.broken), (at, message, true), "{text}");
    }
}

#[test]
fn what_a_shell_looks_into_only_when_it_runs_it_is_not_called_broken() {
    for text in ["echo `fi`", "for ((a)); do b; done", "echo $((a) b)", "a | ! b"] {
        assert!(!parse(text).unwrap_err().broken, "{text}");
    }
}

/// Texts that open what is never closed, or nest, or repeat.
const HOSTILE: &[(&str, &str)] = &[
    ("$(", ")"),
    ("(", ")"),
    ("( ", ")"),
    ("((", "))"),
    ("$((", "))"),
    ("$[", ""),
    ("`", ""),
    ("\\`", ""),
    ("${a:-", "}"),
    ("\"$(", ")\""),
    ("\"${a:-", "}\""),
    ("{ ", ";}"),
    ("if ", "; then a; fi"),
    ("while a; do ", "; done"),
    ("case x in a) ", ";; esac "),
    ("[[ ! ", ""),
    ("[[ ( ", ""),
    ("coproc ", ""),
    ("time ", ""),
    ("! ", ""),
    ("f() ", ""),
    ("function f { ", ";}"),
    ("<(", ")"),
    ("@(", ")"),
    ("x=(", ")"),
    ("a[", "]=1"),
    ("cat <<E;", ""),
    ("a && ", ""),
    ("a | ", ""),
    ("a; ", ""),
    ("$(a)", ""),
    ("$((a) ) ", ""),
    ("((1)); ", ""),
    ("a\n", ""),
    ("'a'\"b\"", ""),
    ("#\n", ""),
    ("~", ""),
    ("é", ""),
];

#[test]
fn hostile_nesting_is_refused_not_followed() {
    for (open, close) in HOSTILE.iter().filter(|(_, close)| !close.is_empty()) {
        let text = format!("{}x{}", open.repeat(2000), close.repeat(2000));
        assert!(parse(&text).is_ok_and(|list| list.len() == 1) || parse(&text).is_err(), "{open}");
    }
    for (open, close) in [("$(", ")"), ("( ", ")"), ("{ ", ";}"), ("case x in a) ", ";; esac ")] {
        let nested = |depth: usize| parse(&format!("{}x{}", open.repeat(depth), close.repeat(depth)));
        assert!(nested(limits::DEEPEST).is_ok(), "{open}");
        assert!(!nested(limits::DEEPEST + 1).unwrap_err().broken, "{open}");
    }
}

#[test]
fn the_largest_script_is_read_at_once_however_hostile() {
    for (open, _) in HOSTILE {
        let text = open.repeat(64 * 1024 / open.len());
        let start = Instant::now();
        let _ = parse(&text);
        assert!(start.elapsed() < Duration::from_secs(2), "{open}: {:?}", start.elapsed());
    }
    assert!(!parse(&"a\n".repeat(64 * 1024)).unwrap_err().broken);
    assert!(!parse("a\0").unwrap_err().broken);
}

/// Every span of a list, as far as the model has them.
fn spans(list: &List, into: &mut Vec<Span>) {
    for statement in list {
        let rest = statement.rest.iter().map(|(_, pipeline)| pipeline);
        for command in std::iter::once(&statement.first).chain(rest).flat_map(|pipeline| &pipeline.commands) {
            into.push(command.span);
            for redirection in &command.redirections {
                into.push(redirection.span);
                word_spans(&redirection.target, into);
            }
            match &command.kind {
                CommandKind::Simple(simple) => {
                    let values = simple.assignments.iter().filter_map(|assignment| assignment.value.as_ref());
                    simple.words.iter().chain(values).for_each(|word| word_spans(word, into));
                }
                CommandKind::Group(list) | CommandKind::Subshell(list) => spans(list, into),
                CommandKind::While { condition, body, .. } => {
                    [condition, body].into_iter().for_each(|list| spans(list, into));
                }
                CommandKind::If { branches, .. } => {
                    let lists = branches.iter().flat_map(|(condition, body)| [condition, body]);
                    lists.for_each(|list| spans(list, into));
                }
                CommandKind::Case { arms, .. } => arms.iter().for_each(|(_, body)| spans(body, into)),
                CommandKind::Test(words) => words.iter().for_each(|word| word_spans(word, into)),
                _ => {}
            }
        }
    }
}

fn word_spans(word: &Word, into: &mut Vec<Span>) {
    into.push(word.span);
    for piece in &word.pieces {
        match piece {
            Piece::Substitution(list) => spans(list, into),
            Piece::Variable { default: Some(default), .. } => word_spans(default, into),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]
    #[test]
    fn any_text_is_read_or_refused_and_every_span_lies_in_it(text in r#"([a-z$(){}`"'\\<>|&;! #=\n\[\]é0-9*~-]|\$\(|\$\{|<<|\$\(\(|\[\[ | case x in |if |then |fi;|do |done|while |esac|cat <<E\n|\nE\n){0,40}"#) {
        match parse(&text) {
            Ok(list) => {
                let mut found = Vec::new();
                spans(&list, &mut found);
                for span in found {
                    prop_assert!(text.get(span.range()).is_some(), "{span:?}");
                }
            }
            Err(error) => prop_assert!(text.is_char_boundary(error.at)),
        }
    }

    #[test]
    fn what_is_read_alone_is_read_the_same_in_a_group(text in r"(sleep [0-9]|\[ -f a \]|x=\$\(y\)|a 2>b|if a; then b; fi|for i in a b; do c; done|case a in b\) c;; esac){1}(( && |; | \|\| | \| |\n)(a|sleep 1|\{ b; \}|\( c \)|'d;e')){0,4}") {
        let alone = parse(&text).unwrap();
        let CommandKind::Group(inner) = kind(&format!("{{ {text}\n}}")) else { panic!() };
        let shape = |list: &List| (list.len(), words(list).iter().map(Word::literal).collect::<Vec<_>>());
        prop_assert_eq!(shape(&alone), shape(&inner));
    }
}
