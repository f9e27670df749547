using Backflow.Engine;
using Backflow.Experiments.Tasks;

namespace Backflow.Experiments.Training;

/// <summary>A network, its optimizer and its windows of text: what one training step needs, and nothing about runs.</summary>
/// <remarks>
/// A step is a function of the parameters, the optimizer's state, the carried state and the step's number. These four
/// are what a checkpoint keeps.
/// </remarks>
internal sealed class TrainingSession : IDisposable
{
    private readonly WorkerPool _pool;
    private readonly ITokenWindows _windows;
    private readonly ValidationWindows? _validation;
    private readonly NetworkPass? _validationPass;
    private readonly LearningRateSchedule _schedule;
    private readonly SplittableRandom _dropout;

    public TrainingSession(TrainingConfiguration configuration, TextCorpus corpus)
    {
        Configuration = configuration;
        Corpus = corpus;
        SplittableRandom random = new(configuration.Seed);
        _dropout = random.Split("dropout");
        _pool = new WorkerPool(configuration.Threads);
        Network = new RecurrentNetwork(ConfigurationRules.Network(configuration, corpus.Vocabulary.Count));
        NetworkInitialiser.Initialise(
            Network, ConfigurationRules.Initialisation(configuration), random.Split("initialisation"));
        Optimizer = new Optimizer(Network, ConfigurationRules.Optimizer(configuration));
        _schedule = ConfigurationRules.Schedule(configuration);
        Pass = new NetworkPass(Network, configuration.SequenceLength, configuration.BatchSize, _pool);
        _windows = Windows(configuration, corpus);
        if (corpus.ValidationWithContext.Length >= 2)
        {
            _validation = new ValidationWindows(
                corpus.ValidationWithContext, configuration.BatchSize, configuration.SequenceLength);
            _validationPass = new NetworkPass(Network, configuration.SequenceLength, configuration.BatchSize, _pool);
        }
    }

    public TrainingConfiguration Configuration { get; }

    public TextCorpus Corpus { get; }

    public RecurrentNetwork Network { get; }

    public Optimizer Optimizer { get; }

    public NetworkPass Pass { get; }

    /// <summary>Steps done.</summary>
    public long Step { get; set; }

    /// <summary>Characters that one step reads.</summary>
    public long CharactersPerStep => (long)Configuration.BatchSize * Configuration.SequenceLength;

    public double Epoch => (double)Step / _windows.WindowsPerEpoch;

    /// <summary>Loss of the last step, nats per character.</summary>
    public double Loss { get; private set; }

    /// <summary>Norm of all gradients of the last step before clipping.</summary>
    public double GradientNorm { get; private set; }

    /// <summary>Whether the last step's gradients were scaled by the norm limit.</summary>
    public bool IsClipped { get; private set; }

    public double LearningRate { get; private set; }

    /// <summary>The windows that a configuration trains on.</summary>
    public static ITokenWindows Windows(TrainingConfiguration configuration, TextCorpus corpus) =>
        configuration.CarryState
            ? new StreamWindows(corpus.Training, configuration.BatchSize, configuration.SequenceLength)
            : new RandomWindows(
                corpus.Training,
                configuration.BatchSize,
                configuration.SequenceLength,
                new SplittableRandom(configuration.Seed).Split("windows"));

    /// <summary>One step: window, forward, backward, clipping, update.</summary>
    /// <returns>False if loss or gradient is not finite; the parameters are then as before.</returns>
    public bool Advance()
    {
        if (_windows.ResetsState(Step))
        {
            Pass.ResetState();
        }
        else
        {
            Pass.CarryState();
        }

        _windows.Window(Step, Pass.Tokens, Pass.Head!.Targets);
        Pass.Forward(Configuration.Dropout > 0 ? SplitKey(Step) : null);
        Pass.Backward();
        Loss = Pass.Head.Loss;
        Span<float> gradients = Network.Gradients.Span;
        GradientNorm = GradientClipping.Norm(gradients);
        LearningRate = _schedule.At(Step);
        if (!double.IsFinite(Loss) || !double.IsFinite(GradientNorm))
        {
            return false;
        }

        IsClipped = Configuration.ClipNorm > 0
            && GradientClipping.ByNorm(gradients, GradientNorm, Configuration.ClipNorm);
        if (Configuration.ClipValue > 0)
        {
            GradientClipping.ByValue(gradients, Configuration.ClipValue);
        }

        Optimizer.Update(LearningRate);
        Step++;
        return true;
    }

    /// <summary>The mean loss over every validation character, nats per character; null without validation text.</summary>
    public double? Validate(CancellationToken cancellation)
    {
        if (_validation is null || _validationPass is null)
        {
            return null;
        }

        double sum = 0;
        _validationPass.ResetState();
        for (int i = 0; i < _validation.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (i > 0)
            {
                _validationPass.CarryState();
            }

            int count = _validation.Window(i, _validationPass.Tokens, _validationPass.Head!.Targets);
            _validationPass.Forward();
            sum += _validationPass.Head.Loss * count;
        }

        return sum / _validation.TargetCount;
    }

    public void Dispose() => _pool.Dispose();

    // No allocation: the key of a step is drawn by number, not from a generator object of its own.
    private ulong SplitKey(long step) => _dropout.BitsAt((ulong)step);
}
