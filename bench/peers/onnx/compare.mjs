// Runs Backflow and ONNX Runtime alternately on one core, one character at a time. Start it by run.sh.
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    backflow: { type: "string" },
    core: { type: "string", default: "0" },
    hidden: { type: "string", default: "512" },
    rounds: { type: "string", default: "7" },
    repeats: { type: "string", default: "500" },
  },
});
const characters = join(dirname(fileURLToPath(import.meta.url)), "characters.mjs");

function pinned(...command) {
  return JSON.parse(execFileSync("taskset", ["-c", options.core, ...command], { encoding: "utf8" }));
}

function onnxRuntime(hidden) {
  return pinned(process.execPath, characters, "--hidden", hidden, "--repeats", options.repeats);
}

function median(numbers) {
  const sorted = numbers.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const rounds = [];
for (let round = 1; round <= Number(options.rounds); round++) {
  const mine = pinned(
    "dotnet", options.backflow, "bench", "--shape", `char:lstm,${options.hidden}`, "--repeats", options.repeats, "--json");
  const peer = onnxRuntime(options.hidden);
  // A model of one unit: what a call costs before anything is computed.
  const call = onnxRuntime("1");
  rounds.push({ mine: mine.totalMs, peer: peer.character_ms, call: call.character_ms, version: peer.version });
  process.stderr.write(`round ${round}/${options.rounds}\n`);
}

const ratios = rounds.map((round) => round.peer / round.mine);
const without = rounds.map((round) => (round.peer - round.call) / round.mine);
const range = (numbers) => `${Math.min(...numbers).toFixed(2)}–${Math.max(...numbers).toFixed(2)}`;
const column = (name) => median(rounds.map((round) => round[name])).toFixed(3);
console.log(`2 × ${options.hidden} LSTM, V 65, E 32, one character at a time, one thread, core ${options.core}; `
  + `${rounds.length} rounds of ${options.repeats} characters; median (range) of the ratios within each round.\n`);
console.log(`| Backflow ms | ONNX Runtime ${rounds[0].version} ms | ratio | of that its call from Node.js, ms | ratio without the call |`);
console.log("| ---: | ---: | ---: | ---: | ---: |");
console.log(`| ${column("mine")} | ${column("peer")} | ${median(ratios).toFixed(2)} (${range(ratios)}) | ${column("call")} `
  + `| ${median(without).toFixed(2)} (${range(without)}) |`);
