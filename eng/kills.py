#!/usr/bin/env python3
"""Kills a command again and again, lets it go on, and looks for what is missing.

    eng/kills.py [--of training|experiment|diagnosis|compare] [--kills 500] [--lose-log] [--program ./backflow] [--seed 1]

A text is trained with a checkpoint after every step. Each child is killed (SIGKILL) at a random moment after its first
step, and resumed. In the end every step up to the newest checkpoint must have its loss, its rates, and the validations
and samples that were due; and the tensors of that checkpoint must have the bits of a training that nobody killed. With
--lose-log the write-ahead log is deleted after every kill: then values may be missing, and the newest checkpoint that a
child had announced must still be found.

An experiment, a diagnosis and a comparison are killed at random moments from their start on, and started again until one comes to its
end, and then anew in another folder. Each end must have the results of one that nothing interrupted, one run per
result of an experiment, one per trial and one per cell, and no finished part or trial may be lost or computed again.
The checkpoints of a comparison must have the bits of an unbroken one. Exit status 0 when nothing is missing.
"""
import argparse, json, os, random, signal, sqlite3, struct, subprocess, sys, tempfile, time

SAMPLES, VALIDATIONS = 3, 5
SMALL = ["--hidden", "8", "--embedding", "4", "--seq-len", "8", "--batch", "2", "--threads", "1"]
OFTEN = ["--checkpoint-interval", "1", "--log-interval", "1", "--sample-interval", str(SAMPLES),
         "--validation-interval", str(VALIDATIONS)]


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", choices=["training", "experiment", "diagnosis", "compare"], default="training")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--lose-log", action="store_true")
    parser.add_argument("--program", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "backflow"))
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def start(command, folder):
    # A process group of its own: the program may be a script that starts another one.
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            start_new_session=True)


def kill_later(child, delay):
    """Waits for the first step, then for a while, and kills. Returns the newest step that the child told of."""
    told = 0
    said = []
    for line in child.stdout:
        said.append(line)
        step = step_of(line)
        if step:
            told = step
            break
    else:
        sys.exit("The child ended by itself:\n" + "".join(said))
    time.sleep(delay)
    os.killpg(child.pid, signal.SIGKILL)
    for line in child.stdout:
        told = max(told, step_of(line) or 0)
    child.wait()
    return told


def step_of(line):
    try:
        entry = json.loads(line)
        return entry.get("step") if entry.get("type", "step") == "step" else None
    except ValueError:
        return None


def steps(store, metric):
    return [row[0] for row in store.execute(
        "SELECT step FROM scalar JOIN metric USING (metric_key) WHERE name = ? ORDER BY step", (metric,))]


def tensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    return {name: data[slice(*entry["data_offsets"])] for name, entry in header.items()}


def bits_of(folder):
    """The newest checkpoint of each run."""
    runs = os.path.join(folder, "runs", "backflow-checkpoints")
    there = sorted(os.listdir(runs)) if os.path.isdir(runs) else []
    return {run: tensors(newest_checkpoint(folder, run)[1]) for run in there if os.path.isdir(os.path.join(runs, run))}


def newest_checkpoint(folder, run="lstm-0001"):
    files = os.path.join(folder, "runs", "backflow-checkpoints", run)
    name = max(one for one in os.listdir(files) if one.endswith(".safetensors"))
    return int(name[5:14]), os.path.join(files, name)


def gaps(folder, last):
    store = sqlite3.connect(os.path.join(folder, "runs", "backflow.db"))
    missing = []
    for metric, every in (("training-loss", 1), ("learning-rate", 1), ("characters-per-second", 1),
                          ("telemetry-cost", 1), ("validation-loss", VALIDATIONS)):
        there = set(steps(store, metric))
        missing += [f"{metric} {step}" for step in range(every, last + 1, every) if step not in there]
    there = {row[0] for row in store.execute("SELECT step FROM sample")}
    missing += [f"sample {step}" for step in range(SAMPLES, last + 1, SAMPLES) if step not in there]
    doubled = store.execute("SELECT COUNT(*) - COUNT(DISTINCT step) FROM sample").fetchone()[0]
    sound = store.execute("PRAGMA integrity_check").fetchone()[0]
    return missing + [f"{doubled} samples twice"] * (doubled > 0) + [sound] * (sound != "ok")


EXPERIMENT = ["experiment", "copy-memory", "--quick", "--seeds", "3", "--threads", "1", "--json"]

# All rounds have as many steps, and the budget never ends: time decides nothing.
DIAGNOSIS = ["diagnose", "--task", "adding", "--length", "12", "--cell", "rnn-sigmoid", "--hidden", "8", "--steps", "40",
             "--threads", "1", "--budget", "60m", "--json"]

COMPARISON = ["compare", "--task", "adding", "--length", "12", "--cells", "rnn,gru", "--hidden", "8", "--steps", "1500",
              "--threads", "1", "--checkpoint-interval", "20", "--json"]

COMMANDS = {"experiment": EXPERIMENT, "diagnosis": DIAGNOSIS, "compare": COMPARISON}


def lines_of_parts(folder):
    parts = os.path.join(folder, "runs", "backflow-parts")
    lines = []
    for name in sorted(os.listdir(parts)) if os.path.isdir(parts) else []:
        if name.endswith(".jsonl"):
            with open(os.path.join(parts, name), "rb") as file:
                lines += [line for line in file if line.endswith(b"\n")]
    return lines


def result_of(output):
    """What a finished command found, without times and the ids of runs, which are numbered as they are made."""
    last = json.loads(output.strip().splitlines()[-1])
    if "result" in last:
        return [last["result"][name] for name in ("findings", "summary", "numbers")]
    if "cells" in last:
        # The mean of the last report is over fewer steps where the run went on within them.
        return [{name: cell[name] for name in cell if name != "trainingLossNats"} for cell in last["cells"]]
    run = lambda one: [one[name] for name in ("seed", "step", "loss", "success", "gradientReach")]
    trials = [[trial["name"], trial["steps"], [run(one) for one in trial["runs"]]] for trial in last["trials"]]
    confirmation = last["confirmation"] and [run(last["confirmation"][name]) for name in ("before", "after")]
    return [last["causes"], last["layers"], trials, confirmation]


def runs_of(folder):
    path = os.path.join(folder, "runs", "backflow.db")
    if not os.path.exists(path):
        return []
    store = sqlite3.connect(path)
    assert store.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    return sorted(row[0] for row in store.execute("SELECT name || ' ' || status FROM run"))


def go_on(arguments, program, draw):
    """Kills an experiment or a diagnosis, from its first instant on, until it has been killed often enough."""
    command = [*program, *COMMANDS[arguments.of]]
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        whole = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
        longest = time.monotonic() - began
        expected, runs, bits = result_of(whole), runs_of(folder), bits_of(folder)
    kills = ends = wrong = 0
    while kills < arguments.kills:
        with tempfile.TemporaryDirectory() as folder:
            known, complete = [], []
            while True:
                child = start(command, folder)
                try:
                    output = child.communicate(timeout=draw.uniform(0, longest))[0]
                    break
                except subprocess.TimeoutExpired:
                    os.killpg(child.pid, signal.SIGKILL)
                    child.communicate()
                kills += 1
                # A kill that comes after the result was kept leaves a complete run; the next one begins another.
                complete = [run for run in runs_of(folder) if arguments.of == "experiment" and " completed" in run]
                before, known = known, lines_of_parts(folder)
                # What was whole stays as it was: parts are added, never lost and never written twice.
                if known[:len(before)] != before or len(set(known)) != len(known):
                    wrong += 1
                    print(f"kill {kills}: finished parts were lost or doubled")
            ends += 1
            same = child.returncode == 0 and result_of(output) == expected and (
                arguments.of != "compare" or bits_of(folder) == bits)
            kept = [run for run in runs_of(folder) if run not in complete]
            if not same or [run.split()[1] for run in kept] != [run.split()[1] for run in runs] or (
                    arguments.of != "experiment" and kept != runs):
                wrong += 1
                print(f"after kill {kills}: {runs_of(folder)}" + ("" if same else f", another end: {output[-400:]}"))
            print(f"{kills} kills, {ends} ends", flush=True)
    print(f"{kills} kills of an {arguments.of}, {ends} ends: {wrong} wrong".replace("an diag", "a diag").replace("an compare", "a comparison"))
    return 0 if wrong == 0 else 1


def main():
    arguments = read_arguments()
    program = [os.path.abspath(arguments.program)]
    program = ["dotnet", *program] if program[0].endswith(".dll") else program
    if arguments.of != "training":
        return go_on(arguments, program, random.Random(arguments.seed))
    draw = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        text = os.path.join(folder, "text.txt")
        with open(text, "w", encoding="utf-8") as file:
            file.writelines(f"The quick brown fox {i % 10} jumps over the lazy dog, and the dog sleeps.\n" for i in range(60))
        command = [*program, "train", "--json", "--text", text, *SMALL, *OFTEN, "--steps", "1000000"]
        told = wrong = 0
        for kill in range(arguments.kills):
            told = max(told, kill_later(start(command, folder), draw.uniform(0, 0.3)))
            command = [*program, "resume", "lstm-0001", "--json"]
            reached, _ = newest_checkpoint(folder)
            # A step is told of before its checkpoint is taken: only the one before it is sure to be there.
            if reached < told - 1:
                wrong += 1
                print(f"kill {kill + 1}: step {told} was told of, and the newest checkpoint is that of step {reached}")
            if arguments.lose_log:
                for ending in ("-wal", "-shm"):
                    if os.path.exists(os.path.join(folder, "runs", "backflow.db" + ending)):
                        os.remove(os.path.join(folder, "runs", "backflow.db" + ending))
            if (kill + 1) % 50 == 0:
                print(f"{kill + 1} kills, step {reached}", flush=True)

        # One more step, in peace: it goes on from the newest checkpoint by itself.
        reached, _ = newest_checkpoint(folder)
        done = subprocess.run([*program, "resume", "lstm-0001", "--steps", str(reached + 1)], cwd=folder,
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit("The run could not go on: " + done.stderr)
        last, killed = newest_checkpoint(folder)
        missing = [] if arguments.lose_log else gaps(folder, last)
        with tempfile.TemporaryDirectory() as other:
            subprocess.run([*program, "train", "--text", text, *SMALL, "--steps", str(last), "--telemetry", "off"],
                           cwd=other, check=True, capture_output=True)
            same = tensors(newest_checkpoint(other)[1]) == tensors(killed)
        print(f"{arguments.kills} kills, {last} steps: {len(missing)} gaps, {wrong} checkpoints lost, "
              f"tensors {'of the same bits' if same else 'DIFFER'}")
        for one in missing[:20]:
            print("missing:", one)
        return 0 if not missing and not wrong and same and last == reached + 1 else 1


sys.exit(main())
