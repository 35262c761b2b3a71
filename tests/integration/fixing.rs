//! `--fix`, `--diff` and `--unsafe-fixes`: what is written where, and what never is.

use kubectl_lifecycle::lint::{Fixes, Input, Options, fixed, lint};

use crate::programs::has_kubectl;
use crate::tool::{Run, Tool, repository};

/// Two safe fixes (`mkdir`, the grace period) among comments, an anchor, quotes and a flow list.
const MANIFEST: &str = r#"# The owner: team shop.
apiVersion: v1
kind: Pod
metadata: {name: 'web', labels: &labels {app: "web"}}  # keep
spec:
  # why not more?
  terminationGracePeriodSeconds: 30   # seconds
  containers:
  - name: app
    image: a:1
    lifecycle:
      preStop: {exec: {command: [sleep, "45"]}}
      postStart:
        exec:
          command:
          - sh
          - -c
          - |
            # first
            mkdir /data/x
    volumeMounts: [{name: data, mountPath: /data}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
"#;

const MENDED: [(&str, &str); 2] = [
    ("terminationGracePeriodSeconds: 30   #", "terminationGracePeriodSeconds: 70   #"),
    ("mkdir /data/x", "mkdir -p /data/x"),
];

fn mended(text: &str) -> String {
    MENDED.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new))
}

/// A container that gets requests: the sleep is safe, the probe is a guess.
const SERVED: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web, pod-template-hash: a}}\nspec:\n  containers:\n  - name: app\n    image: nginx:1.27.5\n    ports: [{name: http, containerPort: 80}]\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}\n";

#[test]
fn safe_fixes_are_written_and_everything_else_stays_as_it_is() {
    let here = Tool::with(&[("web.yaml", MANIFEST)]);
    let ran = here.run(&["lint", "--fix", "web.yaml"]);
    assert_eq!(here.read("web.yaml"), mended(MANIFEST));
    assert_eq!(ran.code(), 0, "{}", ran.out);
    assert!(ran.out.ends_with("Made 2 fixes in 1 file.\n"), "{}", ran.out);
    let again = here.run(&["lint", "--fix", "web.yaml"]);
    assert!(again.out.ends_with("No fixes were made.\n"), "{}", again.out);
    assert_eq!(here.read("web.yaml"), mended(MANIFEST));
}

#[test]
fn line_ends_and_a_byte_order_mark_stay() {
    let text = format!("\u{feff}{}", MANIFEST.replace('\n', "\r\n"));
    let here = Tool::with(&[("web.yaml", &text)]);
    assert_eq!(here.run(&["lint", "--fix", "web.yaml"]).code(), 0);
    assert_eq!(here.read("web.yaml"), mended(&text));
}

#[test]
fn what_holds_a_guess_is_left_until_it_is_asked_for() {
    let here = Tool::with(&[("web.yaml", SERVED)]);
    let ran = here.run(&["lint", "--fix", "web.yaml"]);
    assert_eq!(ran.code(), 1);
    assert!(
        ran.out.ends_with("Made 1 fix in 1 file. 1 more holds a guess: --unsafe-fixes makes it as well.\n"),
        "{}",
        ran.out
    );
    assert!(here.read("web.yaml").contains("sleep:\n") && !here.read("web.yaml").contains("readinessProbe"));
    let ran = here.run(&["lint", "--fix", "--unsafe-fixes", "web.yaml"]);
    assert_eq!(ran.code(), 0, "{}", ran.out);
    assert!(here.read("web.yaml").contains("readinessProbe"));
}

#[test]
fn a_run_without_fix_says_what_one_would_mend() {
    let here = Tool::with(&[("web.yaml", SERVED)]);
    let ran = here.run(&["lint", "web.yaml"]);
    assert!(ran.out.ends_with("; --fix mends 1,\n  --unsafe-fixes 1 more\n"), "{}", ran.out);
    assert_eq!(here.read("web.yaml"), SERVED);
}

#[test]
fn a_diff_is_what_would_be_written_and_writes_nothing() {
    let here = Tool::with(&[("k8s/web.yaml", MANIFEST), ("k8s/clean.yaml", "a: 1\n")]);
    let ran = here.run(&["lint", "--diff", "k8s"]);
    assert_eq!((ran.code(), here.read("k8s/web.yaml").as_str()), (1, MANIFEST));
    assert_eq!(
        ran.out,
        "--- a/k8s/web.yaml\n+++ b/k8s/web.yaml\n@@ -4,7 +4,7 @@\n metadata: {name: 'web', labels: &labels {app: \"web\"}}  # keep\n spec:\n   # why not more?\n-  terminationGracePeriodSeconds: 30   # seconds\n+  terminationGracePeriodSeconds: 70   # seconds\n   containers:\n   - name: app\n     image: a:1\n@@ -17,6 +17,6 @@\n           - -c\n           - |\n             # first\n-            mkdir /data/x\n+            mkdir -p /data/x\n     volumeMounts: [{name: data, mountPath: /data}]\n   volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]\n"
    );
    assert_eq!(ran.err, "Would make 2 fixes in 1 file.\n");
    let applied = Run::program("git", here.path()).args(&["apply", "-"]).input(&ran.out).end();
    assert_eq!(applied.code(), 0, "{}", applied.err);
    assert_eq!(here.read("k8s/web.yaml"), mended(MANIFEST));
    let ran = here.run(&["lint", "--diff", "k8s"]);
    assert_eq!((ran.code(), ran.out.as_str()), (0, ""));
    assert_eq!(ran.err, "No fixes to make.\n");
}

#[test]
fn a_diff_of_what_could_not_be_read_is_trouble() {
    let here = Tool::with(&[("web.yaml", MANIFEST), ("broken.yaml", "a: [\n")]);
    let ran = here.run(&["lint", "--diff", "."]);
    assert_eq!(ran.code(), 2);
    assert!(ran.err.contains("broken.yaml:") && ran.out.contains("+++ b/web.yaml"), "{}{}", ran.err, ran.out);
}

#[test]
fn standard_input_is_written_to_standard_output_and_the_report_aside() {
    let here = Tool::new();
    for (text, fixed) in [(MANIFEST.to_owned(), mended(MANIFEST)), ("a: 1\n".to_owned(), "a: 1\n".to_owned())]
    {
        let ran = here.command(&["lint", "--fix", "-"]).input(&text).end();
        assert_eq!(ran.out, fixed);
        assert!(ran.err.contains("fix"), "{}", ran.err);
    }
    let ran = here.command(&["lint", "--fix", "-"]).input("\u{0}\u{1}").end();
    assert_eq!((ran.code(), ran.out.contains("trouble")), (2, false), "{}", ran.out);
    let ran = here.command(&["lint", "--diff", "-"]).input(MANIFEST).end();
    assert!(ran.out.contains("+  terminationGracePeriodSeconds: 70"), "{}", ran.out);
}

#[test]
fn what_is_known_is_not_touched() {
    let suppressed = format!(
        "# lifecycle: ignore-file[non-idempotent-poststart, prestop-exceeds-grace-period] -- as we want it\n{MANIFEST}"
    );
    let here = Tool::with(&[("web.yaml", &suppressed)]);
    here.run(&["lint", "--fix", "."]);
    assert_eq!(here.read("web.yaml"), suppressed);

    let here = Tool::with(&[("web.yaml", MANIFEST)]);
    here.run(&["lint", "--write-baseline", "known", "."]);
    here.run(&["lint", "--fix", "--baseline", "known", "."]);
    assert_eq!(here.read("web.yaml"), MANIFEST);
}

#[test]
fn what_is_only_read_is_not_written() {
    let here = Tool::with(&[("other/web.yaml", MANIFEST), ("web.yaml", SERVED)]);
    here.run(&["lint", "--fix", "--with", "other", "web.yaml"]);
    assert_eq!(here.read("other/web.yaml"), MANIFEST);
    assert_ne!(here.read("web.yaml"), SERVED);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let here = Tool::with(&[
        ("outside/web.yaml", MANIFEST),
        ("outside/more/app.yaml", MANIFEST),
        ("k8s/a.yaml", "a: 1\n"),
    ]);
    std::os::unix::fs::symlink(here.at("outside/web.yaml"), here.at("k8s/web.yaml")).unwrap();
    std::os::unix::fs::symlink(here.at("outside/more"), here.at("k8s/more")).unwrap();
    let plain = here.run(&["lint", "k8s"]).out;
    assert!(!plain.contains("--fix"), "nothing is promised that is not done: {plain}");
    let ran = here.run(&["lint", "--fix", "k8s"]);
    assert_eq!(ran.code(), 1);
    assert!(
        ran.out.contains(
            "No fixes were made. 4 are for files behind symbolic links: name the files that\nthey lead to."
        ),
        "{}",
        ran.out
    );
    assert_eq!(here.read("outside/web.yaml"), MANIFEST);
    assert_eq!(here.read("outside/more/app.yaml"), MANIFEST);
}

#[cfg(unix)]
#[test]
fn the_mode_of_a_file_stays() {
    use std::os::unix::fs::PermissionsExt;
    let here = Tool::with(&[("web.yaml", MANIFEST)]);
    std::fs::set_permissions(here.at("web.yaml"), std::fs::Permissions::from_mode(0o666)).unwrap();
    here.run(&["lint", "--fix", "web.yaml"]);
    let mode = std::fs::metadata(here.at("web.yaml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o666);
    assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), 1, "nothing is left beside it");
}

/// A user who is not root: to root nothing is read-only.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_reported_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let here = Tool::with(&[("kept.yaml", MANIFEST), ("web.yaml", &MANIFEST.replace("'web'", "other"))]);
    std::fs::set_permissions(here.at("kept.yaml"), std::fs::Permissions::from_mode(0o444)).unwrap();
    if std::fs::OpenOptions::new().write(true).open(here.at("kept.yaml")).is_ok() {
        return;
    }
    let ran = here.run(&["lint", "--fix", "."]);
    assert_eq!(ran.code(), 2);
    let said =
        "trouble: kept.yaml\n  its fixes could not be written: permission denied; check its permissions\n";
    assert!(ran.out.contains(said), "{}", ran.out);
    assert!(ran.out.contains("error[prestop-exceeds-grace-period]"), "it is there still: {}", ran.out);
    assert!(ran.out.contains("1 error, 1 warning in 2 files"), "none is unread: {}", ran.out);
    assert!(ran.out.ends_with("\nMade 2 fixes in 1 file. 1 file could not be written.\n"), "{}", ran.out);
    assert_eq!(here.read("kept.yaml"), MANIFEST);
}

/// What came through a pipe is gone once it was read, and cannot be written.
#[cfg(unix)]
#[test]
fn a_pipe_is_read_once_and_never_written() {
    let here = Tool::with(&[("web.yaml", MANIFEST)]);
    let made = Run::program("mkfifo", here.path()).args(&["pipe.yaml"]).end();
    assert_eq!(made.code(), 0, "{}", made.err);
    let (pipe, text) = (here.at("pipe.yaml"), MANIFEST.replace("'web'", "piped"));
    let writer = std::thread::spawn(move || std::fs::write(pipe, text));
    let ran = here.run(&["lint", "--fix", "web.yaml", "pipe.yaml"]);
    writer.join().unwrap().unwrap();
    assert_eq!(ran.code(), 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("Made 2 fixes in 1 file. 2 more are about rendered text"), "{}", ran.out);
    assert_eq!(here.read("web.yaml"), mended(MANIFEST));
}

#[test]
fn a_diff_can_be_applied_however_the_files_were_named() {
    let here =
        Tool::with(&[("k8s/a b.yaml", MANIFEST), ("k8s/\"q\".yaml", &MANIFEST.replace("'web'", "other"))]);
    let whole = here.at("k8s").to_string_lossy().into_owned();
    for given in [whole.as_str(), "k8s/../k8s", "./k8s"] {
        let diff = here.run(&["lint", "--diff", given]).out;
        assert!(diff.contains("+++ b/k8s/a b.yaml\t\n"), "{diff}");
        assert!(diff.contains("+++ \"b/k8s/\\\"q\\\".yaml\"\n"), "{diff}");
        let checked = Run::program("git", here.path()).args(&["apply", "--check", "-"]).input(&diff).end();
        assert_eq!(checked.code(), 0, "{given}: {}", checked.err);
    }
}

#[test]
fn a_script_in_a_config_map_is_mended_there() {
    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: app\n    image: a:1\n    lifecycle: {postStart: {exec: {command: [sh, /scripts/start.sh]}}}\n    volumeMounts: [{name: scripts, mountPath: /scripts}, {name: data, mountPath: /data}]\n  volumes:\n  - {name: scripts, configMap: {name: scripts}}\n  - {name: data, persistentVolumeClaim: {claimName: data}}\n";
    const SCRIPT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: scripts}\ndata:\n  start.sh: |\n    # begins\n    mkdir /data/x\n";
    let here = Tool::with(&[("pod.yaml", POD), ("scripts.yaml", SCRIPT)]);
    let ran = here.run(&["lint", "--fix", "."]);
    assert_eq!(ran.code(), 0, "{}", ran.out);
    assert_eq!(here.read("scripts.yaml"), SCRIPT.replace("mkdir /", "mkdir -p /"));
    assert_eq!(here.read("pod.yaml"), POD);

    let here = Tool::with(&[("pod.yaml", POD), ("other/scripts.yaml", SCRIPT)]);
    here.run(&["lint", "--fix", "--with", "other", "pod.yaml"]);
    assert_eq!(here.read("other/scripts.yaml"), SCRIPT);
}

#[test]
fn what_kustomize_built_is_not_written_and_told() {
    if !has_kubectl("--fix of an overlay") {
        return;
    }
    let here = Tool::with(&[
        ("base/web.yaml", MANIFEST),
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("prod/kustomization.yaml", "resources: [../base]\nnamePrefix: prod-\n"),
    ]);
    let ran = here.run(&["lint", "--fix", "-k", "prod"]);
    assert_eq!(ran.code(), 1);
    let said = "No fixes were made. 2 are about rendered text: change the patches, templates or\nvalues that they come from.\n";
    assert!(ran.out.ends_with(said), "{}", ran.out);
    assert_eq!(here.read("base/web.yaml"), MANIFEST);
}

/// What a kustomization says of a file holds of its new text as well: the tag, which it gives.
#[test]
fn a_file_is_what_it_was_to_its_kustomization() {
    let served = SERVED.replace("nginx:1.27.5", "nginx");
    let more = "apiVersion: v1\nkind: Pod\nmetadata: {name: other}\nspec: {containers: [{name: app, image: 'nginx:1.27.5'}]}\n";
    let here = Tool::with(&[
        ("k8s/web.yaml", &served),
        ("k8s/kustomization.yaml", "resources: [web.yaml]\nimages: [{name: nginx, newTag: 1.28.0}]\n"),
        ("other.yaml", more),
    ]);
    let ran = here.run(&["lint", "--fix", "."]);
    assert!(ran.out.contains("Made 1 fix in 1 file. 1 more holds a guess"), "{}", ran.out);
    let ran = here.run(&["lint", "--fix", "--unsafe-fixes", "."]);
    assert!(ran.out.contains("Made 1 fix in 1 file.\n"), "{}", ran.out);
    assert!(here.read("k8s/web.yaml").contains("image: nginx\n"), "{}", here.read("k8s/web.yaml"));
}

/// The readiness probe speaks of requests, which a stop at once would cut: the wait comes with it.
#[test]
fn a_finding_that_a_fix_brings_to_light_is_mended_as_well() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: app\n        image: registry.example.com/web:1.4.0\n        ports:\n        - containerPort: 3000\n";
    let here = Tool::with(&[("web.yaml", text)]);
    let ran = here.run(&["lint", "--fix", "--unsafe-fixes", "web.yaml"]);
    assert_eq!(ran.code(), 0, "{}", ran.out);
    let fixed = here.read("web.yaml");
    assert!(fixed.contains("readinessProbe") && fixed.contains("preStop"), "{fixed}");
}

#[test]
fn fixes_that_touch_are_made_one_after_the_other() {
    let text = MANIFEST.replace("mkdir /data/x", "set -e; mkdir /data/x; mkdir /data/y;mkdir /data/z");
    let here = Tool::with(&[("web.yaml", &text)]);
    here.run(&["lint", "--fix", "web.yaml"]);
    assert!(here.read("web.yaml").contains("set -e; mkdir -p /data/x; mkdir -p /data/y;mkdir -p /data/z"));
}

#[test]
fn every_format_for_people_tells_what_was_made() {
    for format in ["human", "concise", "github", "markdown", "html"] {
        let here = Tool::with(&[("web.yaml", MANIFEST)]);
        let ran = here.run(&["lint", "--fix", "-o", format, "web.yaml"]);
        assert!(ran.out.contains("Made 2 fixes in 1 file."), "{format}: {}", ran.out);
    }
}

#[test]
fn json_tells_what_became_of_the_fixes() {
    let here = Tool::with(&[("web.yaml", SERVED)]);
    let report = here.lint(&["--fix", "web.yaml"]).json();
    assert_eq!(
        report["fixes"],
        serde_json::json!({
            "files": [{"file": "web.yaml", "fixes": 1}], "guesses": 1, "rendered": 0, "links": 0, "harmful": 0
        })
    );
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
}

#[test]
fn what_cannot_go_together_is_refused() {
    let here = Tool::with(&[("web.yaml", MANIFEST)]);
    for (arguments, said) in [
        (&["--fix", "--diff"][..], "cannot be used with"),
        (&["--unsafe-fixes"], "<--fix|--diff>"),
        (&["--diff", "-o", "json"], "cannot be used with"),
        (&["--fix", "--write-baseline", "x"], "cannot be used with"),
    ] {
        let ran = here.command(&["lint", "web.yaml"]).args(arguments).end();
        assert_eq!(ran.code(), 2);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    assert_eq!(here.read("web.yaml"), MANIFEST);
}

/// Every manifest of the fixtures, with all fixes: what comes out can be read, has no finding that was not there,
/// and nothing more to fix.
#[test]
fn fixtures_have_no_new_finding_once_they_are_fixed_and_nothing_left_to_fix() {
    let mut fixes = 0;
    for rule in crate::tool::entries(&repository("testdata")) {
        let mut options = Options::of([Input::path(&rule)]);
        options.allow_empty = true;
        let before = lint(&options);
        let done = fixed(&options, Fixes::All);
        assert!(done.report.findings.len() <= before.findings.len(), "{}", rule.display());
        assert_eq!(done.report.trouble, before.trouble, "{}", rule.display());
        let texts = done.files.iter().map(|file| {
            fixes += file.fixes;
            Input::text(file.path.clone().unwrap(), file.after.clone())
        });
        options.inputs.extend(texts);
        let again = fixed(&options, Fixes::All);
        assert_eq!(again.files, [], "{}", rule.display());
    }
    assert!(fixes > 300, "{fixes}");
}

/// What came only once would come at each start: that is for a person to want.
#[test]
fn what_depends_on_a_first_run_is_not_made_to_run_again_without_asking() {
    let text = MANIFEST.replace("mkdir /data/x", "mkdir /data/x && load /data/x");
    let here = Tool::with(&[("web.yaml", &text)]);
    here.run(&["lint", "--fix", "web.yaml"]);
    assert!(here.read("web.yaml").contains("mkdir /data/x && load"));
    here.run(&["lint", "--fix", "--unsafe-fixes", "web.yaml"]);
    assert!(here.read("web.yaml").contains("mkdir -p /data/x && load"));
}

#[test]
fn a_slip_in_the_name_of_a_field_is_mended() {
    let text = SERVED.replace("    ports:", "    livenesProbe: {tcpSocket: {port: http}}\n    ports:");
    let here = Tool::with(&[("web.yaml", &text)]);
    here.run(&["lint", "--fix", "web.yaml"]);
    assert!(here.read("web.yaml").contains("    livenessProbe: {tcpSocket: {port: http}}\n"));
}
