using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Experiments.Benchmarks;

/// <summary>A network and its buffers, ready to be run again and again.</summary>
internal abstract class Workload
{
    /// <summary>The seed of parameters and inputs: every run of the benchmark does the same work.</summary>
    private const ulong Seed = 1;

    private readonly TotalGradientNorm _gradient = new();
    private readonly float[] _norms;

    protected Workload(
        NetworkOptions options,
        int sequenceLength,
        int batchSize,
        WorkerPool pool,
        bool recompute = false,
        InitialisationOptions? initialisation = null)
    {
        Network = new RecurrentNetwork(options);
        Random = new SplittableRandom(Seed);
        NetworkInitialiser.Initialise(Network, initialisation ?? new InitialisationOptions(), Random);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Pass = new NetworkPass(Network, sequenceLength, batchSize, pool, recompute);
        PassBytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Pass.ResetState();
        _norms = new float[sequenceLength];
    }

    /// <summary>Memory of the pass: states, gates and their gradients.</summary>
    public long PassBytes { get; }

    /// <summary>Whether there are gradients to measure.</summary>
    public virtual bool HasBackward => true;

    protected RecurrentNetwork Network { get; }

    protected NetworkPass Pass { get; }

    protected SplittableRandom Random { get; }

    /// <summary>The workload of a shape.</summary>
    public static Workload Create(BenchmarkShape shape, WorkerPool pool) => shape.Kind switch
    {
        BenchmarkKind.Step => new StepWorkload(shape, pool),
        BenchmarkKind.Character => new CharacterWorkload(shape, pool),
        BenchmarkKind.Vanishing => new VanishingWorkload(shape, pool, vanishes: false),
        _ => new LayerWorkload(shape, pool),
    };

    /// <summary>What precedes a run and does not belong to its time.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>The forward pass.</summary>
    public virtual void Forward() => Pass.Forward();

    /// <summary>The backward pass and all that follows it in a step.</summary>
    public abstract void Backward();

    /// <summary>‖∂L/∂hₜ‖ of every layer and timestep.</summary>
    public void MeasureGradients()
    {
        for (int layer = 0; layer < Network.Layers.Length; layer++)
        {
            _gradient.Measure(Pass.Layers[layer], _norms);
        }
    }

    /// <summary>Whether the last run left only finite numbers: a benchmark of NaN would show fine times too.</summary>
    public abstract bool IsFinite();

    protected static ImmutableArray<LayerOptions> Layers(BenchmarkShape shape) =>
        [.. Enumerable.Repeat(new LayerOptions(shape.CellDescription, shape.HiddenSize), shape.Layers)];

    protected static float[] Gaussian(SplittableRandom random, int length, double scale)
    {
        float[] values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = (float)(scale * random.NextGaussian());
        }

        return values;
    }
}
