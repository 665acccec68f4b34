"""Measures Switchboard on loopback; see README.md here. Called by bench/run, which builds what is needed first."""

import argparse
import asyncio
import contextlib
import json
import os
import pathlib
import platform
import shutil
import signal
import statistics
import sys
import tempfile
import time

import bodies
import growth
import inbox
import screens
import sends
import servers

PARTS = ["intake", "start", "inbox", "screens", "sending", "sends", "growth"]
ENGINES = ["sqlite", "postgres"]
PACED_RATE = 1_000  # webhooks a second at which the slowest percent is looked at
PACED_SECONDS = 10
BUSY_SHARE = 0.1  # of the machine before anything is measured, from which on a warning is due
IDLE_SECONDS = 5  # after the start, before idle memory is read
DRAIN_SECONDS = 120  # how long queued messages may take to leave
LIMIT_PER_SENDER = 80  # messages a second that the platform allows a number


class Bench:
    def __init__(self, options: argparse.Namespace, folder: pathlib.Path):
        self.options, self.folder, self.results = options, folder, {}
        self.numbers_used = 0  # of message ids, so that no two series share one

    def progress(self, text: str) -> None:
        print(f"    {text}", flush=True)

    async def run(self) -> dict:
        self.results["machine"] = {
            "date": time.strftime("%Y-%m-%d"),
            "cores": os.cpu_count(),
            "memoryGB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
            "system": f"{platform.system()} {platform.release()} {platform.machine()}",
            "busyBefore": servers.busy_share(),
            "fsyncMs": servers.fsync_milliseconds(self.folder),
        }
        if self.results["machine"]["busyBefore"] > BUSY_SHARE:
            print(f"The machine is busy with something else ({self.results['machine']['busyBefore']:.0%}): the figures will be too low.")
        for engine in self.options.engine:
            print(f"==> {engine}", flush=True)
            measured = self.results[engine] = {}
            if {"start", "intake", "sending"} & set(self.options.only):
                database = await servers.Database.make(engine, "bench", self.folder)
                # The demo makes a workspace with senders, an API key and a connection whose secret we can sign with.
                with servers.demo(database, self.folder):
                    facts = servers.demo_facts(database)
            if "start" in self.options.only:
                measured["start"] = {"empty": self.start(database)}
            if "intake" in self.options.only:
                measured["intake"] = await self.intake(database, facts)
            if "start" in self.options.only:
                stored = await database.count("SELECT COUNT(*) FROM messages")
                measured["start"] |= {"filled": self.start(database), "messagesStored": stored}
            if "inbox" in self.options.only:
                conversations, messages = self.options.inbox
                measured["inbox"] = await inbox.measure(engine, conversations, messages, self.options.pages, self.folder, self.progress)
            if "screens" in self.options.only:
                measured["screens"] = await screens.measure(engine, self.folder, self.progress)
            if "sending" in self.options.only:
                measured["sending"] = await self.sending(database, facts)
            if "sends" in self.options.only:
                measured["sends"] = await sends.measure(engine, self.folder, self.progress)
            if "growth" in self.options.only:
                measured["growth"] = await growth.compare(engine, self.options.rows, self.folder, self.progress)
        return self.results

    def start(self, database: servers.Database) -> dict:
        """Seconds from the start of the process to its first answer that it is ready, and memory once it idles."""
        self.progress("start-up and idle memory")
        with servers.hub(database, self.folder) as hub:
            time.sleep(IDLE_SECONDS)
            return {"seconds": hub.start_seconds, "idleMB": hub.memory()["now"]}

    def webhooks(self, path: str, facts: dict, count: int) -> pathlib.Path:
        file = self.folder / "requests"
        connection = facts["connection"]
        number = facts["senders"][0]["phoneNumberId"]
        secret, start = connection["appSecret"], self.numbers_used
        bodies.write(file, bodies.incoming_texts(path=path, secret=secret, phone_number_id=number, count=count, start=start))
        self.numbers_used += count
        return file

    def all_ok(self, what: str, result: dict, count: int) -> dict:
        if result["ok"] != count:
            sys.exit(f"{what}: only {result['ok']} of {count} requests were answered with success: {json.dumps(result)}")
        return result

    async def intake(self, database: servers.Database, facts: dict) -> dict:
        """Signed webhooks, each stored before its answer: ours, an endpoint of ours that only reads the body, and the baseline. They take
        turns, so that a slow moment of the machine doesn't favour one of them; of the rounds the median counts."""
        count, path = self.options.count, facts["connection"]["webhookPath"]
        secret = facts["connection"]["appSecret"]
        rates: dict[str, list[float]] = {"empty": [], "stored": []}
        with contextlib.ExitStack() as stack:
            hub = stack.enter_context(servers.hub(database, self.folder))
            baselines = {}
            for workers in (1, 2):
                compared = await servers.Database.make(database.engine, f"baseline_{workers}", self.folder)
                baselines[workers] = (compared, stack.enter_context(servers.baseline(compared, workers, secret, self.folder)))
                rates[f"baseline{workers}"] = []

            # Compilers, caches and connection pools warm up on messages that aren't counted.
            self.all_ok("Warm-up", servers.load(hub.port, self.webhooks(path, facts, 1_000)), 1_000)
            for _, server in baselines.values():
                self.all_ok("Warm-up", servers.load(server.port, self.webhooks("/webhook", facts, 1_000)), 1_000)

            inbound = "SELECT COUNT(*) FROM messages WHERE direction = 'inbound'"
            for number in range(1, self.options.rounds + 1):
                self.progress(f"intake, round {number} of {self.options.rounds}")
                result = servers.load(hub.port, self.webhooks("/hooks/bench", facts, count))
                rates["empty"].append(self.all_ok("Empty endpoint", result, count)["perSecond"])
                file = self.webhooks(path, facts, count)
                before = await database.count(inbound)
                result = servers.load(hub.port, file)
                rates["stored"].append(self.all_ok("Intake", result, count)["perSecond"])
                if (stored := await database.count(inbound) - before) != count:
                    sys.exit(f"Intake: {count} webhooks were answered with success, but {stored} messages were stored.")
                for workers, (compared, server) in baselines.items():
                    file = self.webhooks("/webhook", facts, count)
                    before = await compared.count("SELECT COUNT(*) FROM messages")
                    result = servers.load(server.port, file)
                    rates[f"baseline{workers}"].append(self.all_ok("Baseline", result, count)["perSecond"])
                    if (stored := await compared.count("SELECT COUNT(*) FROM messages") - before) != count:
                        sys.exit(f"Baseline: {count} webhooks were answered with success, but {stored} messages were stored.")
            busy = hub.memory()

            self.progress(f"intake at {PACED_RATE:,} a second")
            paced_count = PACED_RATE * PACED_SECONDS
            paced = servers.load(hub.port, self.webhooks(path, facts, paced_count), rate=PACED_RATE)
            self.all_ok("Paced intake", paced, paced_count)

        median = {name: statistics.median(values) for name, values in rates.items()}
        best = max(median["baseline1"], median["baseline2"])
        return {
            "storedPerSecond": median["stored"],
            "emptyPerSecond": median["empty"],
            "shareOfEmpty": median["stored"] / median["empty"],
            "baselinePerSecond": best,
            "timesBaseline": median["stored"] / best,
            "pacedP50Ms": paced["p50Ms"],
            "pacedP99Ms": paced["p99Ms"],
            "memoryAfterMB": busy["now"],
            "memoryHighestMB": busy["highest"],
            "rounds": rates,
        }

    async def sending(self, database: servers.Database, facts: dict) -> dict:
        """Messages through POST /api/v1/messages, the dispatcher and the simulator: how fast they are accepted, and how fast they
        leave beside what the platform allows the senders."""
        senders = [sender["id"] for sender in facts["senders"]]
        limit = LIMIT_PER_SENDER * len(senders)
        count = limit * 20
        # Recipients nobody has written to, so templates; enough of them that the limit between two numbers plays no part.
        recipients = [f"+1555{number:07}" for number in range(1_000, 2_000)]
        content = {"template": {"name": self.options.template, "language": "en_US"}}
        with servers.demo(database, self.folder) as demo:
            facts = servers.demo_facts(database)
            # Numbers that no simulated phone has, and more people outside a window than a new number may write to in a day.
            servers.patch(f"{facts['simulatorUrl']}/control/v1/settings", {"unknownRecipients": "reachable", "messagingLimit": False})
            file = self.folder / "requests"
            requests = bodies.outgoing_messages(key=facts["apiKey"], senders=senders, recipients=recipients, content=content, count=count)
            bodies.write(file, requests)
            self.progress(f"sending {count:,} messages from {len(senders)} numbers")
            left = "SELECT COUNT(*) FROM messages WHERE direction = 'outbound' AND provider_id IS NOT NULL"
            before = await database.count(left)
            begin = time.monotonic()
            accepted = self.all_ok("Sending", servers.load(demo.port, file, connections=32), count)
            samples = [(time.monotonic(), await database.count(left) - before)]
            while samples[-1][1] < count and time.monotonic() - begin < DRAIN_SECONDS:
                await asyncio.sleep(0.25)
                samples.append((time.monotonic(), await database.count(left) - before))
            if samples[-1][1] < count:
                sys.exit(f"Sending: after {DRAIN_SECONDS} s only {samples[-1][1]} of {count} messages had left.")
            return {
                "acceptedPerSecond": accepted["perSecond"],
                "acceptedP99Ms": accepted["p99Ms"],
                "sentPerSecond": count / (samples[-1][0] - begin),
                "limitPerSecond": limit,
                "memoryHighestMB": demo.memory()["highest"],
            }


def table(results: dict) -> str:
    """The results as a Markdown table, beside what each engine should reach at least."""
    engines = [engine for engine in ENGINES if engine in results]
    aims = {"sqlite": {"stored": 10_000, "share": 0.25}, "postgres": {"stored": 6_000, "share": 0.15}}
    rows = []

    def row(label: str, aim, value) -> None:
        cells = []
        for engine in engines:
            try:
                cells.append(value(results[engine]))
            except KeyError:
                cells.append("")
        if any(cells):
            rows.append([label, aim if isinstance(aim, str) else " / ".join(aim(aims[engine]) for engine in engines), *cells])

    stored = "signed webhooks stored and answered, per second"
    row(stored, lambda a: f"≥ {a['stored']:,}", lambda r: f"{r['intake']['storedPerSecond']:,.0f}")
    row("the same, an endpoint that only reads the body", "", lambda r: f"{r['intake']['emptyPerSecond']:,.0f}")
    row("share of it", lambda a: f"≥ {a['share']:.0%}", lambda r: f"{r['intake']['shareOfEmpty']:.0%}")
    row("the same, baseline (pywa, FastAPI), per second", "", lambda r: f"{r['intake']['baselinePerSecond']:,.0f}")
    row("times the baseline", "≥ 1.8", lambda r: f"{r['intake']['timesBaseline']:.1f}")
    row(f"webhook at {PACED_RATE:,} a second, p50", "", lambda r: f"{r['intake']['pacedP50Ms']:.1f} ms")
    row(f"webhook at {PACED_RATE:,} a second, p99", "< 25 ms", lambda r: f"{r['intake']['pacedP99Ms']:.1f} ms")
    row("messages in the inbox that is looked at", "", lambda r: f"{r['inbox']['messages']:,}")
    for page, name, aim in (
        ("first", "first page", "< 20 ms"),
        ("deep", f"page {inbox.DEEP_PAGE}", "< 20 ms"),
        ("thread", "a thread", "< 10 ms"),
        ("jump", "a thread around an old message", "< 10 ms"),
        ("search", "a search", "< 200 ms"),
    ):
        row(f"{name}, p50 / p95", aim, lambda r, page=page: f"{r['inbox'][page]['p50Ms']:.1f} / {r['inbox'][page]['p95Ms']:.1f} ms")
    row(
        "a first page written by hand, p50 / p95",
        "",
        lambda r: f"{r['inbox']['byHand']['p50Ms']:.1f} / {r['inbox']['byHand']['p95Ms']:.1f} ms",
    )
    row("first page, times by hand", "", lambda r: f"{r['inbox']['first']['p50Ms'] / r['inbox']['byHand']['p50Ms']:.1f}")
    row("customer's message to the agent's screen, p50 / p95", "< 50 ms", lambda r: times(r["screens"]["screen"]))
    row(f"memory with {screens.STREAMS:,} open streams", "< 500 MB", lambda r: f"{r['screens']['streams']['memoryMB']:.0f} MB")
    row("message to each of them, p50 / p95", "", lambda r: times(r["screens"]["streams"]))
    row("processor that they take while nothing happens", "", lambda r: f"{r['screens']['streams']['idleProcessorShare']:.0%} of a core")
    row("a thread on a slow phone, largest part painted", "≤ 1.2 s", lambda r: f"{r['screens']['slow']['paintMs'] / 1e3:.2f} s")
    row("what moves meanwhile", "≤ 0.05", lambda r: f"{r['screens']['slow']['shift']:.3f}")
    row("slowest of the first interactions", "≤ 300 ms", lambda r: f"{r['screens']['slow']['slowestInteractionMs']:.0f} ms")
    row("scripts that it loads", "≤ 120 kB", lambda r: f"{r['screens']['slow']['scriptBytes'] / 1e3:.0f} kB")
    row("messages accepted by the API, per second", "", lambda r: f"{r['sending']['acceptedPerSecond']:,.0f}")
    row("messages sent, per second", "", lambda r: f"{r['sending']['sentPerSecond']:,.0f} of {r['sending']['limitPerSecond']} allowed")
    row("the same, highest memory", "", lambda r: f"{r['sending']['memoryHighestMB']:.0f} MB")
    row(f"sent and recorded over {sends.SENDERS} numbers, per second", "≥ 5,000", lambda r: f"{r['sends']['many']['perSecond']:,.0f}")
    row("the same, baseline (httpx), per second", "", lambda r: f"{r['sends']['many']['baselinePerSecond']:,.0f}")
    row("times the baseline", "", lambda r: f"{r['sends']['many']['timesBaseline']:.1f}")
    row("the simulator alone, per second", "", lambda r: f"{r['sends']['many']['simulatorAlonePerSecond']:,.0f}")
    row("processor time a message, hub / simulator / PostgreSQL", "", lambda r: processor(r["sends"]["many"]))
    row("highest memory meanwhile", "", lambda r: f"{r['sends']['many']['memoryHighestMB']:.0f} MB")
    row(f"one number at {sends.LATENCY_MS} ms, per second", "≥ 940", lambda r: f"{r['sends']['one']['perSecond']:,.0f}")
    row("most in any second, on the simulator's ledger", "≤ 1,000", lambda r: f"{r['sends']['one']['mostInASecond']:,}")
    row("a reply past 100,000 waiting messages, p50", "", lambda r: f"{r['sends']['reply']['p50Ms']:.0f} ms")
    row("a reply past 100,000 waiting messages, slowest", "< 300 ms", lambda r: f"{r['sends']['reply']['maxMs']:.0f} ms")
    row("webhooks, three statuses to a message, per second", "", lambda r: f"{r['sends']['statuses']['webhooksPerSecond']:,.0f}")
    row(
        "cost of a stored message, many rows to 10,000",
        "≤ 1.3 ×",
        lambda r: f"{r['growth']['storedCostRatio']:.2f} × at {r['growth']['rows']:,}",
    )
    row(
        "cost of a sent message, many rows to 10,000",
        "≤ 1.3 ×",
        lambda r: f"{r['growth']['sentCostRatio']:.2f} × at {r['growth']['rows']:,}",
    )
    row("stored per second among many rows", "", lambda r: f"{r['growth']['storedPerSecondMany']:,.0f}")
    row("sent per second among many rows", "", lambda r: f"{r['growth']['sentPerSecondMany']:,.0f}")
    row("highest memory among many rows", "", lambda r: f"{r['growth']['memoryHighestMB']:.0f} MB")
    row("start to ready", "< 1 s", lambda r: f"{r['start']['empty']['seconds']:.2f} s")
    row("start to ready, database filled", "< 1 s", lambda r: f"{r['start']['filled']['seconds']:.2f} s")
    row("messages in it", "", lambda r: f"{r['start']['messagesStored']:,}")
    row("memory, idle", "< 120 MB", lambda r: f"{r['start']['empty']['idleMB']:.0f} MB")
    row("memory, highest during intake", "", lambda r: f"{r['intake']['memoryHighestMB']:.0f} MB")
    head = ["", "aim", *({"sqlite": "SQLite", "postgres": "PostgreSQL"}[engine] for engine in engines)]
    lines = [head, ["---"] * len(head), *rows]
    machine = results["machine"]
    return (
        f"Measured on {machine['date']}, {machine['cores']} cores, {machine['memoryGB']} GB, {machine['system']}; "
        f"fsync {machine['fsyncMs']['median']:.2f} ms (p99 {machine['fsyncMs']['p99']:.2f} ms); "
        f"{machine['busyBefore']:.0%} of the machine was busy before.\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)
    )


def times(result: dict) -> str:
    return f"{result['p50Ms']:.0f} / {result['p95Ms']:.0f} ms"


def processor(result: dict) -> str:
    """In microseconds."""
    return " / ".join(f"{value:.0f}" for value in result["cpuMicrosecondsPerMessage"].values()) + " µs"


def stop(number: int, _frame: object) -> None:
    """Lets every server that was started end, too."""
    raise SystemExit(128 + number)


def main() -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    parser = argparse.ArgumentParser(prog="bench/run", description="Measures Switchboard on loopback. Ends by itself after some minutes.")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="what to measure (default: all)")
    parser.add_argument("--engine", nargs="+", choices=ENGINES, default=ENGINES, help="on which databases (default: both)")
    parser.add_argument("--count", type=int, default=20_000, help="webhooks a round (default: 20000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of which the median counts (default: 3)")
    parser.add_argument("--template", default="hello_world", help="approved template to send (default: hello_world)")
    parser.add_argument("--output", type=pathlib.Path, default=servers.PROJECT / "bench/results.json", help="where the figures go as JSON")
    parser.add_argument("--rows", type=int, default=1_000_000, help="messages among which the cost of one is measured (default: 1000000)")
    parser.add_argument(
        "--inbox", type=int, nargs=2, default=[100_000, 1_000_000], metavar=("CONVERSATIONS", "MESSAGES"),
        help="size of the database whose inbox is looked at (default: 100000 1000000)",
    )  # fmt: skip
    parser.add_argument("--pages", type=int, default=1_000, help="requests for each page of the inbox (default: 1000)")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder whose databases stay, so that a run that was interrupted goes on there")
    options = parser.parse_args()
    if options.count < 1 or options.rounds < 1:
        parser.error("--count and --rounds start at 1")
    if options.rows < growth.SMALL_ROWS:
        parser.error(f"--rows starts at {growth.SMALL_ROWS}")

    # Not /tmp, which may be memory: durable means that a disk took part.
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    folder = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="switchboard-bench-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    try:
        results = asyncio.run(Bench(options, folder).run())
    except SystemExit:
        print(f"The servers' logs are in {folder}.", file=sys.stderr)
        raise
    except BaseException:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    if not options.keep:
        shutil.rmtree(folder)
    options.output.write_text(json.dumps(results, indent=2) + "\n")
    print()
    print(table(results))


main()
