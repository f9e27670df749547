// Runs models of a folder in onnxruntime-web and writes what it says beside them.
// usage: node runModels.mjs FOLDER
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';

const folder = process.argv[2];
ort.env.wasm.numThreads = 1;

const types = {
  float32: (values) => Float32Array.from(values),
  int64: (values) => BigInt64Array.from(values, BigInt),
};

const outputs = [];
for (const { model, inputs } of JSON.parse(readFileSync(join(folder, 'inputs.json')))) {
  const session = await ort.InferenceSession.create(readFileSync(join(folder, model)), {
    executionProviders: ['wasm'],
  });
  const feeds = Object.fromEntries(
    inputs.map(({ name, type, values, shape }) => [name, new ort.Tensor(type, types[type](values), shape)]),
  );
  const results = await session.run(feeds);
  outputs.push(Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, Array.from(tensor.data)])));
  await session.release();
}

writeFileSync(join(folder, 'outputs.json'), JSON.stringify(outputs));
