"""What is seen of objects, in words that repeat: answers, reasons, and what is there or not."""

import re


def share(some, all_of_them):
    """How many Pods, without a number."""
    if some == 0:
        return "no Pod"
    return "every Pod" if some == all_of_them else "some Pods"


def conditions(thing):
    """The conditions that are true: what they are, and why."""
    found = thing.get("status", {}).get("conditions", [])
    return {one["type"]: one.get("reason", "") for one in found if one["status"] == "True"}


def is_ready(pod):
    """A Pod is ready and stays."""
    return "Ready" in conditions(pod) and "deletionTimestamp" not in pod["metadata"]


def finished(job):
    """How a Job has ended, if it has."""
    held = conditions(job)
    if "Complete" in held:
        return "is complete"
    return f"has failed: {held['Failed']}" if "Failed" in held else None


def unscheduled(pod):
    """Why a Pod has no node."""
    for one in pod.get("status", {}).get("conditions", []):
        if one["type"] == "PodScheduled" and one["status"] == "False":
            yield re.split(r"\. |\.$", one.get("message", ""))[0]


def least_ready(told, service, since):
    """The least number of ready endpoints that a Service had from then on."""
    slices, least = {}, None
    for at, what, piece in told:
        if piece["metadata"].get("labels", {}).get("kubernetes.io/service-name") != service:
            continue
        if at >= since and least is None:
            least = sum(slices.values())
        ready = [one for one in piece.get("endpoints") or [] if one.get("conditions", {}).get("ready")]
        slices[piece["metadata"]["name"]] = 0 if what == "DELETED" else len(ready)
        if at >= since:
            least = min(least, sum(slices.values()))
    return sum(slices.values()) if least is None else least


def at(what, course):
    """The lines of `look at <what>`."""
    return list({
        "Jobs": jobs, "CronJobs": cron_jobs, "Pods": pods, "Services": services, "names": names, "budgets": budgets,
        "drain": drain,
    }[what](course))


def jobs(course):
    """How each Job has ended, and whether it and its Pods are still there."""
    for kind, name in course.kinds("Job"):
        job = course.cluster.get(kind, course.namespace, name)
        left = [pod for pod in course.pods() if course.owner(pod) == (kind, name)]
        if job is None:
            yield f"Job {name} is gone" + (", its Pods are not" if left else " with its Pods")
            continue
        yield f"Job {name} {finished(job) or 'has not finished'}"
        if finished(job) and left:
            yield f"Job {name} is still there with its Pods"
        states = {one["name"]: one.get("state", {}) for pod in left
                  for one in pod.get("status", {}).get("containerStatuses", [])}
        if not finished(job):
            yield from (f"Job {name}: container {one} {'runs' if 'running' in state else 'has ended'}"
                        for one, state in sorted(states.items()) if "waiting" not in state)


def cron_jobs(course):
    """Whether a CronJob has started Jobs, and whether several ran at once."""
    for _, name in course.kinds("CronJob"):
        runs, most, seen = set(), 0, set()
        for _, what, job in course.of("jobs"):
            if not any(one["name"] == name for one in job["metadata"].get("ownerReferences", [])):
                continue
            uid = job["metadata"]["uid"]
            seen.add(uid)
            (runs.discard if what == "DELETED" or finished(job) else runs.add)(uid)
            most = max(most, len(runs))
        if not seen:
            yield f"CronJob {name} starts no Job"
        else:
            yield f"CronJob {name} starts Jobs" + (", and several run at once" if most > 1 else ", one at a time")


def pods(course):
    """What containers wait for, and what was told of Pods."""
    said = []
    for pod in course.pods():
        status = pod.get("status", {})
        for one in status.get("initContainerStatuses", []) + status.get("containerStatuses", []):
            waits = one.get("state", {}).get("waiting", {}).get("reason")
            if waits in ("ErrImagePull", "ImagePullBackOff"):
                waits = "its image"
            if waits:
                said.append(f"container {one['name']} waits for {waits}" if waits == "its image"
                            else f"container {one['name']} waits: {waits}")
        said += [f"a Pod is not scheduled: {words}" for words in unscheduled(pod)]
    for event in course.cluster.all("Event", course.namespace):
        if event["involvedObject"]["kind"] == "Pod" and event["reason"] in ("FailedMount", "InspectFailed"):
            message = re.sub(r'^MountVolume\.SetUp failed for volume "([^"]+)" : ', r"volume \1: ", event["message"])
            said.append(f"event {event['reason']}: {message.split(';')[0]}")
        if event["reason"] == "FailedCreate":
            said.append(f"event FailedCreate: {event['message'].rpartition(': ')[2]}")
    yield "all Pods are ready" if course.are_ready() else "not all Pods are ready"
    yield from sorted(set(said))


def services(course):
    """Where the ports of each Service lead to."""
    slices = course.cluster.all("EndpointSlice", course.namespace)
    for _, name in course.kinds("Service"):
        mine = [one for one in slices if one["metadata"]["labels"].get("kubernetes.io/service-name") == name]
        service = course.cluster.get("Service", course.namespace, name)
        for port in service["spec"]["ports"]:
            leads = any(one.get("endpoints") and any(
                (other.get("name") or "") == (port.get("name") or "") for other in one.get("ports") or [])
                for one in mine)
            yield f"port {port['port']} of Service {name} {'leads to its Pods' if leads else 'leads nowhere'}"


def names(course):
    """Which Services name the Pods of a StatefulSet, each by itself."""
    slices = course.cluster.all("EndpointSlice", course.namespace)
    for _, name in course.kinds("StatefulSet"):
        naming = {one["metadata"]["labels"].get("kubernetes.io/service-name") for one in slices
                  for endpoint in one.get("endpoints") or [] if endpoint.get("hostname", "").startswith(f"{name}-")}
        for service in sorted(naming):
            address = course.cluster.get("Service", course.namespace, service)["spec"].get("clusterIP")
            yield f"Service {service} names {name}-0" + ("" if address == "None" else ", and has an address of its own")
        if not naming:
            yield f"no Service names {name}-0"


def budgets(course):
    """What the controller reckons of each budget."""
    for kind, name in course.kinds("PodDisruptionBudget"):
        status = course.cluster.get(kind, course.namespace, name).get("status", {})
        for one in status.get("conditions", []):
            if one["type"] == "DisruptionAllowed":
                yield f"budget {name}: {one['reason']}" + (f": {one['message']}" if one.get("message") else "")


def drain(course):
    """Whether kubectl would drain the Pods. Those of others stand on the same node."""
    node = course.cluster.ask("GET", "api/v1/nodes")["items"][0]["metadata"]["name"]
    try:
        course.kubectl("drain", node, "--dry-run=server", "--ignore-daemonsets", "--delete-emptydir-data")
    except RuntimeError as error:
        found = re.findall(r"(cannot delete [^(:]+\([^)]*\)): ([^\n]*)", str(error))
        refused = list(dict.fromkeys(why for why, whom in found if f"{course.namespace}/" in whom))
        yield from (f"kubectl drain: {why}" for why in refused)
        if refused:
            return
    yield "kubectl drain takes the Pods"
