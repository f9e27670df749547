#!/usr/bin/env python3
"""Kills a training again and again, lets it go on, and looks for what is missing.

    eng/kills.py [--kills 500] [--lose-log] [--program ./backflow] [--seed 1]

A text is trained with a checkpoint after every step. Each child is killed (SIGKILL) at a random moment after its first
step, and resumed. In the end every step up to the newest checkpoint must have its loss, its rates, and the validations
and samples that were due; and the tensors of that checkpoint must have the bits of a training that nobody killed. With
--lose-log the write-ahead log is deleted after every kill: then values may be missing, and the newest checkpoint that a
child had announced must still be found. Exit status 0 when nothing is missing.
"""
import argparse, json, os, random, signal, sqlite3, struct, subprocess, sys, tempfile, time

SAMPLES, VALIDATIONS = 3, 5
SMALL = ["--hidden", "8", "--embedding", "4", "--seq-len", "8", "--batch", "2", "--threads", "1"]
OFTEN = ["--checkpoint-interval", "1", "--log-interval", "1", "--sample-interval", str(SAMPLES),
         "--validation-interval", str(VALIDATIONS)]


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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


def newest_checkpoint(folder):
    files = os.path.join(folder, "runs", "backflow-checkpoints", "lstm-0001")
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


def main():
    arguments = read_arguments()
    program = [os.path.abspath(arguments.program)]
    program = ["dotnet", *program] if program[0].endswith(".dll") else program
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
