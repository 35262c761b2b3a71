"""What the runtime and the kubelet log of hooks, signals and ends, as it comes."""

import calendar
import collections
import re
import threading
import time

from . import place

# Of one container: its name, the attempt, when something happened and what.
Entry = collections.namedtuple("Entry", "at pod container attempt what")

# The programs that are run in containers without a limit of time are those of hooks. Probes have one.
HOOK = "timeout 0 (s)"


def _seconds(text):
    """A time of a log, in seconds since 1970."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float(f"0.{fraction or 0}")


class Log:
    """Entries by namespace. containerd names containers by ids, which it gives to
    `<container>_<pod>_<namespace>_<uid>_<attempt>` first."""

    def __init__(self):
        self.entries = collections.defaultdict(list)
        self.containers = {}
        self.execs = {}
        for name, read in (("containerd", self._runtime), ("kubelet", self._kubelet)):
            threading.Thread(target=self._follow, args=(name, read), daemon=True).start()

    def of(self, namespace):
        """The entries of a namespace, in their order."""
        return sorted(self.entries[namespace])

    @staticmethod
    def _follow(name, read):
        with open(place.LOGS / f"{name}.log", errors="replace") as file:
            file.seek(0, 2)
            line = ""
            while True:
                line += file.readline()
                if line.endswith("\n"):
                    read(line)
                    line = ""
                else:
                    time.sleep(0.05)

    def _add(self, at, container, what):
        if container in self.containers:
            name, pod, namespace, attempt = self.containers[container]
            self.entries[namespace].append(Entry(at, pod, name, attempt, what))

    def _runtime(self, line):
        read = re.match(r'time="([^"]+)" level=\w+ msg="((?:[^"\\]|\\.)*)"', line)
        if read is None:
            return
        at, message = _seconds(read[1]), read[2].replace('\\"', '"')
        ids = re.findall(r'"([0-9a-f]{64})"', message)
        if not ids:
            return
        named = re.match(r'Generated id "\w+" for container "([^_"]+)_([^_"]+)_([^_"]+)_[^_"]+_(\d+)"', message)
        if named:
            self.containers[ids[0]] = (named[1], named[2], named[3], int(named[4]))
        elif re.match(r'StartContainer for "\w+" returns successfully', message):
            self._add(at, ids[0], "starts")
        elif message.startswith("ExecSync for") and message.endswith(HOOK):
            self._add(at, ids[0], "hook begins")
            self.execs.setdefault(ids[0], []).append(None)
        elif message.startswith("Generated exec id"):
            self._add_exec(ids)
        elif message.startswith("Exec process"):
            code = int(re.search(r"exit code (\d+)", message)[1])
            self._hook(at, ids[0], f"hook exits {code}")
        elif message.startswith("Finish piping") and "of container exec" in message:
            self._hook(at, ids[0], "hook ends")
        elif message.startswith("Stop container") and "with signal" in message:
            self._add(at, ids[0], "signal")
        elif message.startswith("Kill container"):
            self._add(at, ids[0], "kill")
        elif message.startswith("received container exit event") and len(set(ids)) == 1:
            exact = re.search(r"exited_at:\{seconds:(\d+)(?: nanos:(\d+))?\}", message)
            status = re.search(r"exit_status:(\d+)", message)
            at = int(exact[1]) + int(exact[2] or 0) / 1e9 if exact else at
            self._add(at, ids[0], f"exits {status[1] if status else 0}")

    def _add_exec(self, ids):
        """An id of what is run in a container: of a hook, if one has just begun there."""
        command, container = ids
        waiting = self.execs.get(container, [])
        if waiting and waiting[-1] is None:
            waiting[-1] = command
            self.containers[f"hook {command}"] = self.containers[container]

    def _hook(self, at, command, what):
        self._add(at, f"hook {command}", what)

    def _kubelet(self, line):
        read = re.match(r'[IEW](\d\d)(\d\d) (\d\d:\d\d:\d\d\.\d+) .*"(Running preStop hook|PreStop hook completed'
                        r'|PreStop hook not completed in grace period|PreStop hook failed)"', line)
        container = re.search(r'containerID="containerd://([0-9a-f]{64})"', line)
        if read is None or container is None:
            return
        year = time.gmtime().tm_year
        at = _seconds(f"{year}-{read[1]}-{read[2]}T{read[3]}")
        self._add(at, container[1], "preStop begins" if read[4].startswith("Running") else "preStop ends")
