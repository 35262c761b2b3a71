//! The configuration as a user meets it: where it is found, what beats what, and what is said when it
//! is wrong.

use std::path::Path;

use serde_json::Value;

use crate::tool::{Ran, Run, Tool};

const FILE: &str = ".kubectl-lifecycle.yaml";
const BAD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {pod-template-hash: a}}\nspec:\n  containers:\n  - name: a\n    image: nginx\n    readinessProbe: {exec: {command: [ready]}}\n";

fn run(directory: &Path, arguments: &[&str]) -> Ran {
    Run::tool(directory).args(arguments).end()
}

fn status(directory: &Path, arguments: &[&str]) -> i32 {
    run(directory, arguments).code()
}

fn lint(directory: &Path, arguments: &[&str]) -> Ran {
    Run::tool(directory).args(&["lint", "-o", "json"]).args(arguments).end()
}

fn report(directory: &Path, arguments: &[&str]) -> Value {
    lint(directory, arguments).json()
}

fn findings(directory: &Path, arguments: &[&str]) -> Vec<String> {
    lint(directory, arguments).findings("{file}: {severity}[{rule}]")
}

/// `line:column: message` of everything that is wrong with a configuration.
fn wrong(text: &str) -> Vec<String> {
    let here = Tool::with(&[(FILE, text), ("a.yaml", BAD)]);
    let report = report(here.path(), &[]);
    assert_eq!(report["findings"], serde_json::json!([]), "{text}");
    assert_eq!(status(here.path(), &["lint"]), 2, "{text}");
    let trouble = report["trouble"].as_array().unwrap();
    let line = |one: &Value| {
        assert_eq!(one["file"], FILE);
        format!("{}:{}: {}", one["line"], one["column"], one["message"].as_str().unwrap())
    };
    trouble.iter().map(line).collect()
}

#[test]
fn a_rule_is_off_or_has_another_severity() {
    let here = Tool::with(&[("a.yaml", BAD), (FILE, "rules: {latest-tag: error}\n")]);
    assert_eq!(findings(here.path(), &[]), ["a.yaml: error[latest-tag]"]);
    assert_eq!(findings(here.path(), &["--no-config"]), ["a.yaml: warning[latest-tag]"]);
    std::fs::write(here.at(FILE), "rules:\n  latest-tag: off\n").unwrap();
    assert_eq!(findings(here.path(), &[]), [""; 0]);
    assert_eq!(status(here.path(), &["lint"]), 0);
}

#[test]
fn a_group_stands_for_its_rules_and_a_rule_beats_its_group() {
    let both =
        BAD.replace("    readinessProbe: {exec: {command: [ready]}}\n", "    ports: [{containerPort: 80}]\n");
    let both = both.replace("{pod-template-hash: a}", "{pod-template-hash: a, app: a}");
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {app: a}, ports: [{port: 80}]}\n";
    let here = Tool::with(&[("a.yaml", &format!("{both}{service}"))]);
    let warnings = ["stop", "start", "image"].map(|group| format!("{group}=off"));
    let rules = |flags: &[&str]| -> Vec<String> {
        let flags: Vec<&str> = flags.iter().flat_map(|flag| ["--rule", flag]).collect();
        lint(here.path(), &flags).findings("{severity}[{rule}]")
    };
    let all = ["warning[latest-tag]", "warning[missing-prestop-sleep]", "warning[missing-readiness-probe]"];
    let mut found = rules(&[]);
    found.sort();
    assert_eq!(found, all);
    assert_eq!(rules(&["stop=off", "start=off"]), all[..1]);
    assert_eq!(rules(&["image=error", "stop=off", "start=off"]), ["error[latest-tag]"]);
    for order in [["stop=off", "missing-prestop-sleep=error"], ["missing-prestop-sleep=error", "stop=off"]] {
        let found = rules(&[order[0], order[1], "start=off", "image=off"]);
        assert_eq!(found, ["error[missing-prestop-sleep]"], "{order:?}");
    }
    assert_eq!(rules(&warnings.each_ref().map(String::as_str)), [""; 0]);

    let file = "rules:\n  latest-tag: on\n  image: off\n  start: off\n  stop: error\n";
    std::fs::write(here.at(FILE), file).unwrap();
    let mut found = rules(&[]);
    found.sort();
    assert_eq!(found, ["error[missing-prestop-sleep]", "warning[latest-tag]"]);
    // What the command line says of a group beats what the file says of its rule.
    assert_eq!(rules(&["image=off"]), ["error[missing-prestop-sleep]"]);
}

#[test]
fn rules_that_are_newer_than_wanted_are_off_until_they_are_set() {
    let here = Tool::with(&[("a.yaml", BAD), (FILE, "rules: {since: 0.1.0}\n")]);
    assert_eq!(findings(here.path(), &[]), ["a.yaml: warning[latest-tag]"]);
    std::fs::write(here.at(FILE), "rules: {since: 0.0.9}\n").unwrap();
    assert_eq!(findings(here.path(), &[]), [""; 0]);
    let said = run(here.path(), &["lint", "-v"]).err;
    assert!(said.contains(" rules are newer than 0.0.9 and off: missing-prestop-sleep, "), "{said}");
    for set in ["latest-tag: on", "image: on"] {
        std::fs::write(here.at(FILE), format!("rules: {{since: v0.0, {set}}}\n")).unwrap();
        assert_eq!(findings(here.path(), &[]), ["a.yaml: warning[latest-tag]"], "{set}");
    }
    assert_eq!(findings(here.path(), &["--rule", "latest-tag=error"]), ["a.yaml: error[latest-tag]"]);
}

#[test]
fn feature_gates_of_the_cluster_decide_what_its_version_does_not() {
    let hook = "    ports: [{containerPort: 80}]\n    lifecycle: {preStop: {sleep: {seconds: 10}}}\n    readinessProbe: {httpGet: {port: 80}}\n";
    let text = format!("{}{hook}", BAD.replace("    readinessProbe: {exec: {command: [ready]}}\n", ""));
    let here = Tool::with(&[("a.yaml", &text)]);
    let messages = |config: &str| -> Vec<String> {
        std::fs::write(here.at(FILE), config).unwrap();
        lint(here.path(), &["--rule", "image=off"]).findings("{message}")
    };
    assert_eq!(messages("kubernetesVersion: 1.36"), [""; 0]);
    assert_eq!(
        messages("kubernetesVersion: 1.29"),
        ["Kubernetes 1.29 drops `lifecycle.preStop.sleep` of `a` in silence"]
    );
    assert_eq!(messages("kubernetesVersion: 1.29\nfeatureGates: {PodLifecycleSleepAction: true}"), [""; 0]);
    let off = "kubernetesVersion: 1.31\nfeatureGates: {PodLifecycleSleepAction: false}";
    assert_eq!(messages(off), ["Kubernetes 1.31 drops `lifecycle.preStop.sleep` of `a` in silence"]);
    let files = "overrides: [{files: [a.yaml], featureGates: {PodLifecycleSleepAction: false}}]";
    assert_eq!(messages(&format!("kubernetesVersion: 1.31\n{files}")).len(), 1);

    let without_effect = |config: &str| {
        assert_eq!(messages(config), [""; 0]);
        run(here.path(), &["lint", "-v"]).err
    };
    let said = without_effect("featureGates: {PodLifecycleSleepAction: false}");
    let locked = "featureGates.PodLifecycleSleepAction (.kubectl-lifecycle.yaml:1) has no effect in Kubernetes 1.36: from 1.34 on nobody can set it";
    assert!(said.contains(locked), "{said}");
    let said = without_effect("featureGates: {ContainerStopSignals: true}\nkubernetesVersion: 1.31");
    assert!(said.contains("has no effect in Kubernetes 1.31: it came with 1.33"), "{said}");
    assert_eq!(
        wrong("featureGates: {ContainerStopSignal: true}"),
        ["1:16: no feature gate `ContainerStopSignal` is known here; did you mean `ContainerStopSignals`?"]
    );
}

#[test]
fn the_file_is_found_upward_to_the_root_of_the_repository_which_may_be_a_worktree() {
    let off = "rules: {latest-tag: off}\n";
    for git in [".git", ".git/HEAD"] {
        let here = Tool::with(&[(FILE, off), (git, "gitdir: x\n"), ("k8s/dev/a.yaml", BAD)]);
        assert_eq!(findings(&here.path().join("k8s/dev"), &[]), [""; 0], "{git}");
    }
    let above = Tool::with(&[(FILE, off), ("project/.git", "gitdir: x\n"), ("project/a.yaml", BAD)]);
    assert_eq!(findings(&above.path().join("project"), &[]).len(), 1);
    let outside = Tool::with(&[(FILE, off), ("k8s/a.yaml", BAD)]);
    assert_eq!(findings(&outside.path().join("k8s"), &[]).len(), 1);
    assert_eq!(findings(outside.path(), &[]), [""; 0]);
}

#[test]
fn a_file_can_be_named_or_none_be_read_but_not_both() {
    let here =
        Tool::with(&[("a.yaml", BAD), ("other.yml", "rules: {latest-tag: off}\n"), (FILE, "oops: 1\n")]);
    assert_eq!(status(here.path(), &["lint", "a.yaml", "--config", "other.yml"]), 0);
    assert_eq!(status(here.path(), &["lint", "a.yaml", "--no-config"]), 1);
    assert_eq!(status(here.path(), &["lint", "a.yaml"]), 2);
    let both = run(here.path(), &["lint", "a.yaml", "--no-config", "--config", "other.yml"]);
    assert_eq!(both.code(), 2);
    assert!(both.err.contains("cannot be used with"), "{}", both.err);
    let missing = run(here.path(), &["lint", "a.yaml", "--config", "gone.yaml"]);
    assert_eq!(missing.code(), 2);
    assert!(missing.out.contains("gone.yaml"), "{}", missing.out);
    assert!(missing.err.contains("nothing was linted"), "{}", missing.err);
}

#[test]
fn a_file_with_the_other_ending_is_not_passed_over() {
    let here = Tool::with(&[(".kubectl-lifecycle.yml", "strict: true\n"), ("a.yaml", BAD)]);
    let output = run(here.path(), &["lint"]);
    assert_eq!(output.code(), 2);
    assert!(output.out.contains("rename it"), "{}", output.out);
}

#[test]
fn an_empty_file_changes_nothing_and_is_no_manifest() {
    let here = Tool::with(&[(FILE, "# nothing yet\n"), ("a.yaml", BAD)]);
    let report = report(here.path(), &["."]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    assert_eq!((&report["skipped"], &report["summary"]["files"]), (&serde_json::json!([]), &1.into()));
    // As pre-commit names it, when it is among the changed files.
    assert_eq!(status(here.path(), &["lint", FILE]), 0);
}

#[test]
fn flags_beat_the_file_and_its_overrides() {
    let text = "kubernetesVersion: 1.29\nstrict: true\nfailOn: error\nrules: {latest-tag: off}\n\
                overrides: [{files: ['**'], rules: {latest-tag: info}}]\n";
    let here = Tool::with(&[(FILE, text), ("a.yaml", BAD)]);
    assert_eq!(findings(here.path(), &[]), ["a.yaml: info[latest-tag]"]);
    assert_eq!(findings(here.path(), &["--rule", "latest-tag=on"]), ["a.yaml: warning[latest-tag]"]);
    assert_eq!(findings(here.path(), &["--rule=latest-tag=off"]), [""; 0]);
    assert_eq!(status(here.path(), &["lint"]), 0);
    assert_eq!(status(here.path(), &["lint", "--fail-on", "info"]), 1);
    let rows = run(here.path(), &["config", "--strict=false", "--kubernetes-version", "1.31", "a.yaml"]);
    let rows = rows.out;
    assert!(rows.contains("--strict ") && rows.contains("--kubernetes-version"), "{rows}");
}

#[test]
fn a_wrong_rule_on_the_command_line_is_refused_with_the_nearest() {
    let here = Tool::new();
    for (given, said) in [
        ("latest-tga=off", "did you mean `latest-tag`?"),
        ("latest-tag", "latest-tag=off"),
        ("latest-tag=no", "write one of: off, info, warning, error, on"),
    ] {
        let output = run(here.path(), &["lint", "--rule", given]);
        assert_eq!(output.code(), 2);
        assert!(output.err.contains(said), "{}", output.err);
    }
}

#[test]
fn an_override_matches_however_the_file_is_named() {
    let text = "overrides:\n- files: [k8s/dev]\n  rules: {latest-tag: error}\n- files: [k8s/dev/b.yaml]\n  rules: {latest-tag: info}\n";
    let here = Tool::with(&[
        (FILE, text),
        (".git", ""),
        ("k8s/dev/a.yaml", BAD),
        ("k8s/dev/b.yaml", BAD),
        ("k8s/c.yaml", BAD),
    ]);
    let whole = findings(here.path(), &["--strict"]);
    assert_eq!(
        whole,
        [
            "k8s/c.yaml: warning[latest-tag]",
            "k8s/dev/a.yaml: error[latest-tag]",
            "k8s/dev/b.yaml: info[latest-tag]"
        ]
    );
    let severity = |from: &str, name: &str| {
        let found = findings(&here.path().join(from), &[name]);
        found[0].rsplit(": ").next().unwrap().to_owned()
    };
    let absolute = here.path().join("k8s/dev/a.yaml");
    for (from, name) in [
        ("", "./k8s/dev/a.yaml"),
        ("", "k8s/../k8s/dev/a.yaml"),
        ("", absolute.to_str().unwrap()),
        ("k8s/dev", "a.yaml"),
        ("k8s", "dev"),
        ("k8s/dev", "../dev/a.yaml"),
    ] {
        assert_eq!(severity(from, name), "error[latest-tag]", "{from} {name}");
    }
}

#[test]
fn a_configuration_elsewhere_rules_its_own_directory() {
    let text = "overrides: [{files: ['k8s/**'], rules: {latest-tag: off}}]\nexclude: [vendor]\n";
    let here = Tool::with(&[
        ("project/lint.yaml", text),
        ("project/k8s/a.yaml", BAD),
        ("k8s/a.yaml", BAD),
        ("project/vendor/v.yaml", BAD),
    ]);
    let found = findings(here.path(), &["--config", "project/lint.yaml", "k8s", "project/k8s", "project"]);
    assert_eq!(found, ["k8s/a.yaml: warning[latest-tag]"]);
}

#[test]
fn excluded_files_are_not_read_unless_they_are_named() {
    let here = Tool::with(&[
        (FILE, "exclude: [vendor, '**/*.gen.yaml']\n"),
        ("a.yaml", BAD),
        ("vendor/v.yaml", BAD),
        ("vendor/x.gen.yaml", BAD),
        ("k8s/x.gen.yaml", BAD),
    ]);
    let files = |arguments: &[&str]| -> Vec<String> {
        let found = findings(here.path(), arguments);
        found.iter().map(|line| line.split(':').next().unwrap().to_owned()).collect()
    };
    assert_eq!(files(&[]), ["a.yaml"]);
    assert_eq!(files(&["."]), ["a.yaml"]);
    assert_eq!(files(&["vendor/v.yaml", "k8s/x.gen.yaml"]), ["k8s/x.gen.yaml", "vendor/v.yaml"]);
    // Naming the directory waives the glob that covers it, and no other.
    assert_eq!(files(&["vendor"]), ["vendor/v.yaml"]);
    assert_eq!(files(&["--force-exclude", "vendor", "vendor/v.yaml", "a.yaml"]), ["a.yaml"]);
    assert_eq!(files(&["--exclude", "a.yaml"]), [""; 0]);
    let counted = report(here.path(), &[]);
    assert_eq!(counted["summary"]["files"], 1);
    assert_eq!(counted["skipped"], serde_json::json!([]));
}

#[test]
fn verbose_tells_what_had_no_effect_and_what_was_left_out() {
    let text = "rules:\n  latest-tag: {severity: off, movingTags: [main]}\nexclude: [vendor, gone]\noverrides:\n- files: [nowhere]\n";
    let here = Tool::with(&[(FILE, text), ("a.yaml", BAD), ("vendor/v.yaml", BAD)]);
    let notes = run(here.path(), &["lint", "-v"]).err;
    for note in [
        ".kubectl-lifecycle.yaml: read as the configuration",
        "rules.latest-tag.movingTags (.kubectl-lifecycle.yaml:2) has no effect where `latest-tag` is off",
        "vendor: left out, excluded by `vendor` (.kubectl-lifecycle.yaml:3)",
        "`gone` (.kubectl-lifecycle.yaml:3) excludes nothing in this run",
        "the override of `nowhere` (.kubectl-lifecycle.yaml:5) matches no file of this run",
    ] {
        assert!(notes.contains(&format!("note: {note}\n")), "{note}\n\n{notes}");
    }
}

const WEB: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web, pod-template-hash: a}}\nspec:\n  terminationGracePeriodSeconds: 20\n  containers:\n  - name: web\n    image: IMAGE\n    ports: [{containerPort: 80}]\n    readinessProbe: {httpGet: {path: /, port: 80}}\n    lifecycle: {preStop: {exec: {command: COMMAND}}}\n";

fn web(image: &str, command: &str) -> String {
    WEB.replace("IMAGE", image).replace("COMMAND", command)
}

#[test]
fn options_of_rules_change_what_they_find() {
    let here = Tool::with(&[("a.yaml", &web("shop:main", "[sleep, '7']"))]);
    assert_eq!(findings(here.path(), &[]), [""; 0]);
    let text =
        "rules:\n  latest-tag: {movingTags: ['ma*']}\n  missing-prestop-sleep: {propagationDelay: 10}\n";
    std::fs::write(here.at(FILE), text).unwrap();
    let found = findings(here.path(), &[]);
    assert_eq!(found, ["a.yaml: warning[latest-tag]", "a.yaml: warning[missing-prestop-sleep]"]);
    assert_eq!(findings(here.path(), &["--propagation-delay", "5"]), ["a.yaml: warning[latest-tag]"]);
}

#[test]
fn what_the_user_knows_of_programs_and_images_decides() {
    let here = Tool::with(&[("a.yaml", &web("shop:1", "[/app/drain, --all]"))]);
    let with = |hooks: &str| {
        std::fs::write(here.at(FILE), format!("hooks: {hooks}\n")).unwrap();
        findings(here.path(), &[])
    };
    assert_eq!(with("{}"), [""; 0]);
    assert_eq!(with("{instantCommands: [drain]}"), ["a.yaml: warning[missing-prestop-sleep]"]);
    assert_eq!(with("{waitingCommands: {drain: 10}}"), [""; 0]);
    assert_eq!(with("{waitingCommands: {/app/drain: 30}}"), ["a.yaml: error[prestop-exceeds-grace-period]"]);
    assert_eq!(with("{waitingCommands: {/other/drain: 30}}"), [""; 0]);
    std::fs::write(here.path().join("a.yaml"), web("corp.example/base/shop:1", "[sleep, '10']")).unwrap();
    assert_eq!(with("{}"), [""; 0]);
    assert_eq!(with("{shellLessImages: ['corp.example/base/*']}"), ["a.yaml: error[hook-cannot-run]"]);
    assert_eq!(
        with("{}\nimages: [{repositories: 'corp.example/base/*', shell: none}]"),
        ["a.yaml: error[hook-cannot-run]"]
    );
}

#[test]
fn further_kinds_are_linted_where_their_pod_template_is() {
    let shop = "apiVersion: example.com/v1\nkind: Shop\nmetadata: {name: a}\nspec:\n  size: 3\n  pods:\n    template:\n      spec:\n        containers:\n        - {name: a, image: nginx, readinessProbe: {exec: {command: [ready]}}}\n";
    let here = Tool::with(&[("a.yaml", shop)]);
    assert_eq!(findings(here.path(), &[]), [""; 0]);
    let with = |template: &str| {
        let text = format!("workloadKinds: [{{group: example.com, kind: Shop, template: {template}}}]\n");
        std::fs::write(here.at(FILE), text).unwrap();
        let report = report(here.path(), &[]);
        let said = report["skipped"][0]["reason"].as_str().unwrap_or_default().to_owned();
        (report["findings"].as_array().unwrap().len(), said)
    };
    assert_eq!(with("spec.pods.template"), (1, String::new()));
    let (count, said) = with("spec.template");
    assert!(count == 0 && said.contains("no pod template at `spec.template`"), "{said}");
    let (count, said) = with("spec.pods.template.spec");
    assert!(count == 0 && said.contains("write `spec.pods.template` there"), "{said}");
}

#[test]
fn context_is_known_about_and_not_reported_in() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web, pod-template-hash: a}}\nspec: {containers: [{name: web, image: 'a:1', ports: [{containerPort: 80}]}]}\n";
    let here = Tool::with(&[
        (".git", ""),
        (FILE, "with: [base]\nrules: {missing-prestop-sleep: off}\n"),
        ("base/service.yaml", service),
        ("base/pod.yaml", BAD),
        ("k8s/pod.yaml", pod),
    ]);
    let found = report(&here.path().join("k8s"), &["pod.yaml"]);
    assert_eq!(found["findings"].as_array().unwrap().len(), 1);
    let related = &found["findings"][0]["related"][0]["file"];
    assert_eq!(related, "../base/service.yaml", "{found}");
}

#[test]
fn everything_wrong_is_told_at_once_with_its_place_and_the_nearest_name() {
    let text = "kubernetesVersion: 1.99\nstrct: true\nfailOn: eror\nrules:\n  latest-tga: off\n  duplicate-key: maybe\n  unknown-field: [a]\n  \
                missing-prestop-sleep:\n    propagationDelay: 5s\n    movingTags: [a]\n    sevrity: error\nlatest-tag: off\n";
    assert_eq!(
        wrong(text),
        [
            "1:20: `1.99` cannot be used: Kubernetes 1.99 is not known here; supported are 1.25 to 1.37",
            "2:1: there is no setting `strct` here; did you mean `strict`?",
            "3:9: `failOn` cannot be `eror`; did you mean `error`?",
            "5:3: there is no rule or group `latest-tga`; did you mean `latest-tag`?",
            "6:18: `duplicate-key` cannot be `maybe`; write `off`, `info`, `warning`, `error`, `on`",
            "7:3: `unknown-field` must be `off`, a severity, or a mapping, and is a list",
            "9:23: `propagationDelay` must be a number, and is the text \"5s\"",
            "10:5: `missing-prestop-sleep` has no option `movingTags`; it is one of `latest-tag`",
            "11:5: `missing-prestop-sleep` has no option `sevrity`; did you mean `severity`?",
            "12:1: `latest-tag` is a rule; put it under `rules:`",
        ]
    );
}

#[test]
fn what_is_known_of_images_is_told_item_by_item() {
    let text = "images:\n- {repositories: 'a:1', shell: zsh}\n- {shell: none}\n- {repositories: b}\n\
                - {repositories: c, dataDirectories: [data], keepsAccepting: -1}\n\
                - {repositories: d, fastSignals: [SIGTERN], gracefulSignal: SIGINT}\n\
                - {repositories: e, fastSignals: [SIGTERM]}\n- {repositories: f, gracefulSignal: SIGTERM}\n\
                - {repositories: g, fastSignals: [SIGTERM], gracefulSignal: SIGTERM}\n";
    assert_eq!(
        wrong(text),
        [
            "2:18: `a:1` names one image; name the repository alone: `a`",
            "2:32: `shell` cannot be `zsh`; write `none`, `dash`, `ash`, `bash`",
            "3:4: an entry without `repositories`; it says of which images it speaks",
            "4:4: nothing is said of `b`; say what it is like, such as `shell: none`",
            "5:39: `data` is no directory from the root, such as `/var/lib/shop`",
            "5:62: `keepsAccepting` must be a number of seconds from 0 to 86400",
            "6:35: an item of `fastSignals` cannot be `SIGTERN`; did you mean `SIGTERM`?",
            "7:21: `fastSignals` needs `gracefulSignal`, on which the program finishes what it is doing, such as `SIGQUIT`",
            "8:37: `gracefulSignal` needs `fastSignals`, on which the program ends at once",
            "9:61: `gracefulSignal` is among `fastSignals` as well; keep it in one of them",
        ]
    );
}

#[test]
fn lists_and_mappings_are_told_item_by_item() {
    let text = "hooks:\n  waitingCommands: {sleep: 5, x: -1}\n  instantCommands: [5, 'a b', x]\n  shellLessImages: ['a:1']\n\
                exclude: ['a[', /x, '']\nwith: [gone]\noverrides:\n- files: k8s\n- failOn: error\n- 5\n\
                workloadKinds:\n- {group: apps/v1, kind: Shop, template: 'spec[0]'}\n- {group: apps, kind: Deployment, template: a}\n- {kind: A, template: a}\n";
    assert_eq!(
        wrong(text),
        [
            "2:21: `sleep` is understood from its arguments; remove it",
            "2:31: `x` is in instantCommands as well; keep it in one of them",
            "2:34: `x` must be a number of seconds from 0 to 86400",
            "3:21: an item of `instantCommands` must be text, and is the number 5",
            "3:24: `a b` holds a blank; name the program alone, without its arguments",
            "4:21: `a:1` names one image; name the repository alone: `a`",
            "5:11: `a[` is no glob: unclosed character class; missing ']'",
            "5:17: `/x` leads out of the directory; globs are relative to it, such as `k8s/**`",
            "5:21: `` is empty; write a path or a glob, such as `vendor` or `**/testdata/**`",
            "6:8: `gone` does not exist; the path is relative to the configuration's directory",
            "8:10: `files` must be a list, and is the text \"k8s\"",
            "9:3: `failOn` holds for the whole run; put it at the top of the file",
            "9:3: an override that says of nothing what it is about; list `files`, `kinds`, `namespaces`, `names`, `labels`, `containers`",
            "10:3: an item of `overrides` must be a mapping, and is the number 5",
            "12:11: `apps/v1` is an apiVersion; the group is `apps`",
            "12:42: `spec[0]` is no field path; write the keys from the object's root with dots, like `spec.podTemplate`",
            "13:23: `Deployment` of apps is linted without this; remove the entry",
            "14:4: a workload kind without `group`; it needs group, kind and template",
        ]
    );
}

#[test]
fn what_is_no_single_mapping_is_refused() {
    assert_eq!(wrong("- a\n"), ["1:1: is no mapping; write settings as `key: value`"]);
    assert_eq!(
        wrong("strict: true\nstrict: false\n"),
        ["2:1: `strict` stands here for the second time; keep one"]
    );
    assert_eq!(
        wrong("strict: true\n---\nstrict: false\n"),
        ["3:1: begins a second document here; a configuration is one document, so join them"]
    );
    let broken = wrong("strict: [\n");
    assert!(broken.len() == 1 && broken[0].contains("is not valid YAML"), "{broken:?}");
    assert!(wrong("strict: {{ .Values.strict }}\n")[0].contains("template"));
}

#[test]
fn a_broken_configuration_is_told_by_the_config_command_too() {
    let here = Tool::with(&[(FILE, "strct: \u{1b}[31m\n"), ("b.yaml", "\"x\\e[31m\": 1\n")]);
    let output = run(here.path(), &["config", "--config", "b.yaml"]);
    assert_eq!((output.code(), output.out.as_str()), (2, ""));
    assert!(output.err.starts_with("error: b.yaml:1:1: there is no setting"), "{}", output.err);
    assert!(!output.err.contains('\u{1b}'), "{:?}", output.err);
}

const FULL: &str = "kubernetesVersion: 1.30\nrules:\n  latest-tag: {severity: error, movingTags: [main]}\n  unknown-field: off\nhooks:\n  waitingCommands: {drain: 15}\nexclude: [vendor]\noverrides:\n- files: [k8s/dev]\n  strict: true\n  rules: {latest-tag: off}\nworkloadKinds:\n- {group: example.com, kind: Shop, template: spec.podTemplate}\n";

#[test]
fn the_config_command_shows_each_setting_and_where_it_comes_from() {
    let here = Tool::with(&[(FILE, FULL), (".git", ""), ("k8s/dev/a.yaml", BAD)]);
    let shown = run(here.path(), &["config", "--fail-on", "error"]);
    assert_eq!(shown.code(), 0);
    insta::assert_snapshot!("config", of_some_rules(&shown.out));
    let shown = run(&here.path().join("k8s"), &["config", "dev/a.yaml", "--propagation-delay", "7.5"]);
    insta::assert_snapshot!("config_of_a_file", of_some_rules(&shown.out));
}

/// The same without the settings of most rules, and with columns as wide as their texts: what a new rule
/// adds is not held here.
fn of_some_rules(shown: &str) -> String {
    let is_shown = |line: &&str| match line.strip_prefix("rules.").and_then(|rest| rest.split_once('.')) {
        Some((rule, _)) => ["latest-tag", "missing-prestop-sleep", "unknown-field"].contains(&rule),
        None => true,
    };
    let lines = shown.lines().filter(is_shown).map(|line| {
        let columns: Vec<&str> =
            line.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect();
        format!("{}\n", columns.join("  "))
    });
    lines.collect()
}

#[test]
fn the_config_command_answers_in_json() {
    let here = Tool::with(&[(FILE, FULL), (".git", ""), ("vendor/a.yaml", BAD)]);
    let shown = run(here.path(), &["config", "-o", "json", "vendor/a.yaml"]);
    let answer = shown.json();
    assert_eq!((&answer["version"], &answer["config"]), (&1.into(), &FILE.into()));
    assert_eq!(answer["excluded"], "`vendor` (.kubectl-lifecycle.yaml:7)");
    assert_eq!(
        answer["settings"][0],
        serde_json::json!({
            "key": "kubernetesVersion", "value": "1.30",
            "from": {"kind": "file", "file": FILE, "line": 1, "column": 1}
        })
    );
    let schema = run(here.path(), &["config", "--schema"]);
    let schema = schema.json();
    assert_eq!(schema["properties"]["strict"]["type"], "boolean");
}

#[test]
fn without_a_file_the_config_command_shows_the_defaults() {
    let here = Tool::with(&[(".git", "")]);
    let shown = run(here.path(), &["config"]).out;
    assert!(shown.starts_with("configuration: none found"), "{shown}");
    assert!(!shown.contains(FILE), "{shown}");
}
