//! Every command in README.md and docs/ is run, in a repository made for it, and has to end with the
//! status that stands at its block.
//!
//! The info string of a block of `sh` says how it is run:
//!
//! | info string | each line of the block |
//! | --- | --- |
//! | `sh` | ends with status 0 |
//! | `sh status=1` | ends with status 1 |
//! | `sh not-run="reason"` | is not run, for this reason |
//!
//! Blocks of a page run one after the other in one repository, which `project` makes. A program that
//! is not known here has to be marked, so that no command goes untried by accident.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::programs::{on_path, path_with, script};
use crate::repository::git;
use crate::tool::{Ran, Run, entries, executable, repository, say, write};

/// Programs that are run when they are there. Others have to be marked with `not-run`.
const RUN: &[&str] = &["kubectl", "kubectl-lifecycle", "git", "test", "source", "chmod", "mkdir", "cat"];
/// The same, but they may be missing: then it is said loudly.
const RUN_IF_THERE: &[&str] = &["helm", "kustomize", "man"];

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector:\n    matchLabels: {app: web}\n  template:\n    metadata:\n      labels: {app: web}\n    spec:\n      containers:\n        - name: web\n          image: web\n          ports:\n            - containerPort: 8080\n          readinessProbe:\n            httpGet: {path: /, port: 8080}\n";
const CLEAN: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: one\nspec:\n  containers:\n    - name: one\n      image: one:1.2\n      readinessProbe:\n        exec: {command: [ready]}\n";

/// A fenced block of shell commands.
struct Block {
    line: usize,
    info: String,
    commands: Vec<String>,
}

impl Block {
    /// The status that its commands end with; `None` if they are not run.
    fn status(&self) -> Result<Option<i32>, String> {
        let said = self.info.strip_prefix("sh").unwrap_or_default().trim();
        if said.is_empty() {
            return Ok(Some(0));
        }
        if let Some(reason) = said.strip_prefix("not-run=\"").and_then(|rest| rest.strip_suffix('"')) {
            return if reason.is_empty() { Err("has no reason".to_owned()) } else { Ok(None) };
        }
        let status = said.strip_prefix("status=").and_then(|number| number.parse().ok());
        status.map(Some).ok_or_else(|| format!("is not understood: {said}"))
    }
}

fn pages() -> Vec<PathBuf> {
    let mut pages = entries(&repository("docs"));
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.push(repository("README.md"));
    pages.sort();
    pages
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (number, line) in page.lines().enumerate() {
        let line = line.trim_start();
        match (open, line.strip_prefix("```")) {
            (true, Some(_)) => open = false,
            (true, None) => blocks.last_mut().unwrap().commands.push(line.to_owned()),
            (false, Some(info)) if info.split_whitespace().next() == Some("sh") => {
                blocks.push(Block { line: number + 1, info: info.to_owned(), commands: Vec::new() });
                open = true;
            }
            (false, Some(info)) => {
                let shell = ["bash", "shell", "console", "zsh"].contains(&info.trim());
                assert!(!shell, "line {}: write commands in blocks of `sh`, not {info}", number + 1);
            }
            (false, None) => {}
        }
    }
    for block in &mut blocks {
        block.commands = joined(&block.commands);
    }
    blocks
}

/// Commands without empty lines and comments, continued ones as one.
fn joined(lines: &[String]) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in lines.iter().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let text = line.strip_suffix('\\').unwrap_or(line);
        match commands.last_mut() {
            Some(command) if goes_on => command.push_str(text),
            _ => commands.push(text.to_owned()),
        }
        goes_on = line.ends_with('\\');
    }
    commands
}

/// The programs that a command line starts, as far as the simple lines of a page need it.
fn programs(command: &str) -> BTreeSet<String> {
    let bare = command.split(" #").next().unwrap_or_default();
    let parts = bare.split(['|', ';']).flat_map(|part| part.split("&&"));
    parts
        .filter_map(|part| {
            let name = part.split_whitespace().find(|word| !word.contains('='));
            name.map(|name| name.trim_start_matches(['(', '<']).to_owned())
        })
        .collect()
}

/// A repository like those of the pages, on a branch that changed one file.
struct Project {
    scratch: tempfile::TempDir,
    path: OsString,
}

impl Project {
    fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let bin = scratch.path().join("bin");
        let tool = executable();
        // No cluster is asked: the answer of `get` is a file. All else is the real kubectl's, and the
        // plugin's own where there is none.
        let lifecycle = match on_path("kubectl") {
            Some(kubectl) => format!("*) exec '{}' \"$@\" ;;", kubectl.display()),
            None => format!("lifecycle) shift; exec '{}' \"$@\" ;;\n*) exit 127 ;;", tool.display()),
        };
        let answer = scratch.path().join("answer.yaml");
        std::fs::write(&answer, CLEAN).unwrap();
        let answers =
            format!("#!/bin/sh\ncase $1 in\nget) cat '{}' ;;\n{lifecycle}\nesac\n", answer.display());
        script(&bin.join("kubectl"), &answers);
        let path = path_with(&[&bin, tool.parent().unwrap()]);
        let project = Self { scratch, path };
        project.fill();
        project
    }

    fn directory(&self) -> PathBuf {
        self.scratch.path().join("project")
    }

    fn write(&self, name: &str, text: &str) {
        write(&self.directory().join(name), text);
    }

    fn fill(&self) {
        for path in entries(&repository("k8s")) {
            let name = format!("k8s/{}", path.file_name().unwrap().to_str().unwrap());
            self.write(&name, &std::fs::read_to_string(&path).unwrap());
        }
        self.write("k8s/web.yaml", &WEB.replace("image: web", "image: web:1"));
        self.write("app/web.yaml", &WEB.replace("name: web", "name: app"));
        self.write("unsaved.yaml", CLEAN);
        self.write("base/web.yaml", WEB);
        self.write("base/kustomization.yaml", "resources: [web.yaml]\n");
        for overlay in ["overlays/production", "overlays/prod"] {
            let text = "resources: [../../base]\nnamePrefix: production-\n";
            self.write(&format!("{overlay}/kustomization.yaml"), text);
        }
        for chart in ["chart", "charts/web"] {
            self.write(&format!("{chart}/Chart.yaml"), "apiVersion: v2\nname: web\nversion: 0.1.0\n");
            self.write(&format!("{chart}/values.yaml"), "image: web\n");
            self.write(&format!("{chart}/values-production.yaml"), "image: web:1\n");
            let template = WEB.replace("image: web", "image: {{ .Values.image }}");
            self.write(&format!("{chart}/templates/deployment.yaml"), &template);
        }
        for (name, image) in [("values-production.yaml", "web:1"), ("production.yaml", "web:2")] {
            self.write(name, &format!("image: {image}\n"));
        }
        std::fs::create_dir_all(self.scratch.path().join("home/.local/bin")).unwrap();
        std::fs::create_dir_all(self.scratch.path().join("home/.local/share/man/man1")).unwrap();
        for command in [
            "init --quiet --initial-branch=main",
            "add .",
            "commit --quiet -m start",
            "update-ref refs/remotes/origin/main HEAD",
            "switch --quiet -c change",
        ] {
            git(&self.directory(), &command.split(' ').collect::<Vec<_>>());
        }
        self.write("k8s/web.yaml", WEB);
        git(&self.directory(), &["commit", "--quiet", "-am", "change"]);
    }

    fn run(&self, command: &str) -> Ran {
        let shell = if on_path("bash").is_some() { "bash" } else { "sh" };
        let mut run = Run::program(shell, &self.directory())
            .args(&["-c", command])
            .env("PATH", &self.path)
            .env("HOME", self.scratch.path().join("home"))
            .env("GITHUB_STEP_SUMMARY", self.scratch.path().join("summary.md"));
        for (name, value) in [("NAME", "author"), ("EMAIL", "author@example.org")] {
            run = run.env(&format!("GIT_AUTHOR_{name}"), value).env(&format!("GIT_COMMITTER_{name}"), value);
        }
        run.end()
    }
}

/// Why a command cannot be tried here, if it cannot.
fn obstacle(command: &str) -> Result<Option<String>, String> {
    for name in programs(command) {
        if RUN.contains(&name.as_str()) {
            continue;
        }
        if !RUN_IF_THERE.contains(&name.as_str()) {
            return Err(format!(
                "`{name}` is not a program that this test runs: mark the block `sh not-run=\"reason\"`"
            ));
        }
        if on_path(&name).is_none() {
            return Ok(Some(format!("{name} is not on PATH")));
        }
    }
    // It renders charts with the helm on PATH.
    if (command.contains("--helm") || command.contains("--rendered")) && on_path("helm").is_none() {
        return Ok(Some("helm is not on PATH".to_owned()));
    }
    if on_path("kubectl").is_none() && (command.contains("kustomize") || command.contains(" -k ")) {
        return Ok(Some("kubectl is not on PATH".to_owned()));
    }
    Ok(None)
}

fn try_page(page: &Path, wrong: &mut Vec<String>) {
    let name = page.strip_prefix(repository("")).unwrap().display().to_string();
    let blocks = blocks(&std::fs::read_to_string(page).unwrap());
    if blocks.is_empty() {
        return;
    }
    let project = Project::new();
    for block in blocks {
        let place = format!("{name}:{}", block.line);
        let want = match block.status() {
            Ok(Some(want)) => want,
            Ok(None) => continue,
            Err(why) => {
                wrong.push(format!("{place}: the info string {why}"));
                continue;
            }
        };
        for command in &block.commands {
            match obstacle(command) {
                Ok(None) => {}
                Ok(Some(why)) => {
                    say(&format!("SKIPPED: {place}: {why}, so it was not run: {command}"));
                    continue;
                }
                Err(why) => {
                    wrong.push(format!("{place}: {command}\n  {why}"));
                    continue;
                }
            }
            let output = project.run(command);
            if output.code() != want {
                let said: Vec<&str> = output.out.lines().chain(output.err.lines()).take(30).collect();
                let (got, said) = (
                    output.code(),
                    said.join(
                        "
    ",
                    ),
                );
                wrong.push(format!(
                    "{place}: {command}\n  ended with {got}; the block says `status={want}`\n    {said}"
                ));
            }
        }
    }
}

#[test]
fn every_command_of_the_documentation_ends_as_its_block_says() {
    let mut wrong = Vec::new();
    for page in pages() {
        try_page(&page, &mut wrong);
    }
    assert!(wrong.is_empty(), "{} commands:\n\n{}\n", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn every_page_is_in_the_index_and_every_link_leads_to_a_file() {
    let index = std::fs::read_to_string(repository("docs/README.md")).unwrap();
    for page in pages() {
        let name = page.file_name().unwrap().to_str().unwrap();
        assert!(name == "README.md" || index.contains(&format!("]({name})")), "docs/README.md lacks {name}");
        let text = std::fs::read_to_string(&page).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for link in links.filter(|link| !link.is_empty() && !link.contains("://") && !link.contains(' ')) {
            let target = page.parent().unwrap().join(link);
            assert!(target.exists(), "{}: the link {link} leads nowhere", page.display());
        }
    }
}

#[test]
fn what_a_block_says_is_understood_or_refused() {
    let block = |info: &str| Block { line: 1, info: info.to_owned(), commands: vec![] };
    assert_eq!(block("sh").status(), Ok(Some(0)));
    assert_eq!(block("sh status=2").status(), Ok(Some(2)));
    assert_eq!(block("sh not-run=\"needs a cluster\"").status(), Ok(None));
    for info in ["sh not-run=\"\"", "sh status=x", "sh nonsense"] {
        assert!(block(info).status().is_err(), "{info}");
    }
    let names = |command| programs(command).into_iter().collect::<Vec<_>>();
    assert_eq!(names("kubectl get pods | kubectl lifecycle lint -  # a; b | c"), ["kubectl"]);
    assert_eq!(names("A=1 helm template . && cargo run"), ["cargo", "helm"]);
    assert!(obstacle("curl example.org").is_err());
}
