"""What a manifest takes for there, and a cluster would have: volumes for its claims, claims and Secrets that it
names."""

import json
import re
import shutil

from . import furnish, place


def claims(objects):
    """The claims that the objects need: written in the manifest, made by a template, or only named."""
    found = {thing["metadata"]["name"]: thing for thing in objects if thing["kind"] == "PersistentVolumeClaim"}
    named = []
    for thing in objects:
        for template in thing.get("spec", {}).get("volumeClaimTemplates", []):
            for number in range(thing["spec"].get("replicas", 1)):
                name = f"{template['metadata']['name']}-{thing['metadata']['name']}-{number}"
                found[name] = {"spec": template["spec"]}
        spec = furnish.pod_spec(thing) or {}
        named += [volume["persistentVolumeClaim"]["claimName"] for volume in spec.get("volumes", [])
                  if "persistentVolumeClaim" in volume]
    for name in named:
        found.setdefault(name, {
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "is_missing": True,
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
        })
    return found


def secrets(objects):
    """The keys of the Secrets that are named, by the names of these."""
    pattern = r'"secretKeyRef": \{"(?:key": "([^"]+)", "name": "([^"]+)"|name": "([^"]+)", "key": "([^"]+)")'
    found = {}
    for key, name, other, behind in re.findall(pattern, json.dumps(objects)):
        found.setdefault(name or other, set()).add(key or behind)
    return found


def provide(cluster, namespace, objects):
    """Makes what is missing. A volume is a directory of the lab, bound to its claim beforehand."""
    for name, claim in claims(objects).items():
        spec = claim["spec"]
        cluster.ask("POST", "api/v1/persistentvolumes", {
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": volume(namespace, name)},
            "spec": {
                "capacity": spec["resources"]["requests"], "accessModes": spec["accessModes"],
                "storageClassName": spec.get("storageClassName", ""), "persistentVolumeReclaimPolicy": "Retain",
                "claimRef": {"namespace": namespace, "name": name},
                "hostPath": {"path": str(place.RUN / "volumes" / namespace / name), "type": "DirectoryOrCreate"},
            },
        })
        if claim.pop("is_missing", False):
            cluster.create(namespace, claim)
    for name, keys in secrets(objects).items():
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}}
        cluster.create(namespace, secret | {"stringData": {key: "lab" for key in keys}})


def volume(namespace, claim):
    """Volumes belong to no namespace."""
    return f"{namespace}-{claim}"


def take_away(cluster, namespace, objects):
    """What no namespace takes with it."""
    for name in claims(objects):
        cluster.ask("DELETE", f"api/v1/persistentvolumes/{volume(namespace, name)}", {})
    shutil.rmtree(place.RUN / "volumes" / namespace, ignore_errors=True)
