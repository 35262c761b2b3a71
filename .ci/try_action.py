"""Runs action.yml as a GitHub runner does: every step's `env` and `run`, with inputs put in.

    python .ci/try_action.py PATH/TO/kubectl-lifecycle
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

from ruamel.yaml import YAML

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = pathlib.Path(sys.argv[1]).resolve()
ACTION = YAML(typ="safe").load((ROOT / "action.yml").read_text())
VERSION = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def pod(name: str, image: str) -> str:
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\nspec:\n  containers:\n    - name: {name}\n"
        f"      image: {image}\n      readinessProbe:\n        exec:\n          command: [ready]\n"
    )


GOOD, BAD = pod("good", "nginx:1.29"), pod("bad", "nginx:latest")


class Run:
    """One run of the action in a repository with these files."""

    def __init__(self, files, inputs=None, tool=TOOL, prepare=None, **environment):
        self.home = pathlib.Path(tempfile.mkdtemp(dir=SCRATCH))
        self.workspace = self.home / "work space"
        for name, text in files.items():
            path = self.workspace / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        if prepare:
            prepare(self.workspace)
        self.before = self.listing()
        temp = self.home / "temp"
        temp.mkdir()
        self.summary_file, self.output_file = self.home / "summary", self.home / "output"
        self.summary_file.touch()
        self.output_file.touch()
        inputs = dict(inputs or {})
        if tool:
            inputs.setdefault("executable", str(tool))
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_STEP_SUMMARY": str(self.summary_file),
            "GITHUB_OUTPUT": str(self.output_file),
            "RUNNER_TEMP": str(temp),
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            **environment,
        }
        self.step(inputs)

    def step(self, inputs):
        unknown = set(inputs) - set(ACTION["inputs"])
        assert not unknown, f"the action has no input {unknown}"
        values = {name: inputs.get(name, spec.get("default", "")) for name, spec in ACTION["inputs"].items()}

        def put_in(text):
            return EXPRESSION.sub(lambda match: values[match[1].removeprefix("inputs.")], text)

        (step,) = ACTION["runs"]["steps"]
        environment = {name: put_in(value) for name, value in step["env"].items()}
        script = self.home / "temp" / "script.sh"
        script.write_text(put_in(step["run"]))
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.workspace,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        self.status, self.log = done.returncode, done.stdout + done.stderr
        self.summary = self.summary_file.read_text()
        self.outputs = dict(line.split("=", 1) for line in self.output_file.read_text().splitlines())

    def listing(self):
        return sorted(str(path.relative_to(self.workspace)) for path in self.workspace.rglob("*"))

    def check(self, status, *said, quiet=()):
        assert self.status == status, f"status {self.status} instead of {status}\n{self.log}"
        assert self.outputs.get("exit-code") == str(status), self.outputs
        for words in said:
            assert words in self.log, f"the log does not say {words!r}:\n{self.log}"
        for words in quiet:
            assert words not in self.log, f"the log says {words!r}:\n{self.log}"
        assert "pwned" not in " ".join(self.listing()).replace("$(touch pwned)", ""), self.listing()
        return self


def findings_are_annotated_summarised_and_red():
    run = Run({"k8s/bad.yaml": BAD, "k8s/good.yaml": GOOD}).check(1, "::warning ", "file=k8s/bad.yaml", "line=8")
    assert "latest-tag" in run.summary and "|" in run.summary, run.summary
    assert "good.yaml" not in run.log


def a_clean_repository_is_green():
    Run({"good.yaml": GOOD}).check(0, quiet=["::warning", "::error"])


def sarif_does_not_make_it_green():
    run = Run({"bad.yaml": BAD}, {"sarif-file": "out put.sarif"}).check(1, "::warning ")
    report = json.loads((run.workspace / "out put.sarif").read_text())
    assert report["runs"][0]["results"][0]["ruleId"] == "latest-tag"
    assert run.outputs["sarif-file"] == str(run.workspace / "out put.sarif"), run.outputs
    run = Run({"app/bad.yaml": BAD}, {"sarif-file": "o.sarif", "working-directory": "app"}).check(1)
    assert pathlib.Path(run.outputs["sarif-file"]).is_file(), run.outputs


def annotations_and_summary_can_be_turned_off():
    run = Run({"bad.yaml": BAD}, {"annotations": "false", "summary": "false"})
    run.check(1, "warning[latest-tag]", quiet=["::warning"])
    assert run.summary == "", run.summary
    Run({"bad.yaml": BAD}, {"annotations": "yes"}).check(2, "write true or false")


def paths_are_lines_and_not_words():
    files = {"a b/bad.yaml": BAD, "c.yaml": GOOD, "d/bad.yaml": BAD}
    run = Run(files, {"paths": "a b\n\nc.yaml\n"}).check(1, quiet=["d/bad.yaml"])
    assert "a b/bad.yaml" in run.summary or "a%20b" in run.summary or "a b" in run.log, run.log


def hostile_inputs_are_only_text():
    evil = ["$(touch pwned)", "`touch pwned`", "; touch pwned", "' ; touch pwned; '", '"; touch pwned; "', "*\n$(touch pwned)"]
    for text in evil:
        for name in ("paths", "fail-on", "config", "changed-since", "kubernetes-version", "working-directory",
                     "args", "baseline", "version", "executable", "annotations"):
            inputs = {name: text}
            if name == "version":
                Run({"good.yaml": GOOD}, inputs, tool=None).check(2)
            else:
                Run({"good.yaml": GOOD}, inputs).check(2)
    run = Run({"bad.yaml": BAD, "$(touch pwned)/bad.yaml": BAD}, {"paths": "$(touch pwned)"}).check(1)
    assert run.listing() == run.before, run.listing()


def a_path_is_never_an_option():
    for path in ("--help", "-", "--version", "-o", "--output=json=pwned"):
        Run({"good.yaml": GOOD}, {"paths": path}).check(2)
    Run({"good.yaml": GOOD, "--help/bad.yaml": BAD}, {"paths": "--help"}).check(1)
    Run({"good.yaml": GOOD}, {"working-directory": "-"}).check(2, "working-directory")


def an_output_cannot_set_another():
    run = Run({"bad.yaml": BAD}, {"sarif-file": "a\nexit-code=0"})
    assert run.status == 1 and run.outputs == {"exit-code": "1"}, run.outputs


def a_log_command_cannot_be_smuggled_in():
    run = Run({"good.yaml": GOOD}, {"working-directory": "x\n::error::smuggled"}).check(2)
    assert "\n::error::smuggled" not in run.log, run.log


def options_reach_the_linter():
    Run({"bad.yaml": BAD}, {"fail-on": "error"}).check(0)
    Run({"bad.yaml": BAD}, {"args": "--strict\n--fail-on=error\n"}).check(0)
    Run({"app/bad.yaml": BAD, "bad.yaml": BAD}, {"working-directory": "app"}).check(1, quiet=["work space/bad.yaml"])
    config = "rules:\n  latest-tag: off\n"
    Run({"bad.yaml": BAD, "lint.yml": config}, {"config": "lint.yml", "paths": "bad.yaml"}).check(0)


def only_what_changed_is_reported():
    def commit(workspace):
        def git(*words):
            subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words],
                           cwd=workspace, check=True, capture_output=True)
        new = workspace / "new.yaml"
        new.rename(workspace.parent / "new.yaml")
        git("init", "--quiet")
        git("add", ".")
        git("commit", "--quiet", "-m", "base")
        git("branch", "base")
        (workspace.parent / "new.yaml").rename(new)
        git("add", ".")
        git("commit", "--quiet", "-m", "change")

    files = {"old.yaml": BAD, "new.yaml": BAD}
    Run(files, {"changed-since": "base"}, prepare=commit).check(1, "new.yaml", quiet=["old.yaml"])


def release(directory, digest=None):
    """A release of this version for Linux, served from a directory."""
    folder = directory / f"v{VERSION}"
    folder.mkdir(parents=True)
    name = f"kubectl-lifecycle-v{VERSION}-x86_64-unknown-linux-musl.tar.gz"
    with tarfile.open(folder / name, "w:gz") as archive:
        archive.add(TOOL, "kubectl-lifecycle")
    digest = digest or hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  {name}\n")
    return directory.as_uri()


def a_release_is_installed_if_its_checksum_is_right():
    good = release(pathlib.Path(SCRATCH) / "good")
    for version in (VERSION, f"v{VERSION}", ""):
        Run({"bad.yaml": BAD}, {"version": version}, tool=None, KUBECTL_LIFECYCLE_RELEASES=good,
            PATH=without_the_tool()).check(1, "latest-tag")
    wrong = release(pathlib.Path(SCRATCH) / "wrong", "0" * 64)
    Run({"good.yaml": GOOD}, {"version": VERSION}, tool=None, KUBECTL_LIFECYCLE_RELEASES=wrong).check(
        2, "checksum", "was not unpacked")
    missing = (pathlib.Path(SCRATCH) / "missing").as_uri()
    Run({"good.yaml": GOOD}, {"version": "9.9.9"}, tool=None, KUBECTL_LIFECYCLE_RELEASES=missing).check(
        2, "there is no release v9.9.9")


def the_same_version_on_path_is_used():
    path = f"{TOOL.parent}:{os.environ['PATH']}"
    missing = (pathlib.Path(SCRATCH) / "missing").as_uri()
    Run({"bad.yaml": BAD}, tool=None, PATH=path, KUBECTL_LIFECYCLE_RELEASES=missing).check(1)


def the_source_is_built_where_there_is_no_release():
    """With a cargo that only says what it was asked for: a real build takes minutes."""
    tools = pathlib.Path(SCRATCH) / "tools"
    tools.mkdir()
    cargo = tools / "cargo"
    cargo.write_text(
        "#!/bin/sh\n"
        'test "$1 $2 $3 $4" = "install --locked --quiet --path" && test "$6" = --root || exit 1\n'
        f'test -f "$5/Cargo.toml" && mkdir -p "$7/bin" && cp {str(TOOL)!r} "$7/bin/"\n'
    )
    cargo.chmod(0o755)
    missing = (pathlib.Path(SCRATCH) / "missing").as_uri()
    path = f"{tools}:{without_the_tool()}"
    for version in ("", "source"):
        Run({"bad.yaml": BAD}, {"version": version}, tool=None, PATH=path,
            KUBECTL_LIFECYCLE_RELEASES=missing).check(1, "latest-tag")


def without_the_tool():
    parts = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(part for part in parts if not (pathlib.Path(part) / "kubectl-lifecycle").exists())


TESTS = [
    findings_are_annotated_summarised_and_red,
    a_clean_repository_is_green,
    sarif_does_not_make_it_green,
    annotations_and_summary_can_be_turned_off,
    paths_are_lines_and_not_words,
    hostile_inputs_are_only_text,
    a_path_is_never_an_option,
    an_output_cannot_set_another,
    a_log_command_cannot_be_smuggled_in,
    options_reach_the_linter,
    only_what_changed_is_reported,
    a_release_is_installed_if_its_checksum_is_right,
    the_same_version_on_path_is_used,
    the_source_is_built_where_there_is_no_release,
]

failed = 0
SCRATCH = tempfile.mkdtemp()
try:
    for test in TESTS:
        try:
            test()
            print(f"ok      {test.__name__}")
        except AssertionError as error:
            failed += 1
            print(f"FAILED  {test.__name__}\n{error}")
finally:
    shutil.rmtree(SCRATCH)
sys.exit(1 if failed else 0)
