"""An experiment: a file of testdata/_kubelet or testdata/_controllers. Its manifest, and a header that says how it
is run and what was seen. Their READMEs tell what the lines of a header mean."""

import re

from . import place

HOME = place.REPOSITORY / "testdata"
# What the kubelet does with a Pod, and what controllers and the API server do with objects.
KUBELET, CONTROLLERS = HOME / "_kubelet", HOME / "_controllers"
# What lab/run writes.
OBSERVED = ("measured", "seen")


class Experiment:
    """One file."""

    def __init__(self, path):
        self.path = path.resolve()
        text = path.read_text()
        lines = text.splitlines()
        self.header = [line for line in lines if line.startswith("# ")][: self._count(lines)]
        self.body = text[sum(len(line) + 1 for line in self.header):]
        self.about = self.header[0][2:]
        self.given = {}
        for line in self.header[1:]:
            key, value = line[2:].split(": ", 1)
            self.given.setdefault(key, []).append(value)

    @staticmethod
    def _count(lines):
        return next((at for at, line in enumerate(lines) if not line.startswith("# ")), len(lines))

    @property
    def name(self):
        """Unlike all others, and fit for a namespace."""
        home = CONTROLLERS if self.is_of_controllers else KUBELET
        return re.sub(r"[^a-z0-9]+", "-", str(self.path.relative_to(home).with_suffix("")))

    @property
    def is_of_rule(self):
        """It is about a rule, and not about instants alone."""
        return "rule" in self.given

    @property
    def is_of_controllers(self):
        """Its header says what is done to it, step by step."""
        return CONTROLLERS in self.path.parents

    @property
    def manifest(self):
        """What is run: the body, with what the header puts in place of what nobody can wait for."""
        text = self.body
        for words in self.given.get("instead", []):
            this, that = words.split(" -> ")
            if this not in text:
                raise RuntimeError(f"{self.name}: the manifest has no {this}")
            text = text.replace(this, that)
        return text

    def word(self, key, default=None):
        """The value of a line that is there once."""
        return self.given.get(key, [default])[0]

    def seconds(self, key, default=None):
        """The value of a line as seconds."""
        word = self.word(key)
        return default if word is None else float(word.removesuffix(" s").removeprefix("after "))

    def program(self, container):
        """What the program of a container does."""
        return self.word(f"program {container}", "")

    def gates(self):
        """The feature gates that it needs, as the programs of Kubernetes take them."""
        return ",".join(self.given.get("gates", []))

    def observed(self, version):
        """What the file says was observed on a version."""
        return [line for key in OBSERVED for line in self.given.get(f"{key} {version}", [])]

    def write(self, version, observed):
        """Puts what was observed on a version in place of what the file says."""
        kept = [line for line in self.header
                if not any(line.startswith(f"# {key} {version}: ") for key in OBSERVED)]
        lines = kept + [f"# seen {version}: {line}" for line in observed]
        self.path.write_text("\n".join(lines) + "\n" + self.body)

    def write_body(self, body):
        """Another manifest, of which nothing was observed yet."""
        if body == self.body:
            return False
        kept = [line for line in self.header if not line.startswith(tuple(f"# {key} " for key in OBSERVED))]
        self.path.write_text("\n".join(kept) + "\n" + body)
        return True


def named(words):
    """The experiments that are meant by paths, or by parts of their names; all without any."""
    files = sorted(KUBELET.rglob("*.yaml")) + sorted(CONTROLLERS.rglob("*.yaml"))
    if words:
        wanted = [place.pathlib.Path(word).resolve() for word in words]
        files = [file for file in files if any(
            file.resolve() == path or path in file.resolve().parents or word in str(file.relative_to(HOME))
            for word, path in zip(words, wanted))]
    return [Experiment(file) for file in files]
