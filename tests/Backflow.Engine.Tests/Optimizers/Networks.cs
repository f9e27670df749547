using Backflow.Engine.Kernels;

namespace Backflow.Engine.Tests.Optimizers;

/// <summary>Small networks whose buffers stand for any parameters that an optimizer moves.</summary>
internal static class Networks
{
    /// <summary>A network of one GRU layer and a head at a given vector width.</summary>
    public static RecurrentNetwork Gru(int inputSize, int hiddenSize, int outputSize, KernelSet kernels) => new(
        new NetworkOptions
        {
            InputSize = inputSize,
            Layers = [new LayerOptions(Cells.Gru, hiddenSize)],
            OutputSize = outputSize,
        },
        kernels);

    /// <summary>Fills every element of every parameter, and leaves the padding zero.</summary>
    public static void FillGaussian(RecurrentNetwork network, Span<float> buffer, SplittableRandom random)
    {
        foreach (Parameter parameter in network.Layout.Parameters)
        {
            float[] values = new float[parameter.Count];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)random.NextGaussian();
            }

            parameter.Import(values, buffer);
        }
    }

    /// <summary>Floats as doubles of the same value.</summary>
    public static double[] Widen(ReadOnlySpan<float> values)
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = values[i];
        }

        return wide;
    }
}
