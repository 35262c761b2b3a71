"""Checks a manifest by the rules of krew-index, and that an archive holds what it needs.

    python .ci/check_krew.py lifecycle.yaml kubectl-lifecycle-….tar.gz
"""

import pathlib
import re
import sys
import tarfile

from ruamel.yaml import YAML

file, archive = (pathlib.Path(argument) for argument in sys.argv[1:])
text = file.read_text()
assert "{{" not in text, text
manifest = YAML(typ="safe").load(text)
spec = manifest["spec"]

assert manifest["apiVersion"] == "krew.googlecontainertools.github.com/v1alpha2"
assert manifest["kind"] == "Plugin"
assert manifest["metadata"]["name"] == file.stem
assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", file.stem)
assert re.fullmatch(r"v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", spec["version"])
short = spec["shortDescription"]
assert 0 < len(short) <= 50 and "\n" not in short and not short.endswith("."), short
assert spec["homepage"].startswith("https://") and spec["description"].strip()
assert all(len(line) <= 80 for line in spec["description"].splitlines())

seen = set()
with tarfile.open(archive) as packed:
    members = {member.name: member for member in packed}
for platform in spec["platforms"]:
    assert set(platform) == {"selector", "uri", "sha256", "bin"}, platform
    labels = platform["selector"]["matchLabels"]
    assert set(labels) == {"os", "arch"}, labels
    assert labels["os"] in ("linux", "darwin", "windows") and labels["arch"] in ("amd64", "arm64"), labels
    key = (labels["os"], labels["arch"])
    assert key not in seen, f"two archives for {key}"
    seen.add(key)
    assert re.fullmatch(r"[0-9a-f]{64}", platform["sha256"]), platform
    uri = platform["uri"]
    assert uri.startswith(f"{spec['homepage']}/releases/download/{spec['version']}/"), uri
    assert uri.endswith(".zip" if labels["os"] == "windows" else ".tar.gz"), uri
    executable = platform["bin"]
    assert executable == "kubectl-lifecycle" + (".exe" if labels["os"] == "windows" else "")
assert len(seen) == 5, seen

# krew-index refuses a plugin without its license.
for name in ("kubectl-lifecycle", "LICENSE", "README.md", "CHANGELOG.md", "man/kubectl-lifecycle-lint.1",
             "completions/kubectl_complete-lifecycle"):
    assert name in members, f"the archive has no {name}: {sorted(members)}"
assert members["kubectl-lifecycle"].mode & 0o111, "the executable in the archive is not one"
print("ok: the manifest for krew and the archive")
