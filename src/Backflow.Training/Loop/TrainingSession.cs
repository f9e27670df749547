using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training.Tasks;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Training;

/// <summary>A network, its optimizer and its data: what one training step needs, and nothing about runs.</summary>
/// <remarks>
/// A step is a function of the parameters, the optimizer's state, the carried state and the step's number. These four
/// are what a checkpoint keeps.
/// </remarks>
public sealed class TrainingSession : IMeasuredTraining, IDisposable
{
    private const int ProbedSequences = 32;
    private const int FewestProbedTogether = 8;

    private readonly WorkerPool _pool;
    private readonly FinalStates _states;
    private readonly ImmutableArray<IGradientStep> _ownSteps;
    private ImmutableArray<IGradientStep> _gradientSteps;
    private readonly FlossingEpisodes? _flossing;
    private LearningRateSchedule _schedule;
    private readonly SplittableRandom _dropout;
    private NetworkPass? _reachPass;
    private long _loaded = -1;
    private GradientReach? _reach;

    /// <summary>Prepares the training of a network on a text.</summary>
    /// <param name="configuration">What to train.</param>
    /// <param name="corpus">The text.</param>
    /// <exception cref="ExperimentException">A setting is outside its range, or contradicts another.</exception>
    public TrainingSession(TrainingConfiguration configuration, TextCorpus corpus)
        : this(Validated(configuration), new TextData(configuration, corpus))
    {
    }

    /// <summary>Prepares the training of a network on any data.</summary>
    /// <param name="configuration">What to train.</param>
    /// <param name="data">What to train on.</param>
    /// <param name="gradientSteps">What else happens to the gradients, before the limits of the configuration.</param>
    /// <exception cref="ExperimentException">A setting is outside its range, or contradicts another.</exception>
    public TrainingSession(
        TrainingConfiguration configuration, ITrainingData data, params ReadOnlySpan<IGradientStep> gradientSteps)
    {
        Configuration = Validated(configuration);
        Data = data;
        SplittableRandom random = new(configuration.Seed);
        _dropout = random.Split("dropout");
        _pool = new WorkerPool(configuration.Threads);
        Network = new RecurrentNetwork(ConfigurationRules.Network(configuration, data.Shape));
        NetworkInitialiser.Initialise(
            Network, ConfigurationRules.Initialisation(configuration), random.Split("initialisation"));
        Optimizer = new Optimizer(Network, ConfigurationRules.Optimizer(configuration));
        _schedule = ConfigurationRules.Schedule(configuration);
        Pass = new NetworkPass(
            Network, data.Shape.SequenceLength, configuration.BatchSize, _pool, configuration.Recompute);
        _ownSteps = [.. gradientSteps];
        _gradientSteps = StepsOf(configuration);
        _flossing = configuration.Flossing > 0 ? new FlossingEpisodes(Pass, configuration) : null;
        _states = new FinalStates(Pass);
    }

    /// <summary>Loads the data that a configuration asks for, and prepares its training.</summary>
    /// <exception cref="ExperimentException">The configuration or the data does not allow it.</exception>
    public static TrainingSession Create(TrainingConfiguration configuration)
    {
        ITrainingData data = TrainingDataSource.Load(Validated(configuration));
        return new TrainingSession(TrainingDataSource.Fit(configuration, data), data);
    }

    /// <summary>What is trained; a rollback changes rate and limit.</summary>
    public TrainingConfiguration Configuration { get; private set; }

    /// <summary>What the network reads.</summary>
    public ITrainingData Data { get; }

    /// <summary>The network as it is now.</summary>
    public RecurrentNetwork Network { get; }

    /// <summary>What moves the parameters, with its state.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>The pass of a training step, with every state and gradient of the last one.</summary>
    /// <remarks>A measurement on held-out data computes in its buffers, and puts back what the next step needs: the
    /// final states.</remarks>
    public NetworkPass Pass { get; }

    /// <summary>The threads that share the work.</summary>
    public WorkerPool Pool => _pool;

    /// <summary>Looks at each step from within; null for no observer, at no cost.</summary>
    public IStepObserver? Observer { get; set; }

    /// <summary>Steps done.</summary>
    public long Step { get; set; }

    /// <summary>Characters, or timesteps of a task, that one step reads.</summary>
    public long CharactersPerStep => (long)Configuration.BatchSize * Data.Shape.SequenceLength;

    /// <summary>Passes over the text so far; 0 for a task, which never ends.</summary>
    public double Epoch => Data.StepsPerEpoch is long steps ? (double)Step / steps : 0;

    /// <summary>Loss of the last step: nats per answer, or mean squared error.</summary>
    public double Loss { get; private set; }

    /// <summary>Norm of all gradients of the last step before clipping.</summary>
    public double GradientNorm { get; private set; }

    /// <summary>Whether the last step's gradients were scaled by the norm limit.</summary>
    public bool IsClipped { get; private set; }

    /// <summary>Norm of all gradients after clipping, before the update.</summary>
    /// <remarks>Only where the elements were limited is it not known already.</remarks>
    public double ClippedGradientNorm => Configuration.ClipValue > 0 ? GradientClipping.Norm(Network.Gradients.Span)
        : IsClipped ? Configuration.ClipNorm
        : GradientNorm;

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate { get; private set; }

    /// <summary>What the flossing episode before the last step did; null where there was none.</summary>
    public FlossingOutcome? Flossed { get; private set; }

    /// <summary>One step: data, forward, backward, clipping, update.</summary>
    /// <returns>False if loss or gradient is not finite; the parameters are then as before.</returns>
    public bool Advance()
    {
        long step = Step + 1;
        Data.Load(Step, Pass);
        _loaded = Step;
        Flossed = _flossing?.Run(Step);
        Pass.Forward(Configuration.Dropout > 0 ? SplitKey(Step) : null);
        Observer?.AfterForward(step);
        Pass.Backward();
        Apply(areLimits: false, double.NaN);
        Loss = Pass.Head!.Loss;
        GradientNorm = GradientClipping.Norm(Network.Gradients.Span);
        LearningRate = _schedule.At(Step);
        Observer?.AfterBackward(step);
        if (!double.IsFinite(Loss) || !double.IsFinite(GradientNorm))
        {
            return false;
        }

        IsClipped = Apply(areLimits: true, GradientNorm);
        Observer?.BeforeUpdate(step);
        Optimizer.Update(LearningRate);
        Step = step;
        Observer?.AfterUpdate(step);
        return true;
    }

    /// <summary>Goes on with another learning rate, clipping or schedule; sizes stay.</summary>
    /// <exception cref="ExperimentException">A setting is outside its range, or contradicts another.</exception>
    public void Reconfigure(TrainingConfiguration configuration)
    {
        Configuration = Validated(configuration);
        _schedule = ConfigurationRules.Schedule(configuration);
        _gradientSteps = StepsOf(configuration);
    }

    /// <summary>Repeats the forward pass of the next step, so that its gates can be read.</summary>
    /// <remarks>A step that failed is repeated from the states that it began with: its input lies in the pass, and
    /// loading it again would carry on what the failed step left.</remarks>
    public void RepeatForward()
    {
        if (_loaded != Step)
        {
            Data.Load(Step, Pass);
        }

        Pass.Forward(Configuration.Dropout > 0 ? SplitKey(Step) : null);
    }

    /// <summary>Measures the network on validation data; null where there is none.</summary>
    public TaskScore? Validate(CancellationToken cancellation, ValidationPart part = ValidationPart.Usual) =>
        !Data.HasValidation ? null : Between(() => Data.Validate(Pass, part, cancellation));

    /// <summary>Measures how far back the network uses its input, on held-out data.</summary>
    /// <param name="isWhole">Whether the whole curve is measured, on more sequences, as at the end of a training; else
    /// what the number needs.</param>
    /// <param name="cancellation">Ends the measurement early.</param>
    /// <returns>The effective context; null where the data does not allow it.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public EffectiveContext? MeasureContext(bool isWhole, CancellationToken cancellation) =>
        !Data.HasValidation ? null : Between(() => Data.MeasureContext(Pass, _pool, isWhole, cancellation));

    /// <summary>
    /// Measures how far back the network can learn now, over fixed held-out sequences; overwrites the gradients of the
    /// last step.
    /// </summary>
    /// <returns>The gradient reach; null where the data does not allow it.</returns>
    public ReachMeasurement? MeasureReach()
    {
        if (!Data.HasValidation)
        {
            return null;
        }

        // A pass of a few sequences costs little more than one of a single sequence.
        NetworkPass pass = _reachPass ??= Pass.BatchSize >= FewestProbedTogether
            ? Pass
            : new NetworkPass(
                Network, Data.Shape.SequenceLength, FewestProbedTogether, _pool, Configuration.Recompute);
        _reach ??= new GradientReach(pass);
        int blocks = (ProbedSequences + pass.BatchSize - 1) / pass.BatchSize;
        return Between(() => _reach.Measure(block => Data.LoadProbe(pass, block), blocks));
    }

    /// <inheritdoc/>
    public void Dispose() => _pool.Dispose();

    private static TrainingConfiguration Validated(TrainingConfiguration configuration)
    {
        TrainingOptions.Validate(configuration);
        return configuration;
    }

    private ImmutableArray<IGradientStep> StepsOf(TrainingConfiguration configuration) =>
        [.. _ownSteps, .. GradientSteps.Of(configuration, Pass)];

    private bool Apply(bool areLimits, double norm)
    {
        bool isScaled = false;
        foreach (IGradientStep step in _gradientSteps)
        {
            if (step.IsLimit == areLimits)
            {
                isScaled |= step.Apply(Pass, norm);
            }
        }

        return isScaled;
    }

    private T? Between<T>(Func<T?> measure)
        where T : class
    {
        _loaded = -1;
        _states.Take();
        try
        {
            return measure();
        }
        finally
        {
            _states.PutBack();
        }
    }

    // No allocation: the key of a step is drawn by number, not from a generator object of its own.
    private ulong SplitKey(long step) => _dropout.BitsAt((ulong)step);
}
