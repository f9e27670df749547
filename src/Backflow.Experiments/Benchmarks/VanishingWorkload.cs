using Backflow.Engine;

namespace Backflow.Experiments.Benchmarks;

/// <summary>
/// One layer that forgets fast, with gradients that vanish on the way back or are put in at every timestep.
/// </summary>
/// <remarks>
/// What vanishes is handed over at every 64th timestep, small already: far enough from the next one that, unless it is
/// flushed, it passes through all subnormal numbers on its way. Weights and shape are the same for both.
/// </remarks>
internal sealed class VanishingWorkload : Workload
{
    private const int TimestepsBetween = 64;

    /// <summary>What is handed over then: 2⁻¹²⁶ ≈ 1.2·10⁻³⁸ is some twenty timesteps away.</summary>
    private const double Handed = 1e-24;

    /// <summary>
    /// Spectral norm of every block of R, and the forget gate's bias: a gradient falls to a third in a timestep.
    /// </summary>
    private static readonly InitialisationOptions Forgetful = new()
    {
        Scheme = InitialisationScheme.SpectralNorm,
        Gain = 0.3,
        ForgetBias = -2,
    };

    private readonly float[] _dOutput;
    private readonly bool _vanishes;

    public VanishingWorkload(BenchmarkShape shape, WorkerPool pool, bool vanishes)
        : base(
            new NetworkOptions { InputSize = shape.InputSize, Layers = Layers(shape) },
            shape.SequenceLength,
            shape.BatchSize,
            pool,
            initialisation: Forgetful)
    {
        _vanishes = vanishes;
        int rows = shape.SequenceLength * shape.BatchSize;
        int width = shape.BatchSize * shape.HiddenSize;
        Pass.SetInput(Gaussian(Random.Split("input"), rows * shape.InputSize, scale: 1));
        _dOutput = Gaussian(Random.Split("output gradient"), rows * shape.HiddenSize, vanishes ? Handed : 1.0 / rows);
        for (int t = 0; vanishes && t < shape.SequenceLength; t++)
        {
            if ((shape.SequenceLength - 1 - t) % TimestepsBetween != 0)
            {
                _dOutput.AsSpan(t * width, width).Clear();
            }
        }
    }

    public override void Prepare() => Pass.SetOutputGradient(_dOutput);

    public override void Backward() => Pass.Backward();

    /// <summary>Whether gradients are finite, and reach zero within the sequence if they are to vanish.</summary>
    public override bool IsFinite()
    {
        bool reachesZero = false;
        for (int t = 0; t < Pass.SequenceLength - 1; t++)
        {
            reachesZero |= Pass.Layers[0].HiddenGradient(t).Norm() == 0;
        }

        return double.IsFinite(GradientClipping.Norm(Network.Gradients.Span)) && reachesZero == _vanishes;
    }
}
