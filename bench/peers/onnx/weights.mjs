// The parameters of a character model under PyTorch's names.

const GATES = 4;

/** Names and shapes of all parameters. */
export function shapes({ vocabulary, embedding, hidden, layers }) {
  const all = [["embedding.weight", [vocabulary, embedding]]];
  for (let layer = 0; layer < layers; layer++) {
    all.push(
      [`weight_ih_l${layer}`, [GATES * hidden, layer === 0 ? embedding : hidden]],
      [`weight_hh_l${layer}`, [GATES * hidden, hidden]],
      [`bias_ih_l${layer}`, [GATES * hidden]],
      [`bias_hh_l${layer}`, [GATES * hidden]]);
  }

  all.push(["head.weight", [vocabulary, hidden]], ["head.bias", [vocabulary]]);
  return all;
}

/** Uniform in ±1/√H, as PyTorch begins; the time does not depend on the values. */
export function randomWeights(sizes) {
  const bound = 1 / Math.sqrt(sizes.hidden);
  const all = new Map(shapes(sizes).map(([name, shape]) => [
    name,
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => bound * (2 * Math.random() - 1)),
  ]));
  return (name) => all.get(name);
}

/** Reads a Backflow checkpoint: safetensors, float32, code points of the vocabulary in hexadecimal. */
export function readSafetensors(file) {
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString("utf8", 8, 8 + length));
  const find = (name) => {
    if (header[name] === undefined) {
      throw new Error(`The checkpoint has no ${name}.`);
    }

    return header[name];
  };
  const weights = (name) => {
    const [begin, end] = find(name).data_offsets;
    return new Float32Array(Uint8Array.from(file.subarray(8 + length + begin, 8 + length + end)).buffer);
  };
  const [vocabulary, embedding] = find("embedding.weight").shape;
  const hidden = find("weight_hh_l0").shape[1];
  let layers = 1;
  while (header[`weight_hh_l${layers}`] !== undefined) {
    layers++;
  }

  const characters = header.__metadata__.vocabulary.split(" ").map((code) => String.fromCodePoint(parseInt(code, 16)));
  return { sizes: { vocabulary, embedding, hidden, layers }, weights, characters };
}
