//! What git ignores is left out, and said.

use crate::repository::Repository;
use crate::tool::Tool;

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {pod-template-hash: a}}\nspec:\n  containers:\n  - name: a\n    image: nginx\n    readinessProbe: {exec: {command: [ready]}}\n";

/// A repository that ignores what a build writes, with such files in it.
fn repository() -> Repository {
    let here = Repository::of(&[
        (".gitignore", "dist/\n*.gen.yaml\n"),
        ("k8s/a.yaml", POD),
        ("k8s/.gitignore", "local.yaml\n!keep.gen.yaml\n"),
    ]);
    for name in ["dist/a.yaml", "dist/b/c.yaml", "k8s/x.gen.yaml", "k8s/keep.gen.yaml", "k8s/local.yaml"] {
        here.write(name, POD);
    }
    here
}

fn files(here: &Tool, arguments: &[&str]) -> Vec<String> {
    here.lint(arguments).findings("{file}")
}

#[test]
fn the_files_that_the_repository_ignores_are_not_read_and_counted() {
    let here = repository();
    assert_eq!(files(&here, &[]), ["k8s/a.yaml", "k8s/keep.gen.yaml"]);
    assert_eq!(files(&here, &["k8s"]), ["k8s/a.yaml", "k8s/keep.gen.yaml"]);
    let ran = here.run(&["lint", "--verbose"]);
    assert!(ran.out.contains("in 2 files (2 documents, 2 workloads); 4 ignored by git\n"), "{}", ran.out);
    let notes: Vec<&str> = ran.err.lines().filter(|line| line.contains("ignored by git")).collect();
    assert_eq!(
        notes,
        [
            "note: dist: left out, ignored by git: `dist/` (.gitignore)",
            "note: k8s/local.yaml: left out, ignored by git: `local.yaml` (k8s/.gitignore)",
            "note: k8s/x.gen.yaml: left out, ignored by git: `*.gen.yaml` (.gitignore)",
        ]
    );
}

#[test]
fn what_is_named_is_read_with_all_below_it() {
    let here = repository();
    assert_eq!(files(&here, &["dist"]), ["dist/a.yaml", "dist/b/c.yaml"]);
    assert_eq!(files(&here, &["dist/b"]), ["dist/b/c.yaml"]);
    assert_eq!(files(&here, &["k8s/local.yaml"]), ["k8s/local.yaml"]);
    assert_eq!(files(&here, &["-f", "dist"]), ["dist/a.yaml"]);
    let ran = here.run(&["lint", ".", "dist", "k8s/local.yaml"]);
    assert!(ran.out.contains("in 5 files (5 documents, 5 workloads); 1 ignored by git\n"), "{}", ran.out);
}

#[test]
fn no_ignore_reads_all() {
    assert_eq!(files(&repository(), &["--no-ignore"]).len(), 6);
}

#[test]
fn what_is_ignored_is_not_known_about_either() {
    let here = repository();
    here.write(
        "dist/svc.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {a: b}, ports: [{port: 80}]}\n",
    );
    let said = here.run(&["lint", "k8s/a.yaml", "--with", ".", "--verbose"]).err;
    assert!(!said.contains("svc.yaml: read"), "{said}");
    let said = here.run(&["lint", "k8s/a.yaml", "--with", "dist", "--verbose"]).err;
    assert!(said.contains("svc.yaml: read"), "{said}");
}

#[test]
fn only_the_files_of_the_repository_count() {
    let here = Repository::of(&[("k8s/a.yaml", POD)]);
    here.write(".git/info/exclude", "*.yaml\n");
    here.write("ignore-all", "*.yaml\n");
    here.git(&["config", "core.excludesFile", "ignore-all"]);
    assert_eq!(files(&here, &[]), ["k8s/a.yaml"]);
    let outside = Tool::with(&[(".gitignore", "*.yaml\n"), ("a.yaml", POD)]);
    assert_eq!(files(&outside, &[]), ["a.yaml"]);
}

#[test]
fn git_agrees() {
    let here = repository();
    let ran = crate::tool::Run::program("git", here.path())
        .args(&["ls-files", "--others", "--ignored", "--exclude-standard"])
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .end();
    let mut read = files(&here, &["--no-ignore"]);
    read.retain(|name| !files(&here, &[]).contains(name));
    assert_eq!(ran.printed().lines().collect::<Vec<_>>(), read);
}
