using Backflow.Engine;
using Backflow.Engine.Kernels.Reference;

namespace Backflow.Exchange.Probes;

/// <summary>A layer in one direction by the plain double twin, sequence by sequence; slow.</summary>
/// <remarks>It computes every state itself: what was observed is only compared.</remarks>
internal sealed class TwinDirection : ILayerDirection<double>
{
    private const string Suffix = "_l0";

    private readonly ReferenceNetwork[] _rows;
    private readonly int _inputSize;
    private readonly int _hiddenSize;
    private readonly int _timesteps;

    public TwinDirection(ProbedCall<double> call, int inputSize, LayerParameters<double> parameters)
    {
        _inputSize = inputSize;
        _hiddenSize = call.HiddenSize;
        _timesteps = call.SequenceLength;
        NetworkOptions options = new()
        {
            InputSize = inputSize,
            Layers = [new LayerOptions(call.Kind.Cell, call.HiddenSize)],
        };
        _rows = [.. call.Lengths.Select(length => new ReferenceNetwork(options, length, batchSize: 1))];
        foreach (ReferenceNetwork row in _rows)
        {
            foreach ((string name, double[] values) in parameters.All())
            {
                values.CopyTo(row.Parameter(name + Suffix));
            }
        }
    }

    public double Deviation { get; private set; }

    public double[] Forward(double[] input, double[] hidden, double[] cell, double[] observed)
    {
        double[] states = new double[_timesteps * _rows.Length * _hiddenSize];
        Deviation = 0;
        for (int row = 0; row < _rows.Length; row++)
        {
            ReferenceNetwork network = _rows[row];
            Of(hidden, row).CopyTo(network.Hidden(0));
            if (cell.Length > 0)
            {
                Of(cell, row).CopyTo(network.CellState(0));
            }

            for (int t = 0; t < network.SequenceLength; t++)
            {
                input.AsSpan(((t * _rows.Length) + row) * _inputSize, _inputSize)
                    .CopyTo(network.Input[(t * _inputSize)..]);
            }

            network.Forward();
            for (int t = 0; t < _timesteps; t++)
            {
                int held = Math.Min(t, network.SequenceLength - 1);
                Span<double> state = states.AsSpan(((t * _rows.Length) + row) * _hiddenSize, _hiddenSize);
                network.Hidden(0).Slice((held + 1) * _hiddenSize, _hiddenSize).CopyTo(state);
                for (int unit = 0; held == t && observed.Length > 0 && unit < _hiddenSize; unit++)
                {
                    double off = Math.Abs(state[unit] - observed[(((t * _rows.Length) + row) * _hiddenSize) + unit]);
                    Deviation = off <= Deviation || double.IsNaN(Deviation) ? Deviation : off;
                }
            }
        }

        return states;
    }

    public double[] Backward(double[] output, double[] hidden, double[] cell, bool asksForInput)
    {
        double[] gradient = asksForInput ? new double[_timesteps * _rows.Length * _inputSize] : [];
        for (int row = 0; row < _rows.Length; row++)
        {
            ReferenceNetwork network = _rows[row];
            for (int t = 0; t < network.SequenceLength; t++)
            {
                output.AsSpan(((t * _rows.Length) + row) * _hiddenSize, _hiddenSize)
                    .CopyTo(network.OutputGradient[(t * _hiddenSize)..]);
            }

            Of(hidden, row).CopyTo(network.FinalHiddenGradient(0));
            if (cell.Length > 0)
            {
                Of(cell, row).CopyTo(network.FinalCellGradient(0));
            }

            network.Backward();
            for (int t = 0; asksForInput && t < network.SequenceLength; t++)
            {
                network.InputGradient.Slice(t * _inputSize, _inputSize)
                    .CopyTo(gradient.AsSpan(((t * _rows.Length) + row) * _inputSize));
            }
        }

        return gradient;
    }

    public double HiddenGradientSquare(int t, int row) => Square(_rows[row].HiddenGradient(0), t);

    public double CellGradientSquare(int t, int row) => Square(_rows[row].CellGradient(0), t);

    public double[] ParameterGradient(string name)
    {
        double[] sum = _rows[0].ParameterGradient(name + Suffix).ToArray();
        foreach (ReferenceNetwork row in _rows.Skip(1))
        {
            ReadOnlySpan<double> one = row.ParameterGradient(name + Suffix);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += one[i];
            }
        }

        return sum;
    }

    private ReadOnlySpan<double> Of(double[] states, int row) => states.AsSpan(row * _hiddenSize, _hiddenSize);

    private double Square(ReadOnlySpan<double> gradients, int t)
    {
        if ((t + 1) * _hiddenSize >= gradients.Length)
        {
            return 0;
        }

        double sum = 0;
        foreach (double value in gradients.Slice((t + 1) * _hiddenSize, _hiddenSize))
        {
            sum += value * value;
        }

        return sum;
    }
}
