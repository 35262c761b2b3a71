"""Runs the job of ci/gitlab/kubectl-lifecycle.gitlab-ci.yml, without its downloads.

    python .ci/try_gitlab.py PATH/TO/kubectl-lifecycle
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

from ruamel.yaml import YAML

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = pathlib.Path(sys.argv[1]).resolve()
JOB = YAML(typ="safe").load((ROOT / "ci/gitlab/kubectl-lifecycle.gitlab-ci.yml").read_text())["kubectl-lifecycle"]
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - name: a\n      image: IMAGE\n"
    "      readinessProbe: {exec: {command: [ready]}}\n"
)


def run(image, **variables):
    with tempfile.TemporaryDirectory() as home:
        project = pathlib.Path(home)
        (project / "deploy dir").mkdir()
        (project / "deploy dir/pod.yaml").write_text(POD.replace("IMAGE", image))
        environment = {"PATH": f"{TOOL.parent}:{os.environ['PATH']}", **JOB["variables"], **variables}
        done = subprocess.run(["sh", "-e"], input="\n".join(JOB["script"]), cwd=project, env=environment,
                              capture_output=True, text=True, timeout=60)
        reports = {}
        for name, file in JOB["artifacts"]["reports"].items():
            path = project / file
            assert path.is_file(), f"no {file}:\n{done.stdout}{done.stderr}"
            reports[name] = path.read_text()
        assert not (project / "pwned").exists()
        return done, json.loads(reports["codequality"]), xml.etree.ElementTree.fromstring(reports["junit"])


done, quality, junit = run("a:latest")
assert done.returncode == 1, done
assert quality[0]["location"]["path"] == "deploy dir/pod.yaml" and quality[0]["fingerprint"], quality
assert junit.iter("failure"), junit
assert "latest-tag" in done.stdout, done.stdout

done, quality, junit = run("a:1")
assert (done.returncode, quality) == (0, []), done

done, *_ = run("a:latest", KUBECTL_LIFECYCLE_PATH="deploy dir", KUBECTL_LIFECYCLE_FAIL_ON="error")
assert done.returncode == 0, done
print("ok: the GitLab example")
