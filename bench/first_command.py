#!/usr/bin/env python3
"""Runs the README's first command with ten seeds and two vector widths, and writes what README says of it.

    bench/first_command.py            trains and writes bench/results/first-command.csv and the README's table
    bench/first_command.py --table    writes the table from the recorded results alone

A test compares the README's table with the recorded results. Vectors of 256 or 512 bits are what the processor has;
128 is asked for with DOTNET_EnableAVX2=0.
"""
import csv, json, os, re, subprocess, sys, tempfile, time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
RESULTS = os.path.join(ROOT, "bench", "results", "first-command.csv")
README = os.path.join(ROOT, "README.md")
COMMAND = open(README, encoding="utf-8").read().split("```sh\n./backflow ")[1].split("\n")[0].replace(" --dashboard", "")
FIELDS = ["width", "seed", "cell", "success", "context", "context_at_least", "reach", "reach_at_least", "growth", "seconds"]


def train(width, seed):
    environment = {**os.environ, **({"DOTNET_EnableAVX2": "0"} if width == "128" else {})}
    with tempfile.TemporaryDirectory() as folder:
        begin = time.monotonic()
        done = subprocess.run(
            [os.environ.get("BACKFLOW", os.path.join(ROOT, "backflow")), *COMMAND.split(), "--seed", str(seed), "--json",
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


def table(rows):
    lines = ["| | sums within 0.04 | effective context | gradient reach |", "| --- | ---: | ---: | ---: |"]
    for cell in dict.fromkeys(row["cell"] for row in rows):
        own = [row for row in rows if row["cell"] == cell]
        at_least = "≥ " if all(row["reach_at_least"] == "True" for row in own) else ""
        reaches = [float(row["reach"]) for row in own if row["reach"]]
        lines.append(
            f"| {cell.upper()} | {span([float(row['success']) for row in own], lambda x: f'{100 * x:.0f}')} % "
            f"| {span([int(float(row['context'])) for row in own])} | {at_least}{span(reaches, lambda x: f'{x:g}')} |")
    return "\n".join(lines)


def main():
    if "--table" not in sys.argv:
        with open(RESULTS, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
            writer.writeheader()
            for width in ("processor", "128"):
                for seed in range(1, 11):
                    for row in train(width, seed):
                        writer.writerow(row)
                        print(row, flush=True)
                    file.flush()
    rows = list(csv.DictReader(open(RESULTS, encoding="utf-8")))
    text = open(README, encoding="utf-8").read()
    text = re.sub(r"(<!-- first command: [^>]* -->\n\n).*?(\n\n<!-- /first command -->)",
                  lambda found: found[1] + table(rows) + found[2], text, flags=re.S)
    open(README, "w", encoding="utf-8").write(text)
    print(table(rows))


if __name__ == "__main__":
    main()
