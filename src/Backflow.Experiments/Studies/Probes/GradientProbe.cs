using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Probes;

/// <summary>The gradient of one loss at the last timestep, at every earlier one, in a network as it begins.</summary>
/// <remarks>
/// One layer reads Gaussian vectors; the loss is the sum of the last hidden state, whose gradient is therefore 1 in
/// every unit. Norms are over units, of one sequence; nothing is clipped and nothing is trained.
/// </remarks>
internal sealed record GradientProbe(CellDescription Cell, int HiddenSize, int SequenceLength)
{
    // Below this share of what a pass began with, the next pass begins. The engine takes what is below 2⁻¹⁰⁰ for 0.
    private const double Reach = 1e-24;

    // Factors of the loss. The backward pass is linear in it, so a power of two changes exponents and no digit: the
    // first leaves room below for a gradient that vanishes, the others above for one that explodes.
    private static readonly double[] Scales = [Math.ScaleB(1, 100), 1, Math.ScaleB(1, -100)];

    public InitialisationOptions Initialisation { get; init; } = new();

    /// <summary>Features of what is read.</summary>
    public int InputSize { get; init; } = 64;

    /// <summary>Standard deviation of what is read.</summary>
    public double InputScale { get; init; } = 1;

    /// <summary>Measures one network.</summary>
    public GradientProfile Measure(ulong seed)
    {
        SplittableRandom random = new(seed);
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = InputSize,
            Layers = [new LayerOptions(Cell, HiddenSize)],
        });
        NetworkInitialiser.Initialise(network, Initialisation, random.Split("initialisation"));
        float[] input = new float[SequenceLength * InputSize];
        SplittableRandom inputs = random.Split("input");
        for (int i = 0; i < input.Length; i++)
        {
            input[i] = (float)(InputScale * inputs.NextGaussian());
        }

        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, SequenceLength, batchSize: 1, pool);
        float[] asked = new float[HiddenSize];
        Array.Fill(asked, 1f);
        double[] norms = Backward(pass, input, asked);
        float[] state = new float[HiddenSize];
        pass.Layers[0].Hidden(SequenceLength - 1).CopyTo(state);
        FollowFurther(pass, input, pool, norms);
        return new GradientProfile(norms, Recurrent(network), Array.FindAll(state, static h => h != 0).Length);
    }

    // ∂L/∂h of a timestep, once found, is what a shorter pass over the timesteps before it begins with. An LSTM would
    // need ∂L/∂c as well; its gradient does not get that small.
    private void FollowFurther(NetworkPass pass, float[] input, WorkerPool pool, double[] norms)
    {
        int from = Beginning(norms, SequenceLength);
        while (!pass.Layers[0].HasCellState && from > 0 && from < pass.SequenceLength - 1)
        {
            float[] gradient = new float[HiddenSize];
            pass.Layers[0].HiddenGradient(from).CopyTo(gradient);
            double unit = norms[from];
            double length = GradientClipping.Norm(gradient);
            float[] direction = Array.ConvertAll(gradient, value => (float)(value / length));
            pass = new NetworkPass(pass.Network, from + 1, batchSize: 1, pool);
            double[] part = Backward(pass, input[..((from + 1) * InputSize)], direction);
            for (int t = 0; t < from; t++)
            {
                norms[t] = unit * part[t];
            }

            from = Beginning(part, from + 1);
        }
    }

    // The earliest timestep with a gradient that is still well above what the engine takes for 0; 0 if all are.
    private static int Beginning(double[] norms, int length)
    {
        double least = Reach * norms[length - 1];
        return norms[0] >= least ? 0 : Array.FindIndex(norms, norm => norm >= least);
    }

    // Norms of a pass whose last hidden state has the gradient that is asked, and no other has one of its own.
    private double[] Backward(NetworkPass pass, float[] input, float[] asked)
    {
        double[] norms = new double[pass.SequenceLength];
        foreach (double scale in Scales)
        {
            pass.SetInput(input);
            pass.ResetState();
            pass.Forward();
            float[] outputs = new float[pass.SequenceLength * HiddenSize];
            Array.ConvertAll(asked, value => (float)(value * scale)).CopyTo(outputs, outputs.Length - HiddenSize);
            pass.SetOutputGradient(outputs);
            pass.Backward();
            for (int t = 0; t < norms.Length; t++)
            {
                norms[t] = pass.Layers[0].HiddenGradient(t).Norm() / scale;
            }

            if (Array.TrueForAll(norms, double.IsFinite))
            {
                break;
            }
        }

        return norms;
    }

    // ρ and σ₁ of the first gate's block.
    private SpectrumResult Recurrent(RecurrentNetwork network)
    {
        Parameter weights = network.Layers[0].RecurrentWeights;
        float[] values = new float[weights.Count];
        weights.Export(network.Parameters.Span, values);
        double[] block = Array.ConvertAll(values[..(HiddenSize * HiddenSize)], static value => (double)value);
        return Spectrum.Compute(block, HiddenSize);
    }
}

/// <summary>What a probe saw.</summary>
/// <param name="Norms">[T]: entry t is ‖∂L/∂h‖ after timestep t, the last entry that of the loss itself.</param>
/// <param name="Recurrent">The spectrum of R, of the first gate's block.</param>
/// <param name="ActiveUnits">Units that are not exactly 0 in the end.</param>
internal sealed record GradientProfile(double[] Norms, SpectrumResult Recurrent, int ActiveUnits)
{
    /// <summary>The share of the gradient that is left some timesteps before the last one.</summary>
    public double Left(int timestepsBack) => Norms[^(1 + timestepsBack)] / Norms[^1];
}
