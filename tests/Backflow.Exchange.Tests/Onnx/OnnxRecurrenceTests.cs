using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Exchange.Onnx;
using Backflow.Exchange.Onnx.Protobuf;

namespace Backflow.Exchange.Tests.Onnx;

/// <summary>
/// The equations of the specification, and the engine where it has the feature, beside ONNX Runtime on random numbers.
/// </summary>
public sealed class OnnxRecurrenceTests
{
    private const ulong Seed = 3;
    private const int T = 5;
    private const int B = 3;
    private const int I = 4;
    private const int H = 6;

    public static MatrixTheoryData<string, string, string> Features => new(
        ["RNN", "LSTM", "GRU"],
        ["forward", "reverse", "bidirectional"],
        ["plain", "lengths", "states", "no bias", "clip", "peepholes", "input_forget", "reset after", "all"]);

    public static MatrixTheoryData<string, string> Activations => new(
        ["RNN", "LSTM", "GRU"],
        [
            "Relu", "Tanh", "Sigmoid", "Affine", "LeakyRelu", "ThresholdedRelu", "ScaledTanh", "HardSigmoid", "Elu",
            "Softsign", "Softplus",
        ]);

    [Theory]
    [MemberData(nameof(Features))]
    public void Compute_Feature_IsWhatTheRuntimeComputes(string operation, string direction, string feature)
    {
        Case one = new(operation, direction);
        one.Use(feature);
        one.AssertRuntime();
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Compute_Activation_IsWhatTheRuntimeComputes(string operation, string activation)
    {
        Case one = new(operation, "bidirectional");
        one.UseActivation(activation);
        one.AssertRuntime();
    }

    [Theory]
    [InlineData("LeakyRelu")]
    [InlineData("HardSigmoid")]
    [InlineData("Elu")]
    public void Compute_ActivationWithoutItsNumbers_HasTheRuntimesDefaults(string activation)
    {
        Case one = new("GRU", "forward");
        one.UseActivation(activation, hasNumbers: false);
        one.AssertRuntime();
    }

    [Theory]
    [InlineData("ThresholdedRelu")]
    [InlineData("ScaledTanh")]
    [InlineData("Affine")]
    public void Compute_ActivationWhoseDefaultsAreDisputed_IsRefusedWithoutNumbers(string activation)
    {
        Case one = new("GRU", "forward");
        one.UseActivation(activation, hasNumbers: false);
        ExchangeException refusal = Assert.Throws<ExchangeException>(one.Compute);
        Assert.Contains($"{activation} without all of its numbers", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Softplus of the runtime's recurrent operators is ln(1 + eˣ) in floats, infinite from 88.8 on; its operator of
    /// that name is not.
    /// </summary>
    [Theory]
    [InlineData(88.7f, true)]
    [InlineData(88.8f, false)]
    public void Compute_SoftplusOfALargeNumber_IsFiniteHereAlone(float x, bool isFinite)
    {
        Case one = new("RNN", "forward", timesteps: 1, sequences: 1, features: 1, hidden: 1);
        one.SetAll(weight: 1, bias: 0, state: 0, cell: 0, x);
        one.Node.Attribute.Add(OnnxTensors.Texts("activations", ["Softplus"]));
        Assert.Equal(x, one.Compute().Y[0], 1e-5);
        Assert.Equal(isFinite ? x : float.PositiveInfinity, one.Run()["Y"][0]);
    }

    /// <summary>
    /// Two numbers measured of the runtime: the limit applies to pre-activations alone, and a coupled forget gate is
    /// 1 − i.
    /// </summary>
    [Theory]
    [InlineData("clip", 10, 0.5f, 2.155027, 0.605958)]
    [InlineData("input_forget", 0, 0f, double.NaN, double.NaN)]
    public void Compute_OneUnit_HasTheNumbersOfTheRuntime(string feature, float bias, float clip, double cell, double y)
    {
        Case one = new("LSTM", "forward", timesteps: 1, sequences: 1, features: 1, hidden: 1);
        one.SetAll(weight: 0.1f, bias, state: 0, cell: 3, x: 1);
        if (feature == "clip")
        {
            one.Node.Attribute.Add(new AttributeProto { Name = "clip", Type = AttributeType.Float, F = clip });
            OnnxRecurrenceOutputs outputs = one.Compute();
            Assert.Equal(cell, outputs.FinalCell[0], 1e-6);
            Assert.Equal(y, outputs.Y[0], 1e-6);
        }
        else
        {
            one.Node.Attribute.Add(OnnxTensors.Whole("input_forget", 1));
        }

        one.AssertRuntime();
    }

    /// <summary>A row without timesteps keeps its initial state here; the runtime answers zeros.</summary>
    [Fact]
    public void Compute_SequenceWithoutTimesteps_KeepsItsInitialState()
    {
        Case one = new("GRU", "forward");
        one.Use("states");
        one.SetLengths([T, 0, 2]);
        OnnxRecurrenceOutputs outputs = one.Compute();
        Assert.Equal(
            one.InitialHidden.Slice(H, H).ToArray().Select(static x => (double)x), outputs.FinalHidden[H..(2 * H)]);
        float[] runtime = one.Run()["Y_h"];
        Assert.All(runtime[H..(2 * H)], static value => Assert.Equal(0f, value));
    }

    /// <summary>A node with random inputs, all of them inputs of its graph.</summary>
    private sealed class Case
    {
        private readonly Dictionary<string, (float[] Values, int[] Shape)> _inputs = [];
        private readonly SplittableRandom _random = new(Seed);
        private readonly string[] _names;
        private readonly int _gates;
        private int[]? _lengths;

        public Case(
            string operation,
            string direction,
            int timesteps = T,
            int sequences = B,
            int features = I,
            int hidden = H)
        {
            _gates = operation switch { "LSTM" => 4, "GRU" => 3, _ => 1 };
            int directions = direction == "bidirectional" ? 2 : 1;
            (Directions, Sequences, Hidden) = (directions, sequences, hidden);
            _names = operation == "LSTM"
                ? ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"]
                : ["X", "W", "R", "B", "sequence_lens", "initial_h"];
            Set("X", 1, timesteps, sequences, features);
            Set("W", 0.7, directions, _gates * hidden, features);
            Set("R", 0.7, directions, _gates * hidden, hidden);
            Set("B", 0.5, directions, 2 * _gates * hidden);
            Node.OpType = operation;
            Node.Attribute.Add(OnnxTensors.Whole("hidden_size", hidden));
            Node.Attribute.Add(OnnxTensors.Text("direction", direction));
            Node.Output.AddRange(operation == "LSTM" ? ["Y", "Y_h", "Y_c"] : ["Y", "Y_h"]);
        }

        public NodeProto Node { get; } = new();

        public ReadOnlySpan<float> InitialHidden => _inputs["initial_h"].Values;

        private int Directions { get; }

        private int Sequences { get; }

        private int Hidden { get; }

        public void Use(string feature)
        {
            bool isLstm = Node.OpType == "LSTM";
            bool all = feature == "all";
            if (all || feature == "lengths")
            {
                SetLengths([T, 2, 1]);
            }

            if (all || feature == "states")
            {
                Set("initial_h", 1, Directions, Sequences, Hidden);
                if (isLstm)
                {
                    Set("initial_c", 2, Directions, Sequences, Hidden);
                }
            }

            if (feature == "no bias")
            {
                _inputs.Remove("B");
            }

            if (all || feature == "clip")
            {
                Node.Attribute.Add(new AttributeProto { Name = "clip", Type = AttributeType.Float, F = 0.4f });
            }

            if (isLstm && (all || feature == "peepholes"))
            {
                Set("P", 0.8, Directions, 3 * Hidden);
            }

            if (isLstm && (all || feature == "input_forget"))
            {
                Node.Attribute.Add(OnnxTensors.Whole("input_forget", 1));
            }

            if (Node.OpType == "GRU" && (all || feature == "reset after"))
            {
                Node.Attribute.Add(OnnxTensors.Whole("linear_before_reset", 1));
            }
        }

        public void UseActivation(string activation, bool hasNumbers = true)
        {
            // Activations without a bound: small weights keep the states below 10.
            foreach (string name in (string[])["W", "R", "B"])
            {
                _inputs[name] = (
                    Array.ConvertAll(_inputs[name].Values, static value => 0.3f * value), _inputs[name].Shape);
            }

            int each = _gates switch { 4 => 3, 3 => 2, _ => 1 };
            Node.Attribute.Add(OnnxTensors.Texts(
                "activations", [.. Enumerable.Repeat(activation, each * Directions)]));
            bool hasAlpha = activation is "Affine" or "LeakyRelu" or "ThresholdedRelu" or "ScaledTanh" or "HardSigmoid"
                or "Elu";
            bool hasBeta = activation is "Affine" or "ScaledTanh" or "HardSigmoid";
            for (int list = 0; list < 2 && hasNumbers; list++)
            {
                if (list == 0 ? hasAlpha : hasBeta)
                {
                    AttributeProto numbers = new()
                    {
                        Name = list == 0 ? "activation_alpha" : "activation_beta",
                        Type = AttributeType.Floats,
                    };
                    float first = 0.3f + (0.1f * list);
                    numbers.Floats.AddRange(
                        Enumerable.Range(0, each * Directions).Select(place => first + (0.1f * place)));
                    Node.Attribute.Add(numbers);
                }
            }
        }

        public void SetLengths(int[] lengths) => _lengths = lengths;

        public void SetAll(float weight, float bias, float state, float cell, float x)
        {
            foreach ((string name, float value) in
                (ReadOnlySpan<(string, float)>)[("W", weight), ("R", weight), ("B", bias / 2), ("X", x)])
            {
                Array.Fill(_inputs[name].Values, value);
            }

            _inputs["initial_h"] = ([state], [1, 1, 1]);
            if (_gates == 4)
            {
                _inputs["initial_c"] = ([cell], [1, 1, 1]);
            }
        }

        public OnnxRecurrenceOutputs Compute()
        {
            (OnnxRecurrentNode attributes, OnnxRecurrenceInputs inputs) = Read();
            return OnnxRecurrence.Compute(attributes, inputs);
        }

        public Dictionary<string, float[]> Run()
        {
            ModelProto model = new() { IrVersion = 8, Graph = new GraphProto { Name = "node" } };
            model.OpsetImport.Add(new OperatorSetIdProto { Version = 14 });
            Node.Input.Clear();
            Node.Input.AddRange(_names.Select(name => Tensor(name, new OnnxRefusal("node")) is null ? "" : name));
            model.Graph.Node.Add(Node);
            foreach ((string name, (float[] _, int[] shape)) in _inputs)
            {
                model.Graph.Input.Add(OnnxTensors.Describe(
                    name, OnnxTensors.Single, [.. shape.Select(static size => (OnnxTensors.Dimension)size)]));
            }

            if (_lengths is not null)
            {
                model.Graph.Input.Add(OnnxTensors.Describe("sequence_lens", OnnxTensor.Int32, [_lengths.Length]));
            }

            foreach (string output in Node.Output)
            {
                model.Graph.Output.Add(new ValueInfoProto
                {
                    Name = output,
                    Type = new TypeProto { TensorType = new TensorTypeProto { ElemType = OnnxTensors.Single } },
                });
            }

            using OnnxSession session = new(model);
            foreach ((string name, (float[] values, int[] shape)) in _inputs)
            {
                session.Set(name, values, shape);
            }

            if (_lengths is not null)
            {
                session.Set("sequence_lens", _lengths, _lengths.Length);
            }

            return session.Run();
        }

        public void AssertRuntime()
        {
            OnnxRecurrenceOutputs wanted = Compute();
            Dictionary<string, float[]> actual = Run();
            ImmutableArray<string> outputs = [.. Node.Output];
            for (int place = 0; place < outputs.Length; place++)
            {
                Deviation.AssertNear(outputs[place], wanted.At(place), actual[outputs[place]]);
            }

            (OnnxRecurrentNode attributes, OnnxRecurrenceInputs inputs) = Read();
            if (OnnxNodeEngine.Obstacle(attributes, inputs) is null)
            {
                using WorkerPool pool = new(threads: 1);
                OnnxRecurrenceOutputs engine = OnnxNodeEngine.Compute(attributes, inputs, pool);
                for (int place = 0; place < outputs.Length; place++)
                {
                    Deviation.AssertNear($"{outputs[place]} of the engine", engine.At(place), actual[outputs[place]]);
                }
            }
        }

        private (OnnxRecurrentNode Attributes, OnnxRecurrenceInputs Inputs) Read()
        {
            OnnxRefusal refusal = new("node");
            OnnxNode node = new(Node, refusal);
            OnnxRecurrentNode attributes = OnnxRecurrentNode.Read(node);
            return (
                attributes,
                new OnnxRecurrenceInputs(node, attributes, [.. _names.Select(name => Tensor(name, refusal))]));
        }

        private void Set(string name, double largest, params int[] shape) => _inputs[name] = (
            EngineRun.Singles(_random, shape.Aggregate(1, static (product, size) => product * size), largest), shape);

        private OnnxTensor? Tensor(string name, OnnxRefusal refusal)
        {
            if (name == "sequence_lens" && _lengths is not null)
            {
                return OnnxTensor.Read(
                    OnnxTensors.Int64s(name, [_lengths.Length], Array.ConvertAll(_lengths, static one => (long)one)),
                    refusal);
            }

            return _inputs.TryGetValue(name, out (float[] Values, int[] Shape) input)
                ? OnnxTensor.Read(
                    OnnxTensors.Singles(name, [.. input.Shape.Select(static size => (long)size)], input.Values),
                    refusal)
                : null;
        }
    }
}
