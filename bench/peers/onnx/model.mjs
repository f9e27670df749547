// A character model as ONNX: embedding, two LSTM layers, linear head; one timestep, batch 1, the state carried outside.
import onnxProto from "onnx-proto";

const { onnx } = onnxProto;
const FLOAT = onnx.TensorProto.DataType.FLOAT;
const INT64 = onnx.TensorProto.DataType.INT64;

// ONNX keeps the gates of an LSTM as i o f c, PyTorch and Backflow as i f g o.
const ONNX_GATES = [0, 3, 1, 2];

/** Reorders the rows of a [4H, columns] matrix, or of a [4H] bias with one column. */
function onnxOrder(values, hidden, columns) {
  const block = hidden * columns;
  const ordered = new Float32Array(values.length);
  ONNX_GATES.forEach((gate, k) => ordered.set(values.subarray(gate * block, (gate + 1) * block), k * block));
  return ordered;
}

function tensor(name, dims, values) {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return onnx.TensorProto.create({ name, dims, dataType: FLOAT, rawData: bytes });
}

function value(name, dims, elemType = FLOAT) {
  const shape = { dim: dims.map((dimValue) => ({ dimValue })) };
  return onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType, shape } } });
}

function node(opType, input, output, attribute = []) {
  return onnx.NodeProto.create({ opType, name: output.find(Boolean), input, output, attribute });
}

function whole(name, i) {
  return onnx.AttributeProto.create({ name, type: onnx.AttributeProto.AttributeType.INT, i });
}

/**
 * Builds the model's bytes.
 * @param weights a function from one of PyTorch's parameter names to its Float32Array
 * @param sizes vocabulary, embedding, hidden and layers
 */
export function buildModel(weights, { vocabulary, embedding, hidden, layers }) {
  const initializer = [
    tensor("embedding", [vocabulary, embedding], weights("embedding.weight")),
    tensor("head_weight", [vocabulary, hidden], weights("head.weight")),
    tensor("head_bias", [vocabulary], weights("head.bias")),
  ];
  // A symbol of shape [1, 1] gathers [1, 1, E]: sequence, batch, features.
  const nodes = [node("Gather", ["embedding", "symbol"], ["x0"])];
  const input = [value("symbol", [1, 1], INT64)];
  const output = [value("logits", [1, vocabulary])];
  for (let layer = 0; layer < layers; layer++) {
    const columns = layer === 0 ? embedding : hidden;
    const bias = new Float32Array(8 * hidden);
    bias.set(onnxOrder(weights(`bias_ih_l${layer}`), hidden, 1), 0);
    bias.set(onnxOrder(weights(`bias_hh_l${layer}`), hidden, 1), 4 * hidden);
    initializer.push(
      tensor(`W${layer}`, [1, 4 * hidden, columns], onnxOrder(weights(`weight_ih_l${layer}`), hidden, columns)),
      tensor(`R${layer}`, [1, 4 * hidden, hidden], onnxOrder(weights(`weight_hh_l${layer}`), hidden, hidden)),
      tensor(`B${layer}`, [1, 8 * hidden], bias));
    nodes.push(node(
      "LSTM",
      [`x${layer}`, `W${layer}`, `R${layer}`, `B${layer}`, "", `h${layer}`, `c${layer}`],
      ["", `h${layer}_next`, `c${layer}_next`],
      [whole("hidden_size", hidden)]));
    // The final state [1, 1, H] is also what the next layer reads: a sequence of one.
    nodes.push(node("Identity", [`h${layer}_next`], [`x${layer + 1}`]));
    for (const name of ["h", "c"]) {
      input.push(value(`${name}${layer}`, [1, 1, hidden]));
      output.push(value(`${name}${layer}_next`, [1, 1, hidden]));
    }
  }

  initializer.push(onnx.TensorProto.create({
    name: "row", dims: [2], dataType: INT64, int64Data: [1, hidden],
  }));
  nodes.push(node("Reshape", [`x${layers}`, "row"], ["top"]));
  nodes.push(node("Gemm", ["top", "head_weight", "head_bias"], ["logits"], [whole("transB", 1)]));
  const model = onnx.ModelProto.create({
    irVersion: 7,
    producerName: "backflow-onnx-peer",
    opsetImport: [{ domain: "", version: 14 }],
    graph: { name: "character-model", node: nodes, initializer, input, output },
  });
  return onnx.ModelProto.encode(model).finish();
}
