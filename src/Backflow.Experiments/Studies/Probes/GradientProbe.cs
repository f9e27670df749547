using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Probes;

/// <summary>The gradient of one loss at the last timestep, at every earlier one, in a network as it begins.</summary>
/// <remarks>
/// One layer reads Gaussian vectors; the loss is the sum of the last hidden state, L = Σ h_T, so that ∂L/∂h_T is 1 in
/// every unit. Norms are over units, of one sequence; nothing is clipped and nothing is trained.
/// </remarks>
internal sealed record GradientProbe(CellKind Cell, int HiddenSize, int SequenceLength)
{
    // Factors of the loss. The backward pass is linear in it, so a power of two changes exponents and no digit: the
    // first keeps a float from running out of small numbers before 1e-68, the others catch gradients that explode.
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
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, SequenceLength, batchSize: 1, pool);
        float[] input = new float[SequenceLength * InputSize];
        SplittableRandom inputs = random.Split("input");
        for (int i = 0; i < input.Length; i++)
        {
            input[i] = (float)(InputScale * inputs.NextGaussian());
        }

        pass.SetInput(input);
        pass.ResetState();
        double[] norms = [];
        foreach (double scale in Scales)
        {
            pass.Forward();
            norms = Backward(pass, scale);
            if (Array.TrueForAll(norms, double.IsFinite))
            {
                break;
            }
        }

        float[] state = new float[HiddenSize];
        pass.GetHidden(0, SequenceLength, state);
        return new GradientProfile(norms, Recurrent(network), Array.FindAll(state, static h => h != 0).Length);
    }

    private double[] Backward(NetworkPass pass, double scale)
    {
        float[] asked = new float[SequenceLength * HiddenSize];
        asked.AsSpan((SequenceLength - 1) * HiddenSize).Fill((float)scale);
        pass.SetOutputGradient(asked);
        pass.Backward();
        double[] norms = new double[SequenceLength];
        for (int t = 0; t < SequenceLength; t++)
        {
            norms[t] = GradientClipping.Norm(pass.HiddenGradient(0, t + 1)) / scale;
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
