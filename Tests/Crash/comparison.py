"""Compares, message by message, what the hub says with what the simulator truly accepted. Pure: lists in, a table and problems out."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

# What the simulator's ledger calls a message that reached nobody.
LEDGER_FAILED = "failed"
# The hub says of these that the provider took the message.
TAKEN = {"sent", "delivered", "read", "played"}
# The hub says of these that it hasn't left, or won't.
WAITING = {"scheduled", "queued", "claimed", "cancelled", "sending"}
# Milliseconds: no call is waited for longer.
LONGEST_CALL = 35_000
RANKS = {"accepted": 0, "sending": 0, "unknown": 0, "sent": 1, "failed": 2, "delivered": 3, "read": 4, "played": 5}


@dataclass(frozen=True)
class Submitted:
    """One message that the API accepted; `id` is None when it refused it for good."""

    client_id: str
    id: str | None


@dataclass(frozen=True)
class Row:
    """A message as the hub has it."""

    id: str
    client_id: str
    status: str
    conversation: str
    sequence: int


@dataclass(frozen=True)
class Entry:
    """A message as the simulator accepted it; `reference` is our `<message id>.<attempt>`."""

    reference: str
    status: str

    @property
    def message(self) -> str:
        return self.reference.rpartition(".")[0]


@dataclass(frozen=True)
class Attempt:
    """One call that the hub wrote down before it made it. Times are milliseconds since 1970."""

    message: str
    number: int
    started_at: int
    answered_at: int | None

    @property
    def reference(self) -> str:
        return f"{self.message}.{self.number}"


def under_way(attempts: list[Attempt], moments: list[float], margin: float = 0) -> set[str]:
    """Messages with a call under way at one of the moments, give or take `margin` milliseconds: a death shows a little later, a commit of
    the dead may come through after it, and another process may look after the calls at once."""

    def spans(attempt: Attempt, moment: float) -> bool:
        begins, ends = attempt.started_at - margin, attempt.answered_at
        return begins <= moment < attempt.started_at + LONGEST_CALL and (ends is None or moment <= ends + margin)

    return {attempt.message for attempt in attempts if any(spans(attempt, moment) for moment in moments)}


@dataclass
class Table:
    """Counts for people, and what must not be, each with a sentence that names the message."""

    counts: dict[str, int]
    problems: list[str] = field(default_factory=list)


def compare_outbound(
    submitted: list[Submitted],
    rows: list[Row],
    attempts: set[str],
    ledger: list[Entry],
    in_flight: set[str],
    swallowed: int,
    once_unknown: set[str],
) -> Table:
    """`ledger` in the order of acceptance. `attempts` are the references of the attempts that the hub wrote down. `in_flight`: messages whose
    call may have been under way at a kill; `swallowed`: calls that a fault kept from the simulator without an answer. Only these may stay
    unknown. `once_unknown`: messages of which nobody knew for a time."""
    by_client = defaultdict(list)
    for row in rows:
        by_client[row.client_id].append(row)
    entries = defaultdict(list)
    for entry in ledger:
        entries[entry.message].append(entry)

    counts = Counter(submitted=len(submitted), **dict.fromkeys(["reached once", "doubled", "refused", "unknown", "settled", "lost"], 0))
    problems = []
    unexplained = []
    for message in submitted:
        found = by_client.get(message.client_id, [])
        if len(found) > 1:
            counts["doubled"] += 1
            problems.append(f"{message.client_id} has {len(found)} rows")
            continue
        if not found:
            if message.id is None:
                counts["refused"] += 1
            else:
                counts["lost"] += 1
                problems.append(f"{message.client_id} was accepted as {message.id} and has no row")
            continue
        [row] = found
        if message.id is not None and row.id != message.id:
            counts["doubled"] += 1
            problems.append(f"{message.client_id} was accepted as {message.id} and is stored as {row.id}")
            continue
        kind, problem = judge(row, entries[row.id])
        counts[kind] += 1
        if problem:
            problems.append(problem)
        if kind == "unknown" and row.id not in in_flight:
            unexplained.append(row.id)
        if kind != "unknown" and row.id in once_unknown:
            counts["settled"] += 1

    stray = lost_entries(rows, attempts, ledger)
    counts["lost"] += len(stray)
    problems += stray
    if counts["waiting"]:
        problems.append(f"{counts['waiting']} messages still wait, although nothing happens any more")
    if len(unexplained) > swallowed:
        problems.append(
            f"{len(unexplained)} messages are unknown whose calls weren't under way at a kill, and faults swallowed only {swallowed}: "
            + ", ".join(sorted(unexplained)[:30])
        )
    problems += disorder(rows, ledger)
    return Table(dict(counts), problems)


def judge(row: Row, entries: list[Entry]) -> tuple[str, str | None]:
    """Which column a message belongs to, and what is wrong with it."""
    reached = [entry for entry in entries if entry.status != LEDGER_FAILED]
    if len(reached) > 1:
        return "doubled", f"{row.id} reached its recipient {len(reached)} times: " + ", ".join(entry.reference for entry in reached)
    if not entries:
        if row.status in TAKEN:
            return "lost", f"{row.id} is {row.status} here and isn't on the ledger"
        if row.status == "unknown":
            return "unknown", None
        return ("refused" if row.status == "failed" else "waiting"), None
    entry = (reached or entries)[-1]
    if row.status == "unknown":
        return "unknown", f"{row.id} stays unknown here, and its statuses said {entry.status}"
    if row.status in WAITING:
        return "contradicted", f"{row.id} is {row.status} here and on the ledger as {entry.reference}"
    if reached and row.status == "failed":
        return "contradicted", f"{row.id} is failed here and {entry.status} on the ledger"
    if RANKS[row.status] != RANKS[entry.status]:
        return "contradicted", f"{row.id} is {row.status} here and {entry.status} on the ledger"
    return ("reached once" if reached else "refused"), None


def lost_entries(rows: list[Row], attempts: set[str], ledger: list[Entry]) -> list[str]:
    """Ledger entries without a row, or without the attempt that must be written down before its call."""
    known = {row.id for row in rows}
    problems = []
    for entry in ledger:
        if entry.message not in known:
            problems.append(f"the ledger has {entry.reference or 'a message without a reference'}, which no row has")
        elif entry.reference not in attempts:
            problems.append(f"the ledger has {entry.reference}, an attempt that was never written down")
    return problems


def disorder(rows: list[Row], ledger: list[Entry]) -> list[str]:
    """Conversations whose messages were accepted in another order than they were submitted in."""
    by_id = {row.id: row for row in rows}
    last: dict[str, Row] = {}
    seen = set()
    problems = []
    for entry in ledger:
        row = by_id.get(entry.message)
        if row is None or row.id in seen:
            continue
        seen.add(row.id)
        before = last.get(row.conversation)
        if before and before.sequence > row.sequence:
            problems.append(f"{row.id} was overtaken by {before.id}, which came later, in {row.conversation}")
        else:
            last[row.conversation] = row
    return problems


def compare_inbound(written: set[str], stored: list[str], provider_ids: list[str]) -> Table:
    """`written`: the texts of customers, each unique. `stored`: the texts of our inbound rows."""
    counts = Counter(stored)
    doubled = sorted(text for text, count in counts.items() if count > 1)
    lost = sorted(written - counts.keys())
    stray = sorted(counts.keys() - written)
    problems = [f"{text} is stored {counts[text]} times" for text in doubled]
    problems += [f"{text} was written and isn't stored" for text in lost]
    problems += [f"{text} is stored and nobody wrote it" for text in stray]
    repeated = len(provider_ids) - len(set(provider_ids))
    if repeated:
        problems.append(f"{repeated} inbound rows share a provider id")
    once = sum(1 for text in written if counts[text] == 1)
    return Table({"written": len(written), "stored once": once, "doubled": len(doubled), "lost": len(lost)}, problems)
