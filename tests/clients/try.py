"""Runs the clients of the zoo against a twin, and prints what each did.

    CLOUDTWIN=target/debug/cloudtwin python3 try.py [--calm | --faults] [NAME ...]

Without an option each faulty client runs under its plan, and each correct one without faults; what `shows` says of a
faulty one must be seen. `--calm` runs all without faults. `--faults` runs the correct ones under each scenario of
scenarios/ and each phase of faults on each of their operations, then once more without faults: they must recover, or
fail with a message and leave what a second run brings to the end. Exit code 1: something else was seen."""

import collections
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
SCENARIOS = HERE.parent.parent / "scenarios"
TWIN = os.environ.get("CLOUDTWIN", "cloudtwin")
LIMIT_S = 30
HUNG_S = 8
LONG_S = 60
JOBS = int(os.environ.get("ZOO_JOBS", "2"))

INTERPRETERS = {
    "python": "ZOO_PYTHON",
    "tencent-python": "ZOO_TENCENT_PYTHON",
    "huawei-python": "ZOO_HUAWEI_PYTHON",
    "nodejs": "ZOO_NODE",
    "rust": "ZOO_RUST",
}
EXAMPLES = pathlib.Path(TWIN).resolve().parent / "examples"
DEFAULTS = {"ZOO_PYTHON": sys.executable, "ZOO_NODE": "node", "ZOO_RUST": EXAMPLES}

# What a fault does at each phase, once and always.
PHASES = {
    "throttled": 'at = "before_handler"\neffect = { refuse = "CODE", undocumented = true }',
    "reset": 'at = "arrival"\neffect = { reset = true }',
    "html": 'at = "arrival"\neffect = { status = 502, body = "<h1>Bad Gateway</h1>" }',
    "lost": 'at = "after_commit"\neffect = { drop = true }',
    "cut": 'at = "body"\neffect = { cut = 0.5 }',
    "garbage": 'at = "body"\neffect = { garbage = "SSH-2.0" }',
}
THROTTLED = {"workspace": "APIGW.0308", "aicc": "429"}


class Run:
    """One run of a client beside a twin of its own."""

    def __init__(self, client, plans=(), twice=False, limit=LIMIT_S, title=None):
        self.client = client
        with tempfile.TemporaryDirectory(prefix="zoo-") as folder:
            folder = pathlib.Path(folder)
            command = [TWIN, "run", "--throttle", "off", "--jobs", "instant", "--no-summary"]
            command += ["--journal-answers", "65536", "--journal", folder / "journal", "--seed-file", HERE / f"seeds/{client['seed']}.toml"]
            for number, plan in enumerate(plans):
                (folder / f"{number}.toml").write_text(plan)
                command += ["--scenario", folder / f"{number}.toml"]
            program = command_of(client)
            if twice:
                program = [sys.executable, HERE / "try.py", "--twice", folder / "seen", *program]
            environment = {**os.environ, "ZOO_OUT": str(folder), "PYTHONPATH": str(HERE)}
            began = time.monotonic()
            self.exit, self.errors = ended([*command, "--", *program], environment, limit)
            self.seconds = time.monotonic() - began
            lines = (folder / "journal").read_text().splitlines() if (folder / "journal").exists() else []
            if os.environ.get("ZOO_JOURNALS") and lines:
                target = pathlib.Path(os.environ["ZOO_JOURNALS"]) / f"{title or client['name']}.jsonl"
                target.write_text("\n".join(lines) + "\n")
            seen = folder / "seen"
            self.seen = json.loads(seen.read_text()) if seen.exists() else None
        self.entries = sorted((json.loads(line) for line in lines), key=lambda entry: entry["arrival"])
        self.entries = [entry for entry in self.entries if not entry["path"].startswith("/_twin/")]

    def counts(self):
        """How many requests of each operation were sent, and how many were done."""
        calls, done = collections.Counter(), collections.Counter()
        for entry in self.entries:
            calls[name(entry)] += 1
            replaced = entry["fault"] and entry["fault"].get("replaced_status")
            done[name(entry)] += 200 <= (replaced or entry["status"]) < 300 and not code(entry)
        return calls, done

    def story(self, operations):
        """The requests of some operations, in a line."""
        chosen = [entry for entry in self.entries if not operations or name(entry) in operations]
        if not chosen:
            return "no such request"
        begin = chosen[0]["arrived_us"]
        words = [f"+{(e['arrived_us'] - begin) // 1000} {name(e)} {word(e)}" for e in chosen]
        return "; ".join(words if len(words) < 14 else [*words[:9], f"… {len(words) - 12} more …", *words[-3:]])


def ended(command, environment, limit):
    """The exit code, and what went to standard error; a command that does not end is stopped with all its children."""
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        errors = process.communicate(timeout=limit)[1]
        return process.returncode, errors
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGTERM)
        return "none", process.communicate()[1]


def command_of(client):
    file, found = HERE / client["file"], interpreter(client["runtime"])
    return [pathlib.Path(found) / file.stem] if client["runtime"] == "rust" else [found, file]


def interpreter(runtime):
    variable = INTERPRETERS[runtime]
    found = os.environ.get(variable) or DEFAULTS.get(variable)
    if not found:
        sys.exit(f"{variable} must name the interpreter of {runtime}")
    return found


def name(entry):
    return entry["operation"] or ("files" if entry["path"].startswith("/files/") else entry["path"][:20])


def code(entry):
    fault = entry["fault"]
    return fault["replaced_code"] if fault and entry["outcome"] == "faulted" else entry["code"]


def word(entry):
    fault = f" ({entry['fault']['effect']})" if entry["fault"] else ""
    return f"{entry['code'] or (entry['status'] or 'no answer')}{fault}"


def holds(wanted, found):
    if not isinstance(wanted, str):
        return found == wanted
    return found >= int(wanted[2:]) if wanted.startswith(">=") else str(found) == wanted


def misses(client, run):
    """What is not seen of what a client must show."""
    shows, (calls, done) = client["shows"], run.counts()
    missing = [] if holds(shows["exit"], run.exit) else [f"exit {run.exit}, not {shows['exit']}"]
    for what, counted in (("calls", calls), ("done", done)):
        for operation, wanted in shows.get(what, {}).items():
            if not holds(wanted, counted[operation]):
                missing.append(f"{counted[operation]} {operation} {what}, not {wanted}")
    if client.get("plan") and not any(entry["fault"] for entry in run.entries):
        if not re.search(r"job =|limits =", client["plan"]):
            missing.append("no fault fired")
    return missing


def tell(client, run, verdict):
    calls, _ = run.counts()
    counted = ", ".join(f"{number} {operation}" for operation, number in calls.items())
    print(f"{verdict:7} {client['name']}: exit {run.exit}, {run.seconds:.1f} s, {counted}")


def try_plans(clients, calm):
    bad = 0
    for client in clients:
        plans = [client["plan"]] if client.get("plan") and not calm else []
        is_to_hang = client.get("verdict") == "hung" and not calm
        run = Run(client, plans, limit=HUNG_S if is_to_hang else LIMIT_S)
        needs_zero = client["correct"] or (calm and client.get("plan"))
        missing = ([] if run.exit == 0 else [f"exit {run.exit}"]) if needs_zero else misses(client, run)
        tell(client, run, "MISSING" if missing else "ok")
        if not client["correct"] and not calm:
            shows = client["shows"]
            print(f"        {client.get('rule') or client['verdict']}: {client['bug']}")
            print(f"        {run.story({*shows.get('calls', {}), *shows.get('done', {})})}")
        if missing:
            bad += 1
            print(f"        {'; '.join(missing)}\n        {run.errors[-1500:]}")
    return bad


def faults(run):
    """Scenarios for a client: the stories, and each phase on each of its operations."""
    for file in sorted(SCENARIOS.glob("*.toml")):
        yield file.stem, file.read_text()
    services = {name(entry): entry["service"] or "files" for entry in run.entries}
    for operation, service in services.items():
        for phase, text in PHASES.items():
            if service == "files" and phase == "throttled":
                continue
            for often in ("", "always = true\n"):
                where = f'service = "{service}"\n' + (f'operation = "{operation}"\n' if service != "files" else "")
                text_of = text.replace("CODE", THROTTLED.get(service, "RequestLimitExceeded"))
                title = f"{operation} {phase}{' always' if often else ''}"
                yield title, f'name = "{title}"\n[[rule]]\n{where}{often}{text_of}\n'


def try_faults(clients):
    bad = 0
    for client in (client for client in clients if client["correct"]):
        calm = Run(client, twice=True)
        goal = calm.seen["first"]
        tally = collections.Counter()
        plans = list(faults(calm))
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            runs = list(pool.map(lambda plan: under(client, *plan), plans))
        for (title, plan), run in zip(plans, runs):
            verdict, why = judged(run, goal, plan)
            tally[verdict] += 1
            if why:
                bad += 1
                print(f"MISSING {client['name']}, {title}: {why}\n        {run.story(())}\n        {run.errors[-700:]}")
        print(f"{client['name']}: {dict(tally)}", flush=True)
    return bad


def under(client, title, plan):
    return Run(client, [plan], twice=True, limit=LONG_S, title=f"{client['name']}, {title}")


def judged(run, goal, plan):
    """A verdict in a word, and what is wrong with it."""
    seen = run.seen
    if seen is None:
        return "hung", f"it did not end within {LONG_S} s"
    is_same = seen["first"] == goal
    if "Traceback" in run.errors or "at async" in run.errors:
        return "crashed", "it ended with a stack trace"
    if seen["exit"] == 0:
        return ("recovered", None) if is_same else ("silently wrong", f"success, and {difference(goal, seen['first'])}")
    if "failed:" not in run.errors:
        return "silent", "it failed without a message"
    # Behind a job that has not ended, no second run gets through: that is the service's.
    if (seen["second_exit"] == 0 and seen["second"] == goal) or re.search("stay = true|later = 60", plan):
        return "failed clean", None
    return "failed dirty", f"the second run exits {seen['second_exit']}: {difference(goal, seen['second'])}"


def difference(goal, seen):
    differing = [kind for kind in goal if goal[kind] != seen[kind]]
    return ", ".join(f"{kind}: {len(goal[kind])} rows, now {len(seen[kind])}" for kind in differing) or "equal"


# What is compared of a tenant: names and what clients write, without ids and times. Jobs of CIAM are no part of it:
# they stay for ever, also those that failed, and the next run has its own.
KINDS = {
    "ciam_users": ("user_name", "email", "nickname", "status"),
    "organization_users": ("user_name", "email"),
    "organization_cam_users": ("name", "uin"),
    "workspace_users": ("user_name", "user_email", "description"),
    "workspace_exports": ("status",),
    "aicc_users": ("account", "name", "email", "enabled"),
}


def twice(folder, program):
    """Inside of a run: the client, the state, the faults taken away, and the client again."""
    url = os.environ["CLOUDTWIN_URL"]

    def control(method, path):
        request = urllib.request.Request(f"{url}/_twin/{path}", method=method)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)

    def state():
        # A tenant of which no request was accepted is not there.
        tenant = control("GET", "state?tenant=default")["tenants"].get("default", {})
        rows = {kind: [[row.get(m) for m in members] for row in tenant.get(kind, [])] for kind, members in KINDS.items()}
        return {kind: sorted(map(str, of_kind)) for kind, of_kind in rows.items()}

    first_exit = subprocess.run(program).returncode
    first = state()
    control("DELETE", "scenarios")
    second_exit = subprocess.run(program).returncode
    seen = {"exit": first_exit, "first": first, "second_exit": second_exit, "second": state()}
    pathlib.Path(folder).write_text(json.dumps(seen))


def main():
    arguments = sys.argv[1:]
    if arguments[:1] == ["--twice"]:
        return twice(arguments[1], arguments[2:])
    options = {argument for argument in arguments if argument.startswith("--")}
    names = [argument for argument in arguments if argument not in options]
    clients = tomllib.loads((HERE / "zoo.toml").read_text())["client"]
    chosen = [client for client in clients if not names or client["name"] in names]
    bad = try_faults(chosen) if "--faults" in options else try_plans(chosen, "--calm" in options)
    print(f"{len(chosen)} clients, {bad} with something else than expected")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
