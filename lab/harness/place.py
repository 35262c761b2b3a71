"""Where the lab lives, as settings.sh has it, and how a program gets into it."""

import os
import pathlib
import subprocess
import sys

LAB = pathlib.Path(os.environ.get("LAB") or pathlib.Path(
    os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache", "kubectl-lifecycle-lab"))
BIN = pathlib.Path(os.environ.get("LAB_BIN") or LAB / "bin")
RUN = LAB / "run"
LOGS = LAB / "logs"
# What programs of experiments tell, a directory for each Pod.
TRACE = LAB / "trace"
HERE = pathlib.Path(__file__).resolve().parent.parent
REPOSITORY = HERE.parent


def holder():
    """The first process of the lab's namespaces."""
    try:
        pid = int((RUN / "holder.pid").read_text())
        os.kill(pid, 0)
        return pid
    except (OSError, ValueError):
        sys.exit("the lab does not run: lab/up")


def entering(command):
    """A command as it is run within the namespaces."""
    path = f"PATH={BIN}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return ["nsenter", "--target", str(holder()), "--mount", "--net", "--pid", f"--wdns={os.getcwd()}", "--",
            "env", path, f"KUBECONFIG={RUN}/admin.kubeconfig", *map(str, command)]


def inside(command, **more):
    """Runs a command within the namespaces, and gives its output."""
    ran = subprocess.run(entering(command), capture_output=True, text=True, check=False, **more)
    if ran.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {ran.stderr.strip()}")
    return ran.stdout


def move_in():
    """Goes on with this script in the lab's network, where its API server and its Pods can be asked."""
    if os.environ.get("LAB_MOVED_IN") != str(LAB):
        os.environ["LAB_MOVED_IN"] = str(LAB)
        enter = ["nsenter", "--target", str(holder()), "--net", f"--wdns={os.getcwd()}", "--"]
        os.execvp("nsenter", [*enter, sys.executable, *sys.argv])
