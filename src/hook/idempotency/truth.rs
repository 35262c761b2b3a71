//! The verdicts on commands that work on files, held against a real `sh`: each script runs twice in
//! a folder of its own, and what the second run did must be what was said of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Context, Harm, Mount, Repeat, second_run};
use crate::hook::real_shell;
use crate::shell::{CommandLine, Knowledge, trace};

/// What stands in the folder before the first run.
fn furnish(root: &Path) {
    fs::create_dir(root.join("full")).unwrap();
    fs::write(root.join("full/file"), "one\n").unwrap();
    fs::create_dir(root.join("empty")).unwrap();
    fs::write(root.join("a"), "a\n").unwrap();
    fs::write(root.join("conf"), "port 80\nname x\n").unwrap();
}

/// Every path below the folder with what it holds.
fn tree(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let kind = fs::symlink_metadata(&path).unwrap().file_type();
            let holds = if kind.is_symlink() {
                format!("-> {}", fs::read_link(&path).unwrap().display())
            } else if kind.is_dir() {
                folders.push(path.clone());
                "folder".to_owned()
            } else if kind.is_file() {
                fs::read_to_string(&path).unwrap()
            } else {
                "special".to_owned()
            };
            found.insert(path.strip_prefix(root).unwrap().display().to_string(), holds);
        }
    }
    found
}

fn verdict(script: &str, root: &Path) -> Vec<Repeat> {
    let root = root.to_str().unwrap();
    let mounts = [Mount { path: root.to_owned(), survives: true, read_only: false }];
    let argv = ["sh", "-c", script].map(str::to_owned);
    let trace = trace(&CommandLine {
        argv: &argv,
        env: &BTreeMap::new(),
        image: None,
        working_dir: Some(root),
        files: &|_| None,
        windows: false,
        shares_processes: false,
        knowledge: &Knowledge::NONE,
        unanswered: None,
    });
    second_run(&trace, &Context { mounts: &mounts, restarts: true })
}

fn run(shell: &str, script: &str, root: &Path) -> bool {
    let mut command = Command::new(shell);
    command.arg("-c").arg(script).current_dir(root).env("LC_ALL", "C");
    real_shell::succeeds(&mut command, script)
}

/// `None` when the verdict holds, else what went otherwise.
fn lie(shell: &str, script: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    furnish(&root);
    let said = verdict(script, &root);
    let first = run(shell, script, &root);
    let before = tree(&root);
    let second = run(shell, script, &root);
    let same = tree(&root) == before;
    let truth = format!(
        "{shell}: {script}\n   first {first}, second {second}, tree the same {same}\n   said {said:?}"
    );
    let kills = said.iter().any(|found| found.kills);
    let adds = said.iter().any(|found| found.harm == Harm::AddsUp);
    let holds = match (said.is_empty(), kills) {
        // A hook whose first run fails has never worked, and is not this rule's affair.
        (true, _) => (second || !first) && same,
        (_, true) => first && !second,
        _ => !adds || !same,
    };
    (!holds).then_some(truth)
}

fn check(scripts: &[&str]) {
    let lies: Vec<String> = scripts
        .iter()
        .flat_map(|script| ["sh", "bash"].into_iter().filter_map(|shell| lie(shell, script)))
        .collect();
    assert!(lies.is_empty(), "{}", lies.join("\n"));
}

fn finds(scripts: &[&str], wanted: bool) {
    for script in scripts {
        let found = verdict(script, Path::new("/root-of-the-test"));
        assert_eq!(!found.is_empty(), wanted, "{script}: {found:?}");
    }
}

const HARMFUL: &[&str] = &[
    "mkdir x",
    "mkdir -m 700 x",
    "mkdir x y",
    "mkdir x && chmod 700 x",
    "mkdir x || exit 3",
    "mkdir x || { echo no; exit 1; }",
    "mkdir x || false",
    "mkdir x; exit",
    "mkdir x; exit $?",
    "set -e; mkdir x; true",
    "set -e\nif true; then mkdir x; fi\ntrue",
    "f() { mkdir x; }; f",
    "f() { mkdir \"$1\"; }; f x",
    "for d in x y; do mkdir $d; done",
    "(cd full; mkdir x)",
    "cd full && mkdir x",
    "cd full; mkdir ../x",
    "sh -c 'mkdir x'",
    "sh -ec 'mkdir x; true'",
    "env A=b mkdir x",
    "nice mkdir x",
    "timeout 5 mkdir x",
    "eval 'mkdir x'",
    "command mkdir x",
    "exec mkdir x",
    "D=x; mkdir $D",
    "mkdir ${D:-x}",
    "mkfifo x",
    "ln -s a x",
    "ln a x",
    "cd full; ln -s ../a",
    "mv a b",
    "mv a full/",
    "mv full other",
    "mv -t full a",
    "rm a",
    "rm -r full",
    "rmdir empty",
    "unlink a",
    "echo x >> conf",
    "echo x >> new",
    "cat a >> conf",
    "cat <<EOF >> conf\nline\nEOF\n",
    "{ echo x; echo y; } >> conf",
    "echo x | tee -a conf",
    "sed -i '1i x' conf",
    "sed -i '$a x' conf",
    "sed -i 's/^/x/' conf",
    "sed -i 's/$/ x/' conf",
    "sed -i 's/80/8080/' conf",
    "sed -i 's/name/&s/' conf",
    "sed -i -e '/port/a host h' conf",
    "[ ! -d x ] && mkdir x",
    "[ ! -f x ] && touch x",
    "[ -f a ] && rm a",
    "[ -f a ] && mv a b",
    "! grep -q new conf && echo new >> conf",
    "[ -d full ] && echo x >> conf",
    "if [ -f conf ]; then echo x >> conf; fi",
    "[ -f new ] || echo h > new; echo x >> new",
    "cp -n a new; echo x >> new",
    "if true; then mkdir x; fi",
    "echo start; mkdir x",
    "exec >> log; echo x",
];

const CLEAN: &[&str] = &[
    "mkdir -p x",
    "mkdir -p x/y/z && chmod 700 x",
    "ln -sf a x",
    "ln -f a x",
    "rm -f a",
    "rm -rf full",
    "touch x",
    "cp a b",
    "echo x > new",
    "echo x | tee new",
    "echo x >> /dev/null",
    ": >> new",
    ">> new",
    "cat /dev/null >> conf",
    "sed -i 's/80/90/' conf",
    "sed -i 's/^port.*/port 8080/' conf",
    "sed -i '/port/d' conf",
    "sed -i '/host/!s/zzz/y/' conf",
    "[ -e x ] || mkdir x",
    "[ -d x ] || mkdir x",
    "test -d x || mkdir x",
    "if [ ! -d x ]; then mkdir x; fi",
    "if ! [ -d x ]; then mkdir x; fi",
    "[ ! -d x ] && mkdir x; true",
    "[ ! -d x ] && mkdir x || true",
    "ls x || mkdir x",
    "if ! ls x; then mkdir x; fi",
    "mkdir x || true",
    "mkdir x || :",
    "mkdir x || echo there",
    "mkdir x; chmod 700 x",
    "mkdir x; exit 0",
    "mkdir x | cat",
    "(mkdir x; true)",
    "set -e; mkdir x || true; echo ok",
    "set -e; set +e; mkdir x; true",
    "if mkdir x; then echo new; fi",
    "if mkdir lock; then echo x >> conf; fi",
    "mkdir lock || exit 0; echo x >> conf",
    "mkdir lock && echo x >> conf || true",
    "grep -q new conf || echo new >> conf",
    "if ! grep -q new conf; then echo new >> conf; fi",
    "cat conf | grep -q new || echo new >> conf",
    "grep -q new conf && exit 0; echo new >> conf",
    "[ -f done ] && exit 0\necho x >> conf\ntouch done",
    "if [ -f done ]; then exit 0; fi\necho x >> conf\ntouch done",
    "rm -rf x && mkdir x",
    "rm -rf x; mkdir x; ln -s ../a x/a",
    "rm -f l; ln -s a l",
    "mkdir w; cp a w; rm -r w",
    "> new; echo x >> new",
    "echo a > new && echo b >> new",
    "cp a new; echo x >> new",
    "cp a empty; echo x >> empty/a",
    "cp a new; sed -i '1i x' new",
    "echo x > new && mv new conf",
    "sed s/80/90/ conf > new; mv new conf",
    "if [ -f a ]; then mv a b; fi",
    "if [ -e a ]; then rm a; fi",
    "[ -f a ] && rm a; true",
    "touch x; rm x",
    "mv a b; mv b a",
    "rm a; ln -s conf a",
    "D=$(mktemp -d /tmp/lifecycle-test.XXXXXX); mkdir $D/x; rm -rf $D",
    "f() { mkdir x; }; echo not called",
    "exit 0; mkdir x",
    "exec true; mkdir x",
    "! mkdir x; true",
    "sh -c 'mkdir x' || true",
    "sh -c 'mkdir x; true'",
    "if [ -z \"$(ls empty)\" ]; then echo x >> empty/f; fi",
    "if [ -f a ]; then echo x >> conf; rm a; fi",
    "case \"$(cat a)\" in a) echo x >> conf; echo b > a;; esac",
];

#[test]
fn what_is_said_to_do_harm_does() {
    finds(HARMFUL, true);
    check(HARMFUL);
}

#[test]
fn what_is_said_to_be_clean_changes_nothing() {
    finds(CLEAN, false);
    check(CLEAN);
}

/// Heads and tails put around each command: the verdict may be either, but it has to hold.
#[test]
fn verdicts_hold_in_every_frame() {
    let frames = [
        "{}; true",
        "{} || true",
        "{} && true",
        "true && {}",
        "false || {}",
        "if {}; then echo y; fi",
        "! {}",
        "set -e; {}; true",
        "({})",
        "{ {}; } && echo y",
        "{} | cat",
        "cat a | {}",
        "set -e; ({}); true",
        "if true; then {}; else echo n; fi",
        "if false; then {}; fi",
        "for i in 1; do {}; done",
        "f() { {}; }; f",
        "f() { {}; echo; }; f",
        "f() { {} || return 1; }; f",
        "set -e; f() { {}; echo; }; f",
        "[ -e done ] || { {}; touch done; }",
        "[ -e done ] && exit 0; {}; touch done",
        "[ ! -e done ] && {}; touch done",
        "case x in x) {};; esac",
        "sh -c '{}'",
        "sh -c '{}; true'",
        "{} || exit 1; true",
        "{} || { echo; false; }",
        "{} || { exit 0; }; false",
        "while true; do {}; break; done",
        "set -e; {} && true; true",
        "{} & wait",
        "set -e; { {}; true; } || true",
        "set -e; if {}; then true; fi",
        "set -e; sh -ec '{}; true'",
        "OUT=$({})",
        "echo $({})",
        "OUT=$({}); true",
        "set -e; OUT=$({}); true",
        "exec 2>/dev/null; {}",
    ];
    let commands =
        ["mkdir x", "mkdir -p x", "mv a b", "rm a", "rm -f a", "echo x >> conf", "ln -s a x", "echo x > new"];
    let scripts: Vec<String> = frames
        .iter()
        .flat_map(|frame| commands.iter().map(|command| frame.replacen("{}", command, 1)))
        .collect();
    let lies: Vec<String> = scripts.iter().filter_map(|script| lie("sh", script)).collect();
    assert!(lies.is_empty(), "{} of {}:\n{}", lies.len(), scripts.len(), lies.join("\n"));
}
