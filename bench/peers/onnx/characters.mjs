// Times ONNX Runtime at one character at a time, on one thread. Prints one line of JSON.
//
//   node characters.mjs [--hidden 512] [--layers 2] [--repeats 500] [--weights FILE.safetensors --prompt TEXT]
//
// Without --weights they are random. With a Backflow checkpoint of an LSTM it also continues --prompt by the likeliest
// characters, as 'backflow generate RUN --temperature 0 --prompt …' does: both programs write the same text.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import ort from "onnxruntime-node";
import { buildModel } from "./model.mjs";
import { randomWeights, readSafetensors } from "./weights.mjs";

const { values: options } = parseArgs({
  options: {
    hidden: { type: "string", default: "512" },
    layers: { type: "string", default: "2" },
    repeats: { type: "string", default: "500" },
    weights: { type: "string" },
    prompt: { type: "string", default: "The " },
  },
});
const WARM_UP_RUNS = 200;
const WRITTEN_CHARACTERS = 200;
const loaded = options.weights ? readSafetensors(readFileSync(options.weights)) : null;
const sizes = loaded?.sizes ?? {
  vocabulary: 65, embedding: 32, hidden: whole(options.hidden), layers: whole(options.layers),
};
const weights = loaded?.weights ?? randomWeights(sizes);
const repeats = whole(options.repeats);

const session = await ort.InferenceSession.create(buildModel(weights, sizes), {
  executionProviders: ["cpu"],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
});

let state = initialState();
for (let i = 0; i < WARM_UP_RUNS; i++) {
  await read(i % sizes.vocabulary);
}

state = initialState();
const times = [];
let logits;
for (let i = 0; i < repeats; i++) {
  const begin = process.hrtime.bigint();
  logits = await read(i % sizes.vocabulary);
  times.push(Number(process.hrtime.bigint() - begin) / 1e6);
}

if (!logits.every(Number.isFinite)) {
  throw new Error("A logit is not finite.");
}

times.sort((left, right) => left - right);
console.log(JSON.stringify({
  peer: "ONNX Runtime",
  version: ort.env.versions.node,
  ...sizes,
  repeats,
  character_ms: times[times.length >> 1],
  min_ms: times[0],
  text: loaded ? await write(options.prompt, loaded.characters) : undefined,
}));

async function write(prompt, characters) {
  state = initialState();
  let next;
  for (const character of prompt) {
    next = await read(characters.indexOf(character));
  }

  let text = "";
  for (let i = 0; i < WRITTEN_CHARACTERS; i++) {
    const likeliest = next.indexOf(Math.max(...next));
    text += characters[likeliest];
    next = await read(likeliest);
  }

  return text;
}

function whole(text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new Error(`Not a whole number from 1 up: ${text}`);
  }

  return number;
}

function initialState() {
  const zero = () => new ort.Tensor("float32", new Float32Array(sizes.hidden), [1, 1, sizes.hidden]);
  return Object.fromEntries(
    Array.from({ length: sizes.layers }, (_, layer) => [[`h${layer}`, zero()], [`c${layer}`, zero()]]).flat());
}

async function read(symbol) {
  const results = await session.run({
    symbol: new ort.Tensor("int64", BigInt64Array.of(BigInt(symbol)), [1, 1]),
    ...state,
  });
  for (const name of Object.keys(state)) {
    state[name] = results[`${name}_next`];
  }

  return results.logits.data;
}
