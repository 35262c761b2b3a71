"""Runs a program that waits for its standard input, with a terminal for its standard error.

    python3 on_terminal.py ACTION PROGRAM [ARGUMENT…]

ACTION is what happens after a second and a half: `finish` closes standard input, `ctrl-c` types
Ctrl-C, `term` and `hup` send a signal; `at-once` closes standard input at the start. Prints one JSON
object: what came to the terminal, to standard output, the exit code, and the signal that ended it.
"""

import json
import os
import pty
import select
import signal
import sys
import time

action, program = sys.argv[1], sys.argv[2:]
MANIFEST = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def end_input():
    os.write(stdin_write, MANIFEST)
    os.close(stdin_write)


stdin_read, stdin_write = os.pipe()
stdout_read, stdout_write = os.pipe()
child, terminal = pty.fork()
if child == 0:
    # Python ignores it, and that is inherited.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.dup2(stdin_read, 0)
    os.dup2(stdout_write, 1)
    os.closerange(3, 64)
    os.execv(program[0], program)
os.close(stdin_read)
os.close(stdout_write)

seen = {terminal: b"", stdout_read: b""}


def watch(until):
    while seen and time.monotonic() < until:
        ready, _, _ = select.select(open_ends, [], [], 0.05)
        for end in ready:
            try:
                data = os.read(end, 65536)
            except OSError:
                data = b""
            seen[end] += data
            if not data:
                open_ends.remove(end)
        if not open_ends:
            return


open_ends = [terminal, stdout_read]
start = time.monotonic()
if action == "at-once":
    end_input()
else:
    watch(start + 1.7)
    before = seen[terminal]
    if action == "finish":
        end_input()
    elif action == "ctrl-c":
        os.write(terminal, b"\x03")
    else:
        os.kill(child, {"term": signal.SIGTERM, "hup": signal.SIGHUP}[action])
watch(time.monotonic() + 20)
ended, status = 0, 0
while not ended and time.monotonic() < start + 25:
    ended, status = os.waitpid(child, os.WNOHANG)
    time.sleep(0.01)
if not ended:
    os.kill(child, signal.SIGKILL)
    sys.exit(f"killed after 25 s: {' '.join(program)}")
print(json.dumps({
    "before": "" if action == "at-once" else before.decode(),
    "terminal": seen[terminal].decode(),
    "stdout": seen[stdout_read].decode(),
    "code": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
    "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
}))
