"""Makes a manifest runnable in the lab: images and programs get their stand-ins, and nothing else changes."""

import fnmatch
import json
import os
import re
import shlex
import shutil

from . import place


# What a header says where the manifest's own words stay.
AS_IT_IS = "as it is"


def stand_ins():
    """The rows of stand-ins.tsv."""
    lines = (place.HERE / "stand-ins.tsv").read_text().splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def stand_in(image):
    """The row for an image."""
    return next(row for row in stand_ins() if fnmatch.fnmatchcase(image, row["image"]))


def pod_spec(thing):
    """The Pod spec of an object, if it has one."""
    spec = thing.get("spec", {})
    if thing["kind"] == "Pod":
        return spec
    template = spec.get("jobTemplate", {}).get("spec", spec).get("template", {})
    return template.get("spec")


def ports(container, program):
    """Where the program of a container listens: at what it declares, and at what it is asked for."""
    found = [port["containerPort"] for port in container.get("ports", [])]
    handlers = [container.get(f"{kind}Probe", {}) for kind in ("readiness", "liveness", "startup")]
    handlers += container.get("lifecycle", {}).values()
    for handler in handlers:
        for action in ("httpGet", "tcpSocket"):
            port = handler.get(action, {}).get("port") if isinstance(handler, dict) else None
            if isinstance(port, int):
                found.append(port)
    found += map(int, re.findall(r"listens on (\d+)", program))
    return sorted(set(found))


def furnish(experiment, namespace, objects, addresses):
    """Changes the objects of an experiment in place. `addresses`: of its Services, by their names."""
    programs = set(re.findall(r"/app/([A-Za-z0-9_.-]+)", json.dumps(objects))) | {"server"}
    for thing in objects:
        spec = pod_spec(thing)
        if spec is None:
            continue
        for container in spec.get("initContainers", []) + spec.get("containers", []):
            programs |= set(dress(experiment, container))
        spec.setdefault("volumes", []).extend([
            {"name": "lab-app", "hostPath": {"path": str(place.RUN / "app" / namespace)}},
            {"name": "lab-trace", "hostPath": {"path": str(place.TRACE / namespace), "type": "DirectoryOrCreate"}},
        ])
        spec["automountServiceAccountToken"] = False
        spec["enableServiceLinks"] = False
        # There is no DNS.
        aliases = [{"ip": address, "hostnames": [name, f"{name}.{namespace}.svc.cluster.local"]}
                   for name, address in addresses.items()]
        if aliases and not spec.get("hostNetwork"):
            spec["hostAliases"] = spec.get("hostAliases", []) + aliases
    lay_out(place.RUN / "app" / namespace, programs)


def dress(experiment, container):
    """Changes a container, and gives the names of the programs it has."""
    name = container["name"]
    image = experiment.word(f"image {name}", container.get("image", ""))
    if image == AS_IT_IS:
        return []
    row = stand_in(image)
    program = experiment.program(name)
    server = re.search(r'is "([^"]*)"', program)
    container["image"] = f"docker.io/lab/{row['lab']}:1"
    if experiment.word("pulls") != AS_IT_IS:
        container["imagePullPolicy"] = "Never"
    if "command" not in container and row["entrypoint"] != "-":
        container["command"] = shlex.split(row["entrypoint"])
    container.setdefault("env", []).extend([
        {"name": "LAB_POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "LAB_TRACE", "value": f"/lab/trace/{name}"},
        {"name": "LAB_PROGRAM", "value": program},
        {"name": "LAB_SERVER", "value": server[1] if server else "python -m"},
        {"name": "LAB_FAILS", "value": experiment.word("fails", "")},
        {"name": "LAB_PORTS", "value": " ".join(map(str, ports(container, program)))},
        {"name": "LAB_STOP_SIGNAL", "value": "SIGUSR2" if row["lab"] == "usr2" else ""},
    ])
    container.setdefault("volumeMounts", []).extend([
        {"name": "lab-app", "mountPath": "/app", "readOnly": True},
        {"name": "lab-trace", "mountPath": "/lab/trace", "subPathExpr": "$(LAB_POD)"},
    ])
    return [] if row["programs"] == "-" else row["programs"].split()


def lay_out(directory, programs):
    """A directory in which one program has many names. It is mounted at /app."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    shutil.copy(os.path.realpath(place.BIN / "program"), directory / "program")
    for name in programs:
        (directory / name).symlink_to("program")
