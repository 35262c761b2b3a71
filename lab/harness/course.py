"""What is done to an experiment of testdata/_controllers, step by step, and what is seen of it. Its README tells
what each step means."""

import json
import threading
import time

from . import furnish, looks, place, provide
from .cluster import documents

# How long is waited for what should come, in seconds. The machine may be busy: only what never comes takes so long.
PATIENCE = 180
# How long a drain goes on asking when no Pod is let go any more, and how often it asks.
DRAIN, AGAIN = 75, 3
# How long is waited for Pods that nothing makes again.
ALONE = 30
# How long things are left alone after a step, so that controllers notice it.
SETTLE = 5


class Course:
    """One run."""

    def __init__(self, cluster, one, namespace, of):
        self.cluster = cluster
        self.one = one
        self.namespace = namespace
        # What the API server told of a resource in this namespace.
        self.of = of
        self.objects = []
        self.said = []

    def lines(self):
        """What is written into the header."""
        return self.said

    def run(self):
        """Applies the manifest and takes all steps."""
        self.objects = documents(self.one.manifest)
        for thing in self.objects:
            thing["metadata"].pop("namespace", None)
        provide.provide(self.cluster, self.namespace, self.objects)
        furnish.furnish(self.one, self.namespace, self.objects, {})
        self.apply()
        for step in self.one.given["step"]:
            self.take(step)

    def take(self, step):
        """One line of the header."""
        name, _, rest = step.partition(" ")
        steps = {
            "until": self.until_all,
            "wait": lambda words: time.sleep(float(words.removesuffix(" s"))),
            "evict": lambda whose: self.under_watch(lambda: self.evict(whose)),
            "roll": lambda _: self.under_watch(self.roll_out),
            "come": lambda _: self.come_back(),
            "scale": lambda number: self.scale(int(number)),
            "apply": lambda _: self.apply_again(),
            "delete": lambda _: self.delete_pods(),
            "write": self.write,
            "read": self.read,
            "look": lambda words: self.said.extend(looks.at(words.removeprefix("at "), self)),
        }
        if name not in steps:
            raise RuntimeError(f"no step is called {step}")
        steps[name](rest)

    def apply(self):
        """As `kubectl apply`."""
        manifest = {"apiVersion": "v1", "kind": "List", "items": self.objects}
        self.kubectl("apply", "--validate=strict", "-f", "-", input=json.dumps(manifest))

    def kubectl(self, *words, **more):
        """Runs kubectl in the namespace."""
        return place.inside(["kubectl", "-n", self.namespace, *words], **more)

    # Objects

    def kinds(self, *kinds):
        """The names of the manifest's objects of some kinds: (kind, name)."""
        return [(thing["kind"], thing["metadata"]["name"]) for thing in self.objects if thing["kind"] in kinds]

    def workloads(self):
        """What has Pods that stay."""
        return self.kinds("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Pod")

    def pods(self):
        """All Pods as they are now."""
        return self.cluster.all("Pod", self.namespace)

    def owner(self, pod):
        """The workload of the manifest that a Pod is of: (kind, name)."""
        refs = pod["metadata"].get("ownerReferences", [])
        if not refs:
            return "Pod", pod["metadata"]["name"]
        kind, name = refs[0]["kind"], refs[0]["name"]
        above = self.cluster.get(kind, self.namespace, name) if kind in ("ReplicaSet", "Job") else None
        refs = above["metadata"].get("ownerReferences", []) if above else []
        return (refs[0]["kind"], refs[0]["name"]) if refs else (kind, name)

    def called(self, pod):
        """Whose Pod it is, in words. Which of several without a controller is meant does not repeat."""
        kind, name = self.owner(pod)
        return "Pods without a controller" if kind == "Pod" else f"{kind} {name}"

    # Waiting

    @staticmethod
    def until(is_so, seconds=PATIENCE):
        """Waits until something is so, or that long; says whether it is."""
        end = time.time() + seconds
        while not is_so():
            if time.time() > end:
                return False
            time.sleep(0.3)
        return True

    def until_all(self, state):
        """`ready`, `running`, or of Jobs `finished`."""
        is_so = {"ready": self.are_ready, "running": self.are_running, "finished": self.are_finished}[state]
        if not self.until(is_so):
            self.said.append(f"not all {state}")
        # Budgets and endpoints follow.
        time.sleep(SETTLE)

    def are_ready(self):
        """All Pods that are wanted."""
        return all(self.is_complete(*one) for one in self.workloads()) and self.jobs_go()

    def is_complete(self, kind, name):
        """A workload has all of its Pods, and each is ready and of its template."""
        thing = self.cluster.get(kind, self.namespace, name)
        if thing is None:
            return False
        status, generation = thing.get("status", {}), thing["metadata"].get("generation")
        if kind == "Pod":
            return looks.is_ready(thing)
        if kind == "Job":
            return bool(status.get("ready"))
        if status.get("observedGeneration") != generation:
            return False
        if kind == "DaemonSet":
            return 0 < status["desiredNumberScheduled"] == status.get("numberReady")
        counts = [status.get("readyReplicas", 0), status.get("replicas", 0)]
        if kind in ("Deployment", "StatefulSet"):
            counts.append(status.get("updatedReplicas", 0))
        return all(count == thing["spec"]["replicas"] for count in counts)

    def jobs_go(self):
        """Each Job of the manifest has a Pod that is ready, or has ended."""
        return self.are_finished() or all(self.is_complete(*one) for one in self.kinds("Job"))

    def are_running(self):
        """There are as many Pods as wanted, and each of them runs, ready or not."""
        wanted = sum(thing.get("spec", {}).get("replicas", 1) for thing in self.objects
                     if furnish.pod_spec(thing) is not None)
        return sum(pod.get("status", {}).get("phase") == "Running" for pod in self.pods()) >= wanted

    def are_finished(self):
        """Each Job of the manifest has succeeded or failed, or is gone."""
        jobs = [self.cluster.get(kind, self.namespace, name) for kind, name in self.kinds("Job")]
        return all(job is None or looks.finished(job) for job in jobs)

    # Steps

    def under_watch(self, step):
        """Takes a step, and says whether the Services had a ready endpoint all the while."""
        since = time.time()
        step()
        time.sleep(SETTLE)
        for _, name in self.kinds("Service"):
            least = looks.least_ready(self.of("endpointslices"), name, since)
            self.said.append(f"Service {name} {'always has a ready Pod' if least else 'has no ready Pod for a time'}")

    def evict(self, whose):
        """Evicts all Pods side by side, or those of one workload, and asks again like a drain. It leaves alone those
        of DaemonSets."""
        answers, moved = {}, [time.time()]

        def ask(pod):
            while True:
                answer = self.cluster.evict(self.namespace, pod["metadata"]["name"])
                if answer[0] == 201:
                    moved.append(time.time())
                if answer[0] == 201 or time.time() > moved[-1] + DRAIN:
                    answers.setdefault(self.called(pod), []).append(answer)
                    return
                time.sleep(AGAIN)

        wanted = [pod for pod in self.pods()
                  if self.owner(pod)[0] != "DaemonSet" and whose in ("", self.called(pod))]
        asking = [threading.Thread(target=ask, args=(pod,)) for pod in wanted]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        for whose, given in sorted(answers.items()):
            gone = sum(status == 201 for status, _ in given)
            self.said.append(f"{whose}: {looks.share(gone, len(given))} evicted")
        refusals = {answer for given in answers.values() for answer in given if answer[0] != 201}
        self.said += [f"an eviction is answered {status}: {message}" for status, message in sorted(refusals)]

    def come_back(self):
        """Are there as many Pods as before? What is told of them is a moment old."""
        time.sleep(SETTLE)
        mine = self.workloads() + self.kinds("Job")
        self.until(lambda: all(self.is_complete(*one) for one in mine), PATIENCE if any(kind != "Pod" for kind, _ in mine) else ALONE)
        for kind, name in mine:
            said = "has its Pods again" if self.is_complete(kind, name) else "does not come back"
            self.said.append(f"{kind} {name} {said}")

    def roll_out(self):
        """Changes the template of each workload, as another image would, and waits for what comes of it."""
        annotation = {"metadata": {"annotations": {"lab/template": "2"}}}
        mine = [one for one in self.workloads() if one[0] != "Pod"]
        for kind, name in mine:
            self.kubectl("patch", kind.lower(), name, "--type=merge", "-p",
                         json.dumps({"spec": {"template": annotation}}))
        self.until(lambda: all(self.is_rolled_out(*one) for one in mine))
        for kind, name in mine:
            pods = [pod for pod in self.pods() if self.owner(pod) == (kind, name)]
            new = [pod for pod in pods if pod["metadata"].get("annotations", {}).get("lab/template")]
            if self.is_rolled_out(kind, name):
                self.said.append(f"{kind} {name} is rolled out")
                continue
            self.said.append(f"{kind} {name} is not rolled out: {looks.share(len(new), len(pods))} of the new template")
            pending = {words for pod in new for words in looks.unscheduled(pod)}
            self.said += [f"{kind} {name}: the new Pod is not scheduled: {words}" for words in sorted(pending)]

    def is_rolled_out(self, kind, name):
        """All Pods are of the new template, and ready."""
        pods = [pod for pod in self.pods() if self.owner(pod) == (kind, name)]
        return bool(pods) and self.is_complete(kind, name) and all(
            pod["metadata"].get("annotations", {}).get("lab/template") for pod in pods)

    def scale(self, number):
        """Through the scale subresource, as an autoscaler does."""
        for kind, name in self.kinds("Deployment", "StatefulSet"):
            self.kubectl("scale", kind.lower(), name, f"--replicas={number}")
        self.said += [f"{words} after it is scaled to {number}" for words in self.replicas()]

    def apply_again(self):
        """The same manifest."""
        self.apply()
        self.said += [f"{words} after the next apply" for words in self.replicas()]

    def replicas(self):
        """How many Pods are wanted now."""
        time.sleep(SETTLE)
        for kind, name in self.kinds("Deployment", "StatefulSet"):
            yield f"{kind} {name} wants {self.cluster.get(kind, self.namespace, name)['spec']['replicas']} Pods"

    def delete_pods(self):
        """As `kubectl delete pod`, and waits until they are gone."""
        names = [pod["metadata"]["name"] for pod in self.pods()]
        for name in names:
            self.cluster.delete_pod(self.namespace, name)
        uids = {pod["metadata"]["uid"] for pod in self.pods() if pod["metadata"]["name"] in names}
        self.until(lambda: not uids & {pod["metadata"]["uid"] for pod in self.pods()})

    def write(self, path):
        """A file of which one can tell that it is the same."""
        self.in_container(f"mkdir -p {path.rpartition('/')[0]}; echo kept >{path}")

    def read(self, path):
        """Is it still there?"""
        kept = self.in_container(f"cat {path} 2>/dev/null || true").strip() == "kept"
        self.said.append(f"{path} {'is kept' if kept else 'is lost'}")

    def in_container(self, script):
        """Runs a script in the first container of the first Pod that is ready."""
        pod = next(pod for pod in self.pods() if looks.is_ready(pod))
        container = pod["spec"]["containers"][0]["name"]
        return self.kubectl("exec", pod["metadata"]["name"], "-c", container, "--", "sh", "-c", script)
