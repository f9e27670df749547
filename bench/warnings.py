#!/usr/bin/env python3
"""Draws what docs/verdicts.md says of horizon-too-short from what bench/Backflow.Reach printed with a trace of 50 steps:
warnings.py FILE...

The rule is applied to the trace, every 50 steps: the mean loss stands in for the mean of 50 losses."""
import csv
import sys

SHARE, GATED_SHARE, FALL, STILL = 0.2, 0.1, 0.97, 100
EVERY = 50


def points(row):
    for i, text in enumerate(row["trace"].split()):
        reach, context, loss = text.split("/")
        yield (i + 1) * EVERY, None if reach.startswith("x") else float(reach or 0), int(context or -1), float(loss)


def needed(row):
    # The lag that 19 of 20 answers need no more than; of brackets about four fifths of the longest.
    lag = int(row["dependency"])
    return int(0.8 * lag) if row["task"].startswith("brackets") else lag


def judge(row):
    """The step of the warning and the step at which half of the lag is used; None where there is none."""
    share = SHARE if row["cell"].startswith("rnn") else GATED_SHARE
    mark, since, warned, used = None, 0, None, None
    for step, reach, context, loss in points(row):
        if mark is None or loss < FALL * mark:
            mark, since = loss, step
        if used is None and context >= 0.5 * needed(row):
            used = step
        short = reach is not None and reach < share * needed(row) and context < 0.5 * needed(row)
        if warned is None and short and step - since >= STILL:
            warned = step
    return warned, used


def main():
    rows = [row for name in sys.argv[1:] for row in csv.DictReader(open(name, encoding="utf-8"), delimiter=";")]
    results = [(row, *judge(row)) for row in rows]
    learners = [one for one in results if one[2] is not None]
    early = [one for one in learners if one[1] is not None and one[1] < one[2]]
    stuck = [one for one in results if one[2] is None]
    print(f"{len(rows)} networks, {len(learners)} learnt to use half of the lag")
    print(f"warned before they learnt: {len(early)} of {len(learners)}")
    for row, warned, used in early:
        print(f"  {row['cell']} {row['task']} seed {row['seed']}: warned at {warned}, learnt at {used}")
    print(f"warned, of those that did not learn: {sum(one[1] is not None for one in stuck)} of {len(stuck)}")
    for gated in (False, True):
        short = [one for one in results if (one[0]["cell"] != "rnn") == gated and first(one[0]) < SHARE * needed(one[0])]
        print(f"{'with' if gated else 'without'} gates, reach below a fifth at step 50: "
              f"{sum(one[2] is not None for one in short)} of {len(short)} learnt later")


def first(row):
    reach = next(points(row))[1]
    return float("inf") if reach is None else reach


if __name__ == "__main__":
    main()
