"""What was seen of an experiment, in the words of its header."""

import re

# Warnings of the lab and not of the experiment: it has no DNS.
OURS = ("MissingClusterDNS", "DNSConfigForming")


class Seen:
    """All that came of one run. Times are seconds since 1970, but for those of lines."""

    def __init__(self, experiment, began):
        self.experiment = experiment
        self.began = began
        self.deleted = None
        self.ended = None
        # (time, type, object), as the API server told of them.
        self.pods = []
        self.events = []
        self.deployments = []
        self.jobs = []
        self.endpointslices = []
        self.entries = []
        # The lines of the stand-ins, by container: (time, words).
        self.traces = {}
        # Why the manifest was refused.
        self.refused = None
        # What the first container printed.
        self.output = []
        # When the request that was under way was answered or cut.
        self.request = None

    def first(self):
        """The Pod that is looked at: the first of them, as it was told of."""
        name = self.pods[0][2]["metadata"]["name"]
        return [told for told in self.pods if told[2]["metadata"]["name"] == name]

    def lines(self):
        """What is written into the header."""
        if self.refused:
            return [f"refused: {' '.join(self.refused.split())}"]
        if not self.pods:
            return ["no Pod"]
        pods = self.first()
        stop = self.deleted or self.ended
        before = [pod for at, _, pod in pods if at <= stop]
        lines = [self._ready(pods, stop)]
        for container in self._containers(pods[0][2]):
            lines += [f"{container} {line}" for line in self._start(container, before, stop)]
        lines += self._further()
        if self.deleted:
            lines += self._endpoints(pods[0][2]["metadata"]["name"])
            for container in self._containers(pods[0][2]):
                lines += [f"{container} {line}" for line in self._stop(container)]
            lines.append(self._gone(pods))
            if self.request:
                how, at = self.request
                lines.append(f"request {how} {at - self.deleted:.1f} s")
        return lines

    def _further(self):
        """What the header asks for."""
        wanted = self.experiment.word("prints")
        if wanted:
            yield f"prints {wanted}" if any(wanted in line for line in self.output) else f"does not print {wanted}"
        for call in self.experiment.given.get("calls", []):
            traces = [words for trace in self.traces.values() for _, words in trace]
            called = any(words.startswith(f"CALLED {call}") for words in traces)
            yield f"called {call}" if called else f"not called {call}"
        for at, _, deployment in self.deployments:
            conditions = deployment.get("status", {}).get("conditions", [])
            if any(one.get("reason") == "ProgressDeadlineExceeded" for one in conditions):
                yield f"ProgressDeadlineExceeded after {at - self._zero():.0f} s"
                break

    def _endpoints(self, pod):
        """Until when Services count the Pod as ready, after the delete request."""
        last = {}
        for at, what, piece in self.endpointslices:
            service = piece["metadata"].get("labels", {}).get("kubernetes.io/service-name")
            ready = what != "DELETED" and any(
                one.get("conditions", {}).get("ready") and (one.get("targetRef") or {}).get("name") == pod
                for one in piece.get("endpoints") or [])
            if ready:
                last[service] = None
            elif service in last and last[service] is None:
                last[service] = at
        for service, at in last.items():
            until = "to the end" if at is None else f"for {at - self.deleted:.2f} s"
            yield f"Service {service} leads to it {until}"

    @staticmethod
    def _containers(pod):
        spec = pod["spec"]
        return [one["name"] for one in spec.get("initContainers", []) + spec["containers"]]

    def _zero(self):
        """When the first container of the Pod was started; when the Pod was made, where none was."""
        pods = self.first()
        name = pods[0][2]["metadata"]["name"]
        starts = [entry.at for entry in self.entries if entry.pod == name and entry.what == "starts"]
        return min(starts, default=pods[0][0])

    def _ready(self, pods, stop):
        zero = self._zero()
        for at, _, pod in pods:
            conditions = pod.get("status", {}).get("conditions", [])
            if at <= stop and any(one["type"] == "Ready" and one["status"] == "True" for one in conditions):
                return f"ready after {max(0, at - zero):.1f} s"
        return f"not ready in {stop - zero:.0f} s"

    def _of(self, container):
        pod = self.first()[0][2]["metadata"]["name"]
        return [entry for entry in self.entries if entry.pod == pod and entry.container == container]

    def _start(self, container, before, stop):
        entries = [entry for entry in self._of(container) if entry.at <= stop]
        starts = [entry for entry in entries if entry.what == "starts"]
        status = self._status(before[-1], container)
        if not starts:
            yield "never starts"
        if len(starts) > 1:
            yield f"restarts {len(starts) - 1}"
        ends = [entry.what for entry in entries if entry.what.startswith("exits")]
        for what in dict.fromkeys(ends):
            yield what
        waits = status.get("state", {}).get("waiting", {}).get("reason")
        if waits:
            yield f"waits {waits}"
        yield from self._post_start(entries, starts)
        for reason in self._warnings(container):
            yield f"event {reason}"

    def _post_start(self, entries, starts):
        """How the first postStart ended: those of exec leave a trace."""
        begins = next((entry for entry in entries if entry.what == "hook begins"), None)
        if begins is None or not starts:
            return
        hook = [entry for entry in self._of(starts[0].container)
                if entry.attempt == begins.attempt and entry.at >= begins.at]
        later = next((entry.at for entry in hook[1:] if entry.what == "hook begins"), float("inf"))
        exits = [entry for entry in hook if entry.what.startswith("hook exits") and entry.at < later]
        ends = [entry for entry in hook if entry.what == "hook ends" and entry.at < later]
        if exits and exits[0].what != "hook exits 0":
            yield f"postStart {exits[0].what.removeprefix('hook ')}"
        if ends:
            yield f"postStart ends {max(entry.at for entry in ends[:2]) - starts[0].at:.2f} s"
        else:
            yield f"postStart not over in {self.ended - starts[0].at:.0f} s"

    @staticmethod
    def _status(pod, container):
        status = pod.get("status", {})
        every = status.get("initContainerStatuses", []) + status.get("containerStatuses", [])
        return next((one for one in every if one["name"] == container), {})

    def _warnings(self, container):
        pod = self.first()[0][2]["metadata"]["name"]
        found = []
        for _, _, event in self.events:
            about = event["involvedObject"]
            is_about = about.get("name") == pod and f"{{{container}}}" in about.get("fieldPath", "")
            if is_about and event["type"] == "Warning" and event["reason"] not in OURS:
                # A probe that failed is another thing than one that could not be asked.
                more = re.match(r"(\w+ probe (?:failed|errored))", event["message"])
                found.append(event["reason"] + (f": {more[1]}" if more else ""))
        return dict.fromkeys(found)

    def _stop(self, container):
        """Instants after the delete request, the first of each."""
        entries = [entry for entry in self._of(container) if entry.at >= self.deleted - 0.02]
        told = {}
        for entry in entries:
            told.setdefault(re.sub(r" \d+$", "", entry.what), entry)
        for what in ("preStop begins", "preStop ends", "signal", "kill"):
            if what in told:
                yield f"{what} {told[what].at - self.deleted:.2f} s"
        trace = self.traces.get(container)
        if trace is not None:
            heard = [(at, words) for at, words in trace if at >= self.deleted - 0.02 and words.startswith("SIGNAL")]
            yield from (f"hears {words.split()[1]} {at - self.deleted:.2f} s" for at, words in heard[:1])
            if not heard:
                yield "hears nothing"
        if "exits" in told:
            yield f"{told['exits'].what}"
            yield f"ends {told['exits'].at - self.deleted:.2f} s"

    def _gone(self, pods):
        for at, what, _ in pods:
            if what == "DELETED":
                return f"gone {at - self.deleted:.2f} s"
        return f"not gone in {self.ended - self.deleted:.0f} s"
