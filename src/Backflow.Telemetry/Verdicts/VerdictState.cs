namespace Backflow.Telemetry;

/// <summary>What the rules of a run share: its context, its settings, its losses, the newest gradient of each
/// layer.</summary>
internal sealed class VerdictState(VerdictContext context, VerdictOptions options)
{
    /// <summary>Below this share of the first loss, or of the memoryless one, the task is solved, and small gradients
    /// are its result.</summary>
    private const double SolvedShare = 0.1;

    /// <summary>A gradient that arrives from this share of the way counts as reaching it: half of the dependencies of
    /// a task whose dependencies differ.</summary>
    private const double ReachedShare = 0.5;

    /// <summary>A loss in which nothing is left to learn, in nats or as a squared error: rounding of floats.</summary>
    private const double NothingLeft = 1e-6;

    /// <summary>
    /// Steps without progress after which what has not been learnt is called so: see docs/verdicts.md for the networks
    /// that it was chosen by. Longer waiting did not change what was right.
    /// </summary>
    private const int StillSteps = 100;

    /// <summary>
    /// Standard errors that a rise of the loss must exceed. The best mean is the lowest of many, so that noise alone
    /// stands three or four of them above it.
    /// </summary>
    private const double NoiseErrors = 5;

    /// <summary>Below this share of the memoryless loss the network evidently uses its memory.</summary>
    private const double RememberingShare = 0.5;

    public VerdictContext Context => context;

    public VerdictOptions Options => options;

    public LossHistory Losses { get; } = new(50);

    public double NewestLoss { get; set; }

    /// <summary>When a rule last spoke about a column, and how gravely.</summary>
    public Dictionary<(string Rule, MeasuredColumn Column), (long Step, VerdictSeverity Severity)> Spoken { get; }
        = [];

    /// <summary>Norms of the gradient before clipping, without that of the step which is judged.</summary>
    public NormHistory GradientNorms { get; } = new(30);

    /// <summary>[layers]: mean gradient norm over timesteps, and the step of it.</summary>
    public (long Step, double Norm)[] LayerGradients { get; } = new (long, double)[context.Cells.Length];

    /// <summary>[layers]: the largest norm over timesteps of the newest gradient of the cell state; 0 before the
    /// first.</summary>
    public double[] CellGradients { get; } = new double[context.Cells.Length];

    /// <summary>The newest share of clipped steps; NaN before the first.</summary>
    public double ClippedShare { get; set; } = double.NaN;

    /// <summary>The newest norm of the gradient after clipping; NaN before the first.</summary>
    public double ClippedNorm { get; set; } = double.NaN;

    /// <summary>The newest update of the recurrent weights ÷ their norm; NaN before the first.</summary>
    public double UpdateRatio { get; set; } = double.NaN;

    /// <summary>[layers]: the newest horizon of an answer's gradient; null before the first.</summary>
    public int?[] Horizons { get; } = new int?[context.Cells.Length];

    /// <summary>The newest effective context; null before the first.</summary>
    public double? EffectiveContext { get; set; }

    /// <summary>Whether the loss has stood still so long that a memory which is missing stays missing.</summary>
    public bool StandsStill => Losses.StillSteps >= StillSteps;

    /// <summary>Whether the network uses its input at least half of the way that the task needs.</summary>
    public bool UsesDependency => EffectiveContext >= 0.5 * context.Lag;

    /// <summary>Whether a layer's gradient is known to reach half of the way that the task needs.</summary>
    public bool Reaches(int layer) =>
        Horizons[layer] >= ReachedShare * context.Lag;

    /// <summary>
    /// How far the loss has come back up from its best, as a share of the first; NaN at the beginning.
    /// </summary>
    public double LossRise => (Losses.Recent - Losses.Best) / Losses.First;

    public bool IsLossRising => LossRise > options.Of(LossRising.Description).Threshold;

    /// <summary>Whether as much of a rise comes and goes with the batches.</summary>
    public bool IsRiseNoise => Losses.Recent - Losses.Best <= NoiseErrors * Losses.RiseError;

    /// <summary>
    /// Whether hardly anything is left to learn; also of a run that began there, which no share of its first loss
    /// shows.
    /// </summary>
    public bool IsSolved
    {
        get
        {
            double loss = double.IsNaN(Losses.Recent) ? Losses.First : Losses.Recent;
            double reference = Math.Min(Losses.First, context.MemorylessLoss ?? Losses.First);
            return loss <= NothingLeft || loss < SolvedShare * reference;
        }
    }

    public bool Remembers => Losses.Recent < RememberingShare * context.MemorylessLoss;
}
