#!/usr/bin/env python3
"""Draws the conclusions of docs/telemetry.md from what bench/Backflow.Reach printed: reach.py FILE..."""
import csv
import statistics
import sys

LEARNT = 0.2  # of the way from chance to always right
CHANCE = 0.05


def numbers(text):
    return [float(one) for one in text.split() if one != "-"]


def ranks(values):
    order = sorted(range(len(values)), key=lambda i: values[i])
    result, first = [0.0] * len(values), 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for place in order[first : last + 1]:
            result[place] = (first + last) / 2
        first = last + 1
    return result


def spearman(x, y):
    return statistics.correlation(ranks(x), ranks(y))


def area(scores, labels):
    """The chance that one that learnt has the higher score; a tie counts half."""
    yes = [s for s, label in zip(scores, labels) if label]
    no = [s for s, label in zip(scores, labels) if not label]
    return sum((a > b) + 0.5 * (a == b) for a in yes for b in no) / (len(yes) * len(no))


rows = [row for name in sys.argv[1:] for row in csv.DictReader(open(name), delimiter=";")]
# Brackets ask nothing at the last timestep of some sequences, so there is no last answer to be right.
rows = [row for row in rows if row["lastSuccess"] != "NaN"]
for row in rows:
    chance = float(row["chance"])
    row["skill"] = (float(row["lastSuccess"]) - chance) / (1 - chance)
    row["lag"] = int(row["dependency"])
    row["context"] = statistics.median(numbers(row["contexts"]))
    row["early"] = statistics.median(numbers(row["earlyReach"])) / row["lag"]
    row["horizon"] = statistics.median(numbers(row["earlyHorizon"])) / row["lag"]
learnt = [row for row in rows if row["skill"] >= LEARNT]
labels = [row["skill"] >= LEARNT for row in rows]
truth = [row["lag"] if label else 0 for row, label in zip(rows, labels)]
print(f"{len(rows)} networks, {len(learnt)} learnt")
print(f"effective context, those that learnt: {spearman([r['lag'] for r in learnt], [r['context'] for r in learnt]):.3f}")
print(f"effective context, all: {spearman(truth, [r['context'] for r in rows]):.3f}")
ignorant = [row for row in rows if row["skill"] < CHANCE]
print(f"effective context 0: {sum(row['context'] == 0 for row in ignorant)} of {len(ignorant)} at chance")
print(f"early reach predicts learning: AUC {area([r['early'] for r in rows], labels):.2f}")
print(f"early horizon: AUC {area([r['horizon'] for r in rows], labels):.2f}")
late = [numbers(row["lateReach"]) for row in rows]
varying = [statistics.pstdev(v) / statistics.mean(v) for v in late if len(v) > 1 and statistics.mean(v) > 0]
print(f"late reach, deviation over mean at most 0.15: {sum(v <= 0.15 for v in varying)} of {len(varying)}")
