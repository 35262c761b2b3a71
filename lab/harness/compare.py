"""What was seen beside what a file says."""

import re

# How exact instants are, in seconds, and how exact what the control plane tells is on a busy machine.
TOLERANCE, LOOSE = 0.3, 5
# What no experiment is about: how long the control plane takes.
LOOSELY = ("ready after", "gone", "request", "postStart not over in", "not ready in", "not gone in")


def parted(line):
    """A line without its number, and its number, if it has one."""
    read = re.fullmatch(r"(.*?) (\d+(?:\.\d+)?) s", line)
    return (read[1], float(read[2])) if read else (line, None)


def with_file(experiment, version, seen):
    """Each line that was seen; `!` in front of one that the file does not say so, `-` of one that only it says."""
    said = experiment.observed(version)
    lines = seen.lines()
    if not experiment.is_of_rule:
        return with_measured(said, lines)
    if not said:
        return [f"+ {line}" for line in lines]
    out = []
    rest = list(said)
    for line in lines:
        same = next((other for other in rest if is_same(line, other)), None)
        if same is None:
            out.append(f"! {line}")
        else:
            rest.remove(same)
            out.append(f"  {line}" + (f" ({same})" if same != line else ""))
    return out + [f"! not seen: {line}" for line in rest]


def is_same(line, other):
    """They say the same, but for what repeated runs differ by."""
    what, number = parted(line)
    as_well, another = parted(other)
    # Restarts go on for as long as one looks.
    what, as_well = (re.sub(r"(restarts) \d+", r"\1", words) for words in (what, as_well))
    if what != as_well or (number is None) != (another is None):
        return False
    tolerance = LOOSE if what.startswith(LOOSELY) else TOLERANCE
    return number is None or abs(number - another) <= tolerance


def with_measured(said, lines):
    """Instants of a timeline. What this lab does not tell apart is not compared."""
    seen = dict(parted(line) for line in lines)
    out = []
    for line in said:
        what, number = parted(line)
        now = seen.get(what)
        if now is None and what.endswith((" told", " postStart ends", "held", "nothing for")):
            continue
        off = now is None or abs(now - number) > TOLERANCE
        out.append(f"{'!' if off else ' '} {line}: {'not seen' if now is None else f'{now:.2f} s'}")
    return out
