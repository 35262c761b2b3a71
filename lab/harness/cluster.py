"""The API server of the lab, as its scripts ask it."""

import http.client
import json
import ssl
import threading
import time

from . import place

# Where a kind is served: group and version, and its plural.
KINDS = {
    "Pod": ("api/v1", "pods"),
    "Service": ("api/v1", "services"),
    "ConfigMap": ("api/v1", "configmaps"),
    "Secret": ("api/v1", "secrets"),
    "ServiceAccount": ("api/v1", "serviceaccounts"),
    "PersistentVolumeClaim": ("api/v1", "persistentvolumeclaims"),
    "Deployment": ("apis/apps/v1", "deployments"),
    "StatefulSet": ("apis/apps/v1", "statefulsets"),
    "DaemonSet": ("apis/apps/v1", "daemonsets"),
    "ReplicaSet": ("apis/apps/v1", "replicasets"),
    "ReplicationController": ("api/v1", "replicationcontrollers"),
    "Job": ("apis/batch/v1", "jobs"),
    "CronJob": ("apis/batch/v1", "cronjobs"),
    "PodDisruptionBudget": ("apis/policy/v1", "poddisruptionbudgets"),
    "HorizontalPodAutoscaler": ("apis/autoscaling/v2", "horizontalpodautoscalers"),
    "Ingress": ("apis/networking.k8s.io/v1", "ingresses"),
    "EndpointSlice": ("apis/discovery.k8s.io/v1", "endpointslices"),
    "Event": ("api/v1", "events"),
}


class Refused(Exception):
    """The API server does not take what it got."""

    def __init__(self, message, status=None):
        super().__init__(message)
        self.status = status


class Cluster:
    """A client with the rights of an administrator."""

    def __init__(self):
        self.token = (place.RUN / "keys" / "tokens.csv").read_text().split(",")[0]
        self.tls = ssl.create_default_context(cafile=place.RUN / "keys" / "ca.crt")

    def connection(self, timeout):
        """To the API server, which listens within the lab's network."""
        return http.client.HTTPSConnection("127.0.0.1", 6443, context=self.tls, timeout=timeout)

    def ask(self, method, path, body=None):
        """One request. What is not there is None, what is refused raises."""
        connection = self.connection(30)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection.request(method, f"/{path}", json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status == 404:
            return None
        try:
            value = json.loads(text)
        except ValueError:
            value = text.decode(errors="replace")
        if answer.status >= 300:
            raise Refused(value["message"] if isinstance(value, dict) else value, answer.status)
        return value

    def path(self, kind, namespace, name=None):
        """Where objects of a kind are."""
        group, plural = KINDS[kind]
        return f"{group}/namespaces/{namespace}/{plural}" + (f"/{name}" if name else "")

    def create(self, namespace, thing):
        """Makes an object, as strictly as kubectl has it made."""
        path = self.path(thing["kind"], namespace)
        return self.ask("POST", f"{path}?fieldValidation=Strict", thing)

    def get(self, kind, namespace, name):
        """An object as it is now, or None."""
        return self.ask("GET", self.path(kind, namespace, name))

    def all(self, kind, namespace):
        """All objects of a kind, as they are now."""
        return self.ask("GET", self.path(kind, namespace))["items"]

    def evict(self, namespace, name):
        """As a drain does: what comes of it, as the status and the message of the answer."""
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": namespace}}
        try:
            self.ask("POST", f"{self.path('Pod', namespace, name)}/eviction", eviction)
        except Refused as error:
            return error.status, str(error)
        return 201, ""

    def delete_pod(self, namespace, name, grace=None):
        """As `kubectl delete pod`, with a grace period of the request or the Pod's own."""
        options = {} if grace is None else {"gracePeriodSeconds": grace}
        return self.ask("DELETE", self.path("Pod", namespace, name), options)

    def open_namespace(self, name):
        """A namespace in which Pods can be made."""
        space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        self.ask("POST", "api/v1/namespaces", space)
        while not self.ask("GET", self.path("ServiceAccount", name, "default")):
            time.sleep(0.1)

    def close_namespace(self, name):
        """Ends all that is in a namespace, at once."""
        for pod in self.all("Pod", name):
            self.delete_pod(name, pod["metadata"]["name"], 0)
        self.ask("DELETE", f"api/v1/namespaces/{name}", {})

    def follow(self, path):
        """The lines of an answer, in a list that grows as they come. It is asked for until it is there."""
        lines = []

        def read():
            for _ in range(300):
                connection = self.connection(3600)
                connection.request("GET", f"/{path}", headers={"Authorization": f"Bearer {self.token}"})
                answer = connection.getresponse()
                if answer.status == 200:
                    for line in answer:
                        lines.append(line.decode(errors="replace").rstrip())
                    return
                connection.close()
                time.sleep(0.1)

        threading.Thread(target=read, daemon=True).start()
        return lines

    def watch(self, path, tell):
        """Calls `tell` with time, type and object of all that comes, from a thread of its own."""
        def follow():
            while True:
                try:
                    connection = self.connection(3600)
                    headers = {"Authorization": f"Bearer {self.token}"}
                    connection.request("GET", f"/{path}?watch=1", headers=headers)
                    for line in connection.getresponse():
                        told = json.loads(line)
                        tell(time.time(), told["type"], told["object"])
                except (OSError, http.client.HTTPException, ValueError):
                    time.sleep(0.2)

        threading.Thread(target=follow, daemon=True).start()


def documents(text):
    """The objects of a YAML stream, read by kubectl itself."""
    command = ["kubectl", "create", "--dry-run=client", "--validate=ignore", "-o", "json", "-f", "-"]
    read = place.inside(command, input=text)
    found, rest, decoder = [], read.strip(), json.JSONDecoder()
    while rest:
        value, end = decoder.raw_decode(rest)
        found += value["items"] if value["kind"] == "List" else [value]
        rest = rest[end:].strip()
    return found
