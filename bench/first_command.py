#!/usr/bin/env python3
"""Runs the README's first two commands with ten seeds and two vector widths, and writes what README says of them.

    bench/first_command.py first      trains and writes bench/results/first-command.csv and the README's table
    bench/first_command.py second     the same of the second command
    bench/first_command.py --table    writes both tables from the recorded results alone

A test compares the README's tables with the recorded results. Vectors of 256 or 512 bits are what the processor has;
128 is asked for with DOTNET_EnableAVX2=0.
"""
import csv, json, os, re, subprocess, sys, tempfile, time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
README = os.path.join(ROOT, "README.md")
MEASURES = {"first": "sums within 0.04", "second": "right answers"}
FIELDS = ["width", "seed", "cell", "success", "context", "context_at_least", "reach", "reach_at_least", "growth", "seconds"]


def results(name):
    return os.path.join(ROOT, "bench", "results", f"{name}-command.csv")


def command(name):
    """The last comparison before the table of that name."""
    above = open(README, encoding="utf-8").read().split(f"<!-- {name} command:")[0]
    return re.findall(r"^\./backflow (compare .*?)(?: --dashboard)?$", above, flags=re.M)[-1]


def train(name, width, seed):
    environment = {**os.environ, **({"DOTNET_EnableAVX2": "0"} if width == "128" else {})}
    with tempfile.TemporaryDirectory() as folder:
        begin = time.monotonic()
        done = subprocess.run(
            [os.environ.get("BACKFLOW", os.path.join(ROOT, "backflow")), *command(name).split(), "--seed", str(seed), "--json",
             "--store", os.path.join(folder, "runs.db")],
            cwd=folder, env=environment, capture_output=True, text=True, check=True)
        seconds = time.monotonic() - begin
    last = next(one for one in map(json.loads, reversed(done.stdout.splitlines())) if one.get("event") == "end")
    for cell in last["cells"]:
        yield {"width": width, "seed": seed, "cell": cell["cell"], "success": cell["validationSuccess"],
               "context": cell["effectiveContext"], "context_at_least": cell["effectiveContextIsAtLeast"],
               "reach": cell["gradientReach"], "reach_at_least": cell["gradientReachIsAtLeast"],
               "growth": cell["gradientGrowth"], "seconds": round(seconds, 1)}


def span(values, write=str):
    low, high = write(min(values)), write(max(values))
    return low if low == high else f"{low} to {high}"


def table(name, rows):
    lines = [f"| | {MEASURES[name]} | effective context | gradient reach |", "| --- | ---: | ---: | ---: |"]
    for cell in dict.fromkeys(row["cell"] for row in rows):
        own = [row for row in rows if row["cell"] == cell]
        at_least = "≥ " if all(row["reach_at_least"] == "True" for row in own) else ""
        reaches = [float(row["reach"]) for row in own if row["reach"]]
        lines.append(
            f"| {cell.upper()} | {span([float(row['success']) for row in own], lambda x: f'{100 * x:.0f}')} % "
            f"| {span([int(float(row['context'])) for row in own])} | {at_least}{span(reaches, lambda x: f'{x:g}')} |")
    return "\n".join(lines)


def main():
    for name in MEASURES:
        if name in sys.argv:
            with open(results(name), "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
                writer.writeheader()
                for width in ("processor", "128"):
                    for seed in range(1, 11):
                        for row in train(name, width, seed):
                            writer.writerow(row)
                            print(row, flush=True)
                        file.flush()
        rows = list(csv.DictReader(open(results(name), encoding="utf-8")))
        text = open(README, encoding="utf-8").read()
        text = re.sub(rf"(<!-- {name} command: [^>]* -->\n\n).*?(\n\n<!-- /{name} command -->)",
                      lambda found: found[1] + table(name, rows) + found[2], text, flags=re.S)
        open(README, "w", encoding="utf-8").write(text)
        print(table(name, rows))


if __name__ == "__main__":
    main()
