"""A running installation, seen from outside: its API, and what its processes cost."""
import http.client, json, os, subprocess, sys, threading, time, urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
PLIMSOLL = os.path.join(HERE, "..", "..", "plimsoll")
TICKS = os.sysconf("SC_CLK_TCK")


def plimsoll(data, *words):
    run = subprocess.run([PLIMSOLL, words[0], "--data", data, *words[1:]], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"plimsoll {' '.join(words)}: {run.stderr}")
    return run.stdout


class Api:
    """One connection for each thread, kept open."""

    def __init__(self, data):
        with open(os.path.join(data, "credentials.json")) as file:
            known = json.load(file)
        self.host = urllib.parse.urlsplit(known["url"]).netloc
        self.base = f"/v2/projects/{known['projectId']}/regions/{known['region']}/load-balancers"
        self.network, self.tokens, self.local = known["networkId"], known, threading.local()

    def __call__(self, method, path, body=None, token="adminToken"):
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection(self.host, timeout=60)
        headers = {"Authorization": "Bearer " + self.tokens[token], "Content-Type": "application/json"}
        try:
            answer = self.send(method, path, body, headers)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.local.connection.close()  # the service ends connections that have been idle for long
            answer = self.send(method, path, body, headers)
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]}")
        return json.loads(text)

    def send(self, method, path, body, headers):
        self.local.connection.request(method, path, json.dumps(body) if body else None, headers)
        return self.local.connection.getresponse()

    def order(self, name):
        return self("POST", self.base, {
            "name": name, "options": {"ephemeralAddress": True},
            "networks": [{"networkId": self.network, "role": "ROLE_LISTENERS_AND_TARGETS"}],
            "listeners": [{"port": 80, "protocol": "PROTOCOL_TCP", "targetPool": "web"}],
            "targetPools": [{"name": "web", "targetPort": 8080, "targets": [{"ip": "10.0.0.11"}, {"ip": "10.0.0.12"}]}]})

    def pages(self, path, token="adminToken", of="loadBalancers"):
        page = ""
        while True:
            answer = self("GET", path + "?pageSize=1000" + page, token=token)
            yield from answer[of]
            if "nextPageId" not in answer:
                return
            page = "&pageId=" + answer["nextPageId"]


def cpu(pids):
    """Seconds of processor time, children that have ended included."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rsplit(") ", 1)[1].split()
            total += sum(int(fields[i]) for i in (11, 12, 13, 14))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total / TICKS


def family(parent):
    """A process and its children."""
    found = [parent]
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as file:
                if int(file.read().rsplit(") ", 1)[1].split()[1]) == parent:
                    found.append(int(pid))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def memory(pid):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) >> 10 for line in file if line.startswith("VmRSS"))


def wait(holds, limit=150, every=0.25):
    deadline = time.monotonic() + limit
    while not holds():
        if time.monotonic() > deadline:
            sys.exit("gave up waiting")
        time.sleep(every)
