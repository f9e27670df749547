using Backflow.Engine;

namespace Backflow.Exchange.Probes;

/// <summary>A layer in one direction by the engine, in float32.</summary>
internal sealed class EngineDirection : ILayerDirection<float>
{
    private const string Suffix = "_l0";

    private readonly CellDescription _cell;
    private readonly RecurrentNetwork _network;
    private readonly DirectionMeasurements? _measurements;
    private bool _keepsGates;
    private bool _isRagged;

    /// <summary>Makes room for calls of one shape.</summary>
    /// <param name="call">A call of the shape.</param>
    /// <param name="inputSize">Features that the layer reads.</param>
    /// <param name="pool">The threads that share the work.</param>
    /// <param name="measures">Whether the metrics of a layer are measured, where sequences end together.</param>
    public EngineDirection(ProbedCall<float> call, int inputSize, WorkerPool pool, bool measures)
    {
        _cell = call.Kind.Cell;
        _network = new RecurrentNetwork(new NetworkOptions
        {
            InputSize = inputSize,
            Layers = [new LayerOptions(_cell, call.HiddenSize)],
        });
        Pass = new NetworkPass(_network, call.SequenceLength, call.BatchSize, pool);
        _measurements = measures ? new DirectionMeasurements(Layer) : null;
    }

    /// <summary>Whether a call has this shape.</summary>
    public bool Fits(ProbedCall<float> call, int inputSize) =>
        call.Kind.Cell == _cell
        && call.HiddenSize == Layer.HiddenSize
        && inputSize == Layer.InputSize
        && call.SequenceLength == Pass.SequenceLength
        && call.BatchSize == Pass.BatchSize;

    /// <summary>Takes the parameters and the lengths of a call.</summary>
    /// <param name="call">A call of the shape.</param>
    /// <param name="parameters">Weights and biases in the order of PyTorch.</param>
    /// <param name="keepsGates">Whether the backward pass keeps its gates, for more measurements.</param>
    public void Load(ProbedCall<float> call, LayerParameters<float> parameters, bool keepsGates)
    {
        _keepsGates = keepsGates;
        _network.Parameters.Span.Clear();
        foreach ((string name, float[] values) in parameters.All())
        {
            _network.Layout.Find(name + Suffix)!.Import(values, _network.Parameters.Span);
        }

        _isRagged = call.Lengths.Any(length => length != call.SequenceLength);
        Pass.SetLengths(_isRagged ? call.Lengths.AsSpan() : []);
    }

    /// <summary>What was measured, by column, in reading order; null where nothing was.</summary>
    public IReadOnlyDictionary<string, float[]>? Rows => Measured?.Rows;

    /// <summary>The pass, for everything else that is measured of it.</summary>
    public NetworkPass Pass { get; }

    public double Deviation => Layer.ObservedDeviation;

    private LayerPass Layer => Pass.Layers[0];

    private DirectionMeasurements? Measured => _isRagged ? null : _measurements;

    public float[] Forward(float[] input, float[] hidden, float[] cell, float[] observed)
    {
        Layer.ObserveStates(observed);
        Layer.SetInitialState(hidden, cell);
        Pass.SetInput(input);
        Pass.Forward();
        Measured?.AfterForward();
        if (observed.Length > 0)
        {
            return [];
        }

        float[] states = new float[Pass.SequenceLength * Pass.BatchSize * Layer.HiddenSize];
        Pass.GetTopStates(states);
        return states;
    }

    public float[] Backward(float[] output, float[] hidden, float[] cell, bool asksForInput)
    {
        Layer.SetFinalStateGradient(hidden, cell);
        Pass.SetOutputGradient(output);
        if (_keepsGates)
        {
            Pass.KeepGates();
        }

        if (asksForInput)
        {
            Pass.Backward();
        }
        else
        {
            Pass.BackwardWithoutInput();
        }

        Measured?.AfterBackward();
        if (!asksForInput)
        {
            return [];
        }

        float[] gradient = new float[Pass.SequenceLength * Pass.BatchSize * Layer.InputSize];
        Pass.GetInputGradient(gradient);
        return gradient;
    }

    public double HiddenGradientSquare(int t, int row) => Square(Layer.HiddenGradient(t)[row]);

    public double CellGradientSquare(int t, int row) => Square(Layer.CellGradient(t)[row]);

    public float[] ParameterGradient(string name)
    {
        Parameter parameter = _network.Layout.Find(name + Suffix)!;
        float[] values = new float[parameter.Count];
        parameter.Export(_network.Gradients.Span, values);
        return values;
    }

    private static double Square(ReadOnlySpan<float> values)
    {
        double norm = GradientClipping.Norm(values);
        return norm * norm;
    }
}
