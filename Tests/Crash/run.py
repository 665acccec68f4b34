"""The crash test: what is sent and received while processes are killed, compared message by message with what was truly accepted.

    make crash                                                  one seed of 2,000 messages on each set-up
    make crash ARGS="--seed 7 --messages 2000 --setup sqlite"   one run again
    make crash ARGS="--sabotage settlement"                     shows that the comparison notices
    make crash ARGS="--campaign 100000"                         a campaign to 100,000 people, with five deaths
    make crash-full                                             10 seeds of 20,000 messages on each set-up; goes on where it was stopped

Ends with status 1 when a message was doubled or lost, or when one is unknown without need.
"""

import argparse
import asyncio
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

from campaign import HUBS, run_campaign
from plan import SETUPS
from scenario import SABOTAGES, Result, Scenario

PROJECT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = PROJECT / "crash-results"
OUTBOUND = ["submitted", "reached once", "doubled", "refused", "unknown", "settled", "lost"]
INBOUND = ["written", "stored once", "doubled", "lost"]
PROBLEMS_SHOWN = 20


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--setup", choices=SETUPS, action="append", help="where; all when not given")
    parser.add_argument("--seed", type=int, action="append", help="1 when not given; may be given several times")
    parser.add_argument("--seeds", type=int, help="seeds 1 to N")
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--thorough", action="store_true", help="also calls that are never answered, and calls that nobody got")
    parser.add_argument(
        "--sabotage", choices=SABOTAGES, help="settlement: statuses don't quote our reference; resend: blindly after a death"
    )
    parser.add_argument("--campaign", type=int, metavar="N", help="a campaign with N recipients instead, on SQLite and PostgreSQL")
    parser.add_argument("--resume", action="store_true", help=f"keep results in {RESULTS.name}/ and leave out what stands there")
    return parser.parse_args()


def run_once(setup: str, seed: int, messages: int, *, thorough=False, sabotage=None, say=print) -> Result:
    """One run in a folder of its own, which is kept when something is wrong."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"switchboard-crash-{setup}-{seed}-"))
    try:
        scenario = Scenario(setup, seed, messages, folder, thorough=thorough, sabotage=sabotage, say=say)
        result = asyncio.run(scenario.run())
    except KeyboardInterrupt:
        shutil.rmtree(folder)
        raise
    except BaseException:
        say(f"The logs are in {folder}")
        raise
    if result.problems:
        result.notes["logs"] = str(folder)
    else:
        shutil.rmtree(folder)
    return result


def table(results: list[dict]) -> str:
    lines = [["set-up", "seed", "messages", "deaths", *OUTBOUND, "|", *(f"in: {name}" for name in INBOUND), "seconds", ""]]
    for result in results:
        out, into = result["outbound"], result["inbound"]
        verdict = "WRONG" if result["problems"] else "right"
        facts = [result["setup"], result["seed"], result["messages"], len(result["deaths"])]
        counts = [*(out.get(name, 0) for name in OUTBOUND), "|", *(into[name] for name in INBOUND)]
        lines.append([*facts, *counts, round(result["seconds"]), verdict])
    widths = [max(len(str(line[column])) for line in lines) for column in range(len(lines[0]))]
    return "\n".join("  ".join(str(cell).rjust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def as_json(result: Result) -> dict:
    return vars(result) | {"outbound": result.outbound.counts, "inbound": result.inbound.counts, "problems": result.problems}


def report(result: Result) -> str:
    lines = [f"  {name}: {value}" for name, value in result.notes.items()]
    extra = {name: count for name, count in result.outbound.counts.items() if name not in OUTBOUND}
    if extra:
        lines.append(f"  also: {extra}")
    lines += [f"  WRONG: {problem}" for problem in result.problems[:PROBLEMS_SHOWN]]
    if len(result.problems) > PROBLEMS_SHOWN:
        lines.append(f"  and {len(result.problems) - PROBLEMS_SHOWN} more")
    return "\n".join(lines)


def main() -> int:
    options = arguments()
    seeds = options.seed or list(range(1, (options.seeds or 1) + 1))
    if options.campaign:
        return campaigns(options.setup or list(HUBS), seeds, options.campaign)
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=PROJECT, capture_output=True, text=True).stdout.strip()
    kept = RESULTS / "results.jsonl"
    results = []
    if options.resume:
        RESULTS.mkdir(exist_ok=True)
        if kept.exists():
            results = [json.loads(line) for line in kept.read_text().splitlines()]
    done = {(result["setup"], result["seed"], result["messages"]) for result in results}
    try:
        for seed in seeds:
            for setup in options.setup or SETUPS:
                if (setup, seed, options.messages) in done:
                    continue
                again = f'make crash ARGS="--seed {seed} --messages {options.messages} --setup {setup}{" --thorough" * options.thorough}"'
                print(f"==> {setup}, seed {seed}, {options.messages} messages; again by: {again}", flush=True)
                result = run_once(setup, seed, options.messages, thorough=options.thorough, sabotage=options.sabotage, say=say)
                print(report(result), flush=True)
                results.append(as_json(result) | {"revision": revision})
                if options.resume:
                    with open(kept, "a") as file:
                        file.write(json.dumps(results[-1]) + "\n")
    finally:
        if results:
            print(f"\n{table(results)}\n", flush=True)
    wrong = sum(1 for result in results if result["problems"])
    print(f"{wrong} of {len(results)} runs went wrong." if wrong else "Nothing was lost and nothing doubled.")
    return 1 if wrong else 0


def campaigns(setups: list[str], seeds: list[int], recipients: int) -> int:
    wrong = 0
    for seed in seeds:
        for setup in setups:
            print(f"==> a campaign on {setup}, seed {seed}, {recipients} recipients", flush=True)
            problems, deaths = run_campaign(setup, seed, recipients, say=say)
            for problem in problems[:PROBLEMS_SHOWN]:
                print(f"  WRONG: {problem}", flush=True)
            print(f"  {len(deaths)} deaths: {'WRONG' if problems else 'right'}", flush=True)
            wrong += bool(problems)
    print(f"{wrong} runs went wrong." if wrong else "Nobody was reached twice, nobody was forgotten, and the counts are what the rows say.")
    return 1 if wrong else 0


def say(text: str) -> None:
    print(text, flush=True)


def stop(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped; every process has ended.")
