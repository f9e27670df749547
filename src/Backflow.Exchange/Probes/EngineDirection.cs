using Backflow.Engine;

namespace Backflow.Exchange.Probes;

/// <summary>A layer in one direction by the engine, in float32.</summary>
internal sealed class EngineDirection : ILayerDirection
{
    private const string Suffix = "_l0";

    private readonly RecurrentNetwork _network;
    private readonly bool _keepsGates;
    private readonly DirectionMeasurements? _measurements;

    public EngineDirection(
        ProbedCall call,
        int inputSize,
        LayerParameters parameters,
        WorkerPool pool,
        bool keepsGates,
        bool measures)
    {
        _keepsGates = keepsGates;
        _network = new RecurrentNetwork(new NetworkOptions
        {
            InputSize = inputSize,
            Layers = [new LayerOptions(call.Kind.Cell, call.HiddenSize)],
        });
        _network.Parameters.Span.Clear();
        foreach ((string name, double[] values) in parameters.All())
        {
            _network.Layout.Find(name + Suffix)!.Import(Singles(values), _network.Parameters.Span);
        }

        Pass = new NetworkPass(_network, call.SequenceLength, call.BatchSize, pool);
        if (call.Lengths.Any(length => length != call.SequenceLength))
        {
            Pass.SetLengths(call.Lengths.AsSpan());
        }
        else if (measures)
        {
            _measurements = new DirectionMeasurements(Layer);
        }
    }

    /// <summary>What was measured, by column, in reading order; null where nothing was.</summary>
    public IReadOnlyDictionary<string, float[]>? Rows => _measurements?.Rows;

    /// <summary>The pass, for everything else that is measured of it.</summary>
    public NetworkPass Pass { get; }

    public double Deviation => Layer.ObservedDeviation;

    private LayerPass Layer => Pass.Layers[0];

    public double[] Forward(double[] input, double[] hidden, double[] cell, double[] observed)
    {
        Layer.ObserveStates(Singles(observed));
        Layer.SetInitialState(Singles(hidden), Singles(cell));
        Pass.SetInput(Singles(input));
        Pass.Forward();
        _measurements?.AfterForward();
        if (observed.Length > 0)
        {
            return [];
        }

        double[] states = new double[Pass.SequenceLength * Pass.BatchSize * Layer.HiddenSize];
        for (int t = 0; t < Pass.SequenceLength; t++)
        {
            BatchRows rows = Layer.Hidden(t);
            for (int row = 0; row < Pass.BatchSize; row++)
            {
                Span<double> target =
                    states.AsSpan(((t * Pass.BatchSize) + row) * Layer.HiddenSize, Layer.HiddenSize);
                ReadOnlySpan<float> source = rows[row];
                for (int unit = 0; unit < source.Length; unit++)
                {
                    target[unit] = source[unit];
                }
            }
        }

        return states;
    }

    public double[] Backward(double[] output, double[] hidden, double[] cell, bool asksForInput)
    {
        Layer.SetFinalStateGradient(Singles(hidden), Singles(cell));
        Pass.SetOutputGradient(Singles(output));
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

        _measurements?.AfterBackward();
        if (!asksForInput)
        {
            return [];
        }

        float[] gradient = new float[Pass.SequenceLength * Pass.BatchSize * Layer.InputSize];
        Pass.GetInputGradient(gradient);
        return Doubles(gradient);
    }

    public double HiddenGradientSquare(int t, int row) => Square(Layer.HiddenGradient(t)[row]);

    public double CellGradientSquare(int t, int row) => Square(Layer.CellGradient(t)[row]);

    public double[] ParameterGradient(string name)
    {
        Parameter parameter = _network.Layout.Find(name + Suffix)!;
        float[] values = new float[parameter.Count];
        parameter.Export(_network.Gradients.Span, values);
        return Doubles(values);
    }

    private static double Square(ReadOnlySpan<float> values)
    {
        double norm = GradientClipping.Norm(values);
        return norm * norm;
    }

    private static float[] Singles(double[] values)
    {
        float[] singles = new float[values.Length];
        for (int i = 0; i < singles.Length; i++)
        {
            singles[i] = (float)values[i];
        }

        return singles;
    }

    private static double[] Doubles(float[] values)
    {
        double[] doubles = new double[values.Length];
        for (int i = 0; i < doubles.Length; i++)
        {
            doubles[i] = values[i];
        }

        return doubles;
    }
}
