"""What goes wrong in a run, all drawn from its seed: when which process dies, which calls fail, what happens to webhooks."""

import random
from dataclasses import dataclass

# Labels of Sources/Services/Core/CrashPoint.swift, with how often each is passed for 100 messages, about.
POINTS = {
    "after-claim": 8,  # Only messages with a file are claimed first.
    "before-call": 100,
    "after-call": 100,
    "before-record": 100,
    "mid-commit": 30,
    "mid-intake": 20,
    "after-intake": 20,
}
# Seconds that each death gets of the load.
TAKEOVER_SECONDS = 3.5
START_SECONDS = 1.5
SETUPS = {"sqlite": 1, "postgres": 3, "postgres-failover": 3}  # name: hub processes


@dataclass(frozen=True)
class Life:
    """How a process of the hub ends: at the n-th time it reaches a point, and at the latest when so many messages are submitted."""

    point: str | None
    times: int
    due: int

    @property
    def label(self) -> str:
        return f"{self.point}:{self.times}" if self.point else "random moment"


@dataclass(frozen=True)
class Plan:
    seed: int
    lives: list[list[Life]]
    """For each process of the hub."""
    outages: dict[int, str]
    """What happens to PostgreSQL after so many deaths: immediate, kill or failover."""
    seconds: float
    """How long the load takes when nothing slows it down: each death has its part of it, in which others take over."""

    @property
    def deaths(self) -> int:
        return sum(map(len, self.lives))


def make_plan(seed: int, setup: str, messages: int) -> Plan:
    chance = random.Random(f"{setup} {seed} {messages}")
    processes = SETUPS[setup]
    kills = len(POINTS) + 3 + messages // 2_000
    chunk = messages / (kills + 1)
    # A death is followed by a take-over, and the next one should find some work again.
    seconds = (kills + 1) * (TAKEOVER_SECONDS if processes > 1 else START_SECONDS)
    ends = [*POINTS, *[None] * 3]
    ends += [chance.choice([*POINTS, None]) for _ in range(kills - len(ends))]
    chance.shuffle(ends)
    lives: list[list[Life]] = [[] for _ in range(processes)]
    for number, point in enumerate(ends):
        # What a process gets to do in its life: the lives of all are shifted against each other.
        own = min(number + 1, processes) * chunk / processes
        often = max(1, int(own * POINTS[point] / 100 * 0.8)) if point else 1
        due = (number + 1) * chunk if point else chance.uniform(number, number + 1) * chunk
        lives[number % processes].append(Life(point, chance.randint(1, often), max(1, round(due))))
    outages = {}
    if setup == "postgres-failover":
        places = sorted(chance.sample(range(1, kills), 3))
        outages = dict(zip(places, [*chance.sample(["immediate", "kill"], 2), "failover"], strict=True))
    return Plan(seed, lives, outages, seconds)


def call_faults(seed: int, thorough: bool) -> list[dict]:
    """Rules for the simulator's calls. `thorough` adds what makes the hub wait long: calls that are never answered, and calls
    that nobody got, of which nobody can ever know."""
    always = {"edge": "messages", "method": "POST", "times": None}
    rules = [
        # Accepted, and then denied.
        {"action": "status", "status": 500, "after": True, "chance": 0.01},
        {"action": "reset", "after": True, "chance": 0.01},
        {"action": "error", "code": 131000, "status": 500, "after": False, "chance": 0.01},
        # Refused: to be tried again, and for good.
        {"action": "error", "code": 130429, "status": 400, "after": False, "chance": 0.005},
        {"action": "error", "code": 131026, "status": 400, "after": False, "chance": 0.005},
        {"action": "delay", "delay": 300, "chance": 0.02},
    ]
    if thorough:
        rules += [
            {"action": "silence", "after": True, "chance": 0.001},
            {"action": "reset", "after": False, "chance": 0.0005},
            {"action": "status", "status": 503, "after": False, "chance": 0.0005},
        ]
    return [always | rule | {"seed": seed * 100 + number} for number, rule in enumerate(rules)]


def swallowed(rule: dict) -> int:
    """How many of the calls that the rule struck were neither accepted nor, as far as their caller could know, refused."""
    if rule["action"] not in ("reset", "status", "silence"):
        return 0
    return rule["hiddenRefusals"] if rule["after"] else rule["hits"]


def webhook_faults(seed: int) -> dict:
    return {"chance": {"duplicate": 0.1, "late": 0.1, "drop": 0.02, "forget": 0.05, "within": 1_500, "seed": seed}}
