// Makes layers models with random weights, and beside each an input and what TensorFlow.js predicts of it.
// usage: node makeModels.mjs FOLDER
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';

const folder = process.argv[2];
const [timesteps, features] = [5, 3];
await tf.setBackend('cpu');

let seed = 7;
const normal = (shape) => tf.randomNormal(shape, 0, 0.6, 'float32', seed++);

function saveTo(name) {
  return tf.io.withSaveHandler(async (artifacts) => {
    const { weightData, weightSpecs, ...model } = artifacts;
    const json = { ...model, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] };
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'model.json'), JSON.stringify(json) + '\n');
    writeFileSync(join(folder, name, 'weights.bin'), Buffer.from(weightData));
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
}

async function make(name, model, vocabulary) {
  model.setWeights(model.getWeights().map((weight) => normal(weight.shape)));
  const input = vocabulary
    ? tf.randomUniformInt([2, timesteps], 0, vocabulary, seed++)
    : normal([2, timesteps, features]);
  const output = model.predict(input);
  await model.save(saveTo(name));
  const outputs = { shape: input.shape, input: Array.from(input.dataSync()), output: Array.from(output.dataSync()) };
  writeFileSync(join(folder, name, 'outputs.json'), JSON.stringify(outputs) + '\n');
}

const inputShape = [timesteps, features];
const sigmoid = { recurrentActivation: 'sigmoid' };
const { layers } = tf;

await make('lstm', tf.sequential({ layers: [
  layers.lstm({ units: 4, inputShape, ...sigmoid }), layers.dense({ units: 2 })] }));
await make('lstm-forget', tf.sequential({ layers: [
  layers.lstm({ units: 4, inputShape, unitForgetBias: true, useBias: true, returnSequences: true, ...sigmoid }),
  layers.dense({ units: 2, useBias: false })] }));
await make('gru-stack', tf.sequential({ layers: [
  layers.gru({ units: 4, inputShape, returnSequences: true, dropout: 0.1, ...sigmoid }),
  layers.dropout({ rate: 0.2 }),
  layers.gru({ units: 17, returnSequences: true, useBias: false, ...sigmoid }),
  layers.simpleRNN({ units: 3, returnSequences: true, activation: 'relu' }),
  layers.timeDistributed({ layer: layers.dense({ units: 2 }) })] }));
await make('rnn-sigmoid', tf.sequential({ layers: [
  layers.simpleRNN({ units: 4, inputShape, activation: 'sigmoid', returnSequences: true }),
  layers.simpleRNN({ units: 5, returnSequences: true })] }));
await make('lstm-bidirectional', tf.sequential({ layers: [
  layers.bidirectional({
    layer: layers.lstm({ units: 4, returnSequences: true, ...sigmoid }), mergeMode: 'concat', inputShape }),
  layers.bidirectional({ layer: layers.gru({ units: 3, returnSequences: true, ...sigmoid }), mergeMode: 'concat' }),
  layers.dense({ units: 2 })] }));
await make('rnn-bidirectional-last', tf.sequential({ layers: [
  layers.bidirectional({ layer: layers.simpleRNN({ units: 4 }), mergeMode: 'concat', inputShape }),
  layers.dense({ units: 2 })] }));

const symbols = tf.input({ shape: [timesteps] });
const states = layers.lstm({ units: 4, stateful: false, ...sigmoid }).apply(
  layers.embedding({ inputDim: 7, outputDim: 3 }).apply(symbols));
await make('text', tf.model({
  inputs: symbols, outputs: layers.dense({ units: 7, activation: 'softmax' }).apply(states) }), 7);
