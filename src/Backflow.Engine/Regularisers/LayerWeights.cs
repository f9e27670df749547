using System.Numerics.Tensors;

namespace Backflow.Engine;

/// <summary>The four parameters of a layer, or their gradients, in double and in PyTorch's order.</summary>
internal sealed class LayerWeights
{
    private readonly int _inputSize;
    private readonly int _units;
    private readonly double[] _input;
    private readonly double[] _recurrent;

    public LayerWeights(int rows, int inputSize, int units)
    {
        (_inputSize, _units) = (inputSize, units);
        _input = new double[rows * inputSize];
        _recurrent = new double[rows * units];
        InputBias = new double[rows];
        RecurrentBias = new double[rows];
    }

    /// <summary>b_ih, [G·H].</summary>
    public double[] InputBias { get; }

    /// <summary>b_hh, [G·H].</summary>
    public double[] RecurrentBias { get; }

    /// <summary>W [G·H, I], R [G·H, H] and both biases.</summary>
    public double[][] All => [_input, _recurrent, InputBias, RecurrentBias];

    /// <summary>A row of W, [I].</summary>
    public Span<double> InputRow(int row) => _input.AsSpan(row * _inputSize, _inputSize);

    /// <summary>A row of R, [H].</summary>
    public Span<double> RecurrentRow(int row) => _recurrent.AsSpan(row * _units, _units);

    /// <summary>Sets everything to 0.</summary>
    public void Clear()
    {
        foreach (double[] values in All)
        {
            Array.Clear(values);
        }
    }

    /// <summary>Reads a layer's parameters out of a network's buffer.</summary>
    public void Read(RecurrentLayerParameters layer, ReadOnlySpan<float> buffer)
    {
        foreach ((double[] values, Parameter parameter) in All.Zip(Of(layer)))
        {
            float[] singles = new float[parameter.Count];
            parameter.Export(buffer, singles);
            TensorPrimitives.ConvertTruncating<float, double>(singles, values);
        }
    }

    /// <summary>Writes them into a network's buffer.</summary>
    public void Write(RecurrentLayerParameters layer, Span<float> buffer)
    {
        foreach ((double[] values, Parameter parameter) in All.Zip(Of(layer)))
        {
            parameter.Import(Array.ConvertAll(values, static value => (float)value), buffer);
        }
    }

    private static Parameter[] Of(RecurrentLayerParameters layer) =>
        [layer.InputWeights, layer.RecurrentWeights, layer.InputBias, layer.RecurrentBias];
}
