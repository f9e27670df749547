#!/usr/bin/env python3
"""What --otlp and --webhook cost training: with a receiver that answers, with none, and with one that never answers.

    bench/export/cost.py [--case otlp|otlp-absent|otlp-hung|webhook-hung] [--rounds 3] [--steps 2000]

An unhealthy network trains on one thread, which raises several verdicts; rounds alternate with the same run without
export. Metrics are exported every 200 ms, 25 times as often as usual. Two numbers: steps per second (of blocks of 50
steps the upper quartile: other programs slow some blocks), and processor time per step, of the thread that trains and
of all others together, which other programs hardly change.
"""
import argparse
import http.server
import json
import os
import pathlib
import socket
import statistics
import subprocess
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("BACKFLOW_PROGRAM", str(ROOT / "artifacts/bin/Backflow.Cli/release/backflow.dll"))
TICK = os.sysconf("SC_CLK_TCK")
BATCH, LENGTH, BLOCK, WARM_UP = 32, 100, 50, 200
TASK = ["--task", "adding", "--length", str(LENGTH), "--batch", str(BATCH), "--cell", "rnn",
        "--init", "spectral-radius", "--gain", "0.5", "--threads", "1", "--log-interval", str(BLOCK),
        "--validation-interval", "0", "--checkpoint-interval", "0"]


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes what comes and says so."""

    count = 0

    def do_POST(self):
        Receiver.count += 1
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def address(case):
    """An address that answers, refuses, or takes connections and never answers; and what keeps it alive."""
    if case == "otlp":
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server.server_port, server
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    if case.endswith("absent"):
        listener.close()
    else:
        listener.listen(64)
    return port, listener


def threads(pid):
    """Processor seconds of each thread."""
    used = {}
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/stat"):
        try:
            fields = task.read_text().rsplit(")", 1)[1].split()
            used[task.parent.name] = (int(fields[11]) + int(fields[12])) / TICK
        except OSError:
            pass
    return used


def train(folder, steps, options):
    """Steps per second, and processor microseconds per step of the thread that trains and of the others."""
    command = ["dotnet", PROGRAM, "train", *TASK, "--steps", str(steps), "--store", f"{folder}/runs.db", "--json",
               *options]
    environment = {**os.environ, "OTEL_METRIC_EXPORT_INTERVAL": "200"}
    speeds, before, after = [], None, None
    with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True) as process:
        for line in process.stdout:
            step = json.loads(line)
            if step["event"] == "step" and step["step"] >= WARM_UP:
                before = before or (step["step"], threads(process.pid))
                after = (step["step"], threads(process.pid))
                speeds.append(step["charactersPerSecond"] / BATCH / LENGTH)
    done = after[0] - before[0]
    spent = {thread: seconds - before[1].get(thread, 0) for thread, seconds in after[1].items()}
    trains = max(spent.values())
    return statistics.quantiles(speeds, n=4)[2], 1e6 * trains / done, 1e6 * (sum(spent.values()) - trains) / done


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--case", default="otlp", choices=["otlp", "otlp-absent", "otlp-hung", "webhook-hung"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=2000)
    given = parser.parse_args()
    port, _kept = address(given.case)
    export = ["--webhook" if given.case == "webhook-hung" else "--otlp", f"http://127.0.0.1:{port}"]
    ratios = []
    for number in range(given.rounds):
        with tempfile.TemporaryDirectory() as folder:
            without = train(folder, given.steps, [])
            with_it = train(folder, given.steps, export)
        ratios.append([b / a for a, b in zip(without[:2], with_it[:2])])
        print(f"round {number + 1}: without {without[0]:.0f} steps/s, {without[1]:.0f} + {without[2]:.0f} µs a step; "
              f"{given.case} {with_it[0]:.0f} steps/s, {with_it[1]:.0f} + {with_it[2]:.0f} µs a step", flush=True)
    print(f"{given.case}: speed × {statistics.median(r[0] for r in ratios):.3f}, processor time of training "
          f"× {statistics.median(r[1] for r in ratios):.3f}, {Receiver.count} requests arrived")


if __name__ == "__main__":
    main()
