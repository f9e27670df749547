#!/usr/bin/env python3
"""Makes the unhealthy networks of diagnosis-cases.json, diagnoses each, and says whether the cause that is named first
and the remedy that is adopted are right.

    diagnose.py BACKFLOW [--budget 45s] [--only PART] [--healthy] [--table]

BACKFLOW is the program, such as "dotnet artifacts/bin/Backflow.Cli/release/backflow.dll". --healthy trains the networks
without their faults instead: what is diagnosed as unhealthy has to learn without its fault. --table writes rows for
docs/diagnosis.md.

A remedy is right where its command, with a seed that the diagnosis never saw, comes half of the way from the success of
chance to all. One network after the other: the trials measure time."""
import argparse
import json
import pathlib
import re
import shlex
import subprocess
import tempfile

FRESH_SEED = "999"
HALF = 0.5


def lines(program, *words):
    done = subprocess.run([*program, *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{shlex.join(words)}: {done.stderr or done.stdout}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def skill(events):
    """Of the way from chance to all, what the run has come; and its success."""
    chance = next(one["chanceSuccess"] for one in events if one["event"] == "task")
    success = [one["validationSuccess"] for one in events if one.get("validationSuccess") is not None][-1]
    return (success - chance) / (1 - chance), success


def words_of(command):
    """The words of a printed command after the program's name, without what is given anew."""
    words = shlex.split(command)[1:]
    for name in ("--store", "--seed", "--threads"):
        if name in words:
            at = words.index(name)
            del words[at : at + 2]
    return words


def options_of(case):
    """The options with the fault in the place of what it changes."""
    words = [*case["options"].split(), *case["fault"].split()]
    return [word for name, value in dict(zip(words[::2], words[1::2])).items() for word in (name, value)]


def diagnose(program, case, budget, store):
    train = ["train", *options_of(case), "--threads", "1", "--json", "--store", store]
    run = lines(program, *train)
    name = next(one["run"] for one in run if "run" in one)
    report = lines(program, "diagnose", name, "--budget", budget, "--json", "--store", store)[-1]
    first = report["causes"][0]
    is_named = first["name"] in case["causes"] and re.search(case["mentions"], first["meaning"])
    row = {
        "name": case["name"],
        "before": skill(run)[1],
        "first": first,
        "cause": bool(is_named),
        "adopted": None,
        "after": None,
        "remedy": False,
    }
    row["trials"] = [(one["name"], one["steps"], round(one["loss"], 4)) for one in report["trials"]]
    if report["best"] is not None:
        adopted = words_of(report["best"]["command"])
        fresh = lines(program, *adopted, "--seed", FRESH_SEED, "--threads", "1", "--json", "--store", store)
        share, success = skill(fresh)
        row |= {"adopted": report["best"]["name"], "after": success, "remedy": share >= HALF}
    return row


def show(row, is_table):
    yes = {True: "yes", False: "**no**"}
    after = "–" if row["after"] is None else f"{100 * row['after']:.1f} %"
    if is_table:
        print(
            f"| {row['name']} | `{row['first']['name']}` | {yes[row['cause']]} | {row['adopted'] or '–'} "
            f"| {100 * row['before']:.1f} % → {after} | {yes[row['remedy']]} |",
            flush=True,
        )
        return
    print(f"{row['name']}: cause {yes[row['cause']]} ({row['first']['name']}: {row['first']['meaning']})", flush=True)
    print(
        f"    remedy {yes[row['remedy']]} ({row['adopted']}): {100 * row['before']:.1f} % → {after}", flush=True
    )
    if not (row["cause"] and row["remedy"]):
        print(f"    trials: {row['trials']}", flush=True)


parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("--budget", default="45s")
parser.add_argument("--only", default="")
parser.add_argument("--healthy", action="store_true")
parser.add_argument("--table", action="store_true")
arguments = parser.parse_args()
program = shlex.split(arguments.program)
cases = json.loads((pathlib.Path(__file__).parent / "diagnosis-cases.json").read_text(encoding="utf-8"))
rows = []
for case in cases:
    if arguments.only not in case["name"]:
        continue
    with tempfile.TemporaryDirectory() as folder:
        store = str(pathlib.Path(folder) / "backflow.db")
        if arguments.healthy:
            words = ["train", *case["options"].split(), "--threads", "1", "--json", "--store", store]
            share, success = skill(lines(program, *words))
            print(f"{case['name']}: without the fault {100 * success:.1f} %, {share:.2f} of the way", flush=True)
            continue
        rows.append(diagnose(program, case, arguments.budget, store))
        show(rows[-1], arguments.table)
if rows:
    causes, remedies = sum(row["cause"] for row in rows), sum(row["remedy"] for row in rows)
    print(f"cause right: {causes} of {len(rows)}; remedy right: {remedies} of {len(rows)}")
