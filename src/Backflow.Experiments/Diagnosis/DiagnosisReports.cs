using System.Collections.Immutable;

namespace Backflow.Experiments.Diagnosis;

/// <summary>What a diagnosis found, on one page.</summary>
public sealed record DiagnosisReport
{
    /// <summary>The run that was looked at; null where a configuration was diagnosed that had none.</summary>
    public required string? RunId { get; init; }

    /// <summary>The run that keeps this report; null where the store can only be read.</summary>
    public string? KeptAs { get; init; }

    /// <summary>The command that trains what was diagnosed.</summary>
    public required string Command { get; init; }

    /// <summary>The network and its data in a line.</summary>
    public required string Description { get; init; }

    /// <summary>The step of the parameters that were measured.</summary>
    public required long Step { get; init; }

    /// <summary>The longest dependency of the task, in timesteps; null for text, where it is not known.</summary>
    public required int? Dependency { get; init; }

    /// <summary>The loss of a model without memory; null for text, where it is not known.</summary>
    public required double? MemorylessLoss { get; init; }

    /// <summary>What the share of successes counts, such as "recalled symbols"; null for text.</summary>
    public required string? SuccessMeasure { get; init; }

    /// <summary>Steps of a full run, which the commands train.</summary>
    public required long FullSteps { get; init; }

    /// <summary>Whether the loss is a squared error and not nats.</summary>
    public required bool IsRegression { get; init; }

    /// <summary>Every layer, from below.</summary>
    public required ImmutableArray<LayerDiagnosis> Layers { get; init; }

    /// <summary>How many timesteps (characters of a text) back it uses its input; null where that was not
    /// measured.</summary>
    public double? EffectiveContext { get; init; }

    /// <summary>Whether nothing beyond <see cref="EffectiveContext"/> was asked for, so that it is at least as
    /// much.</summary>
    public bool? EffectiveContextIsAtLeast { get; init; }

    /// <summary>How many back it could learn now; null where the gradient grows, and where nothing was
    /// measured.</summary>
    public double? GradientReach { get; init; }

    /// <summary>Whether whole sequences are reached, so that more cannot be seen.</summary>
    public bool? GradientReachIsAtLeast { get; init; }

    /// <summary>The factor per timestep by which the gradient grows on its way back; null where it does not.</summary>
    public double? GradientGrowth { get; init; }

    /// <summary>Both in words.</summary>
    public required string ReachText { get; init; }

    /// <summary>The validation loss of the parameters that were measured; null for text.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The share of successes of these parameters; null for text.</summary>
    public double? Success { get; init; }

    /// <summary>Whether the task is learnt: their loss is below a tenth of a memoryless model's. Then there are no
    /// causes, and nothing is tried.</summary>
    public bool IsLearnt { get; init; }

    /// <summary>The time that trials were given.</summary>
    public double BudgetSeconds { get; init; }

    /// <summary>The command with a larger budget; null where time is not what was missing, or there is none to
    /// type.</summary>
    public string? LongerCommand { get; init; }

    /// <summary>Causes, the most certain first; none where the task is learnt.</summary>
    public required ImmutableArray<DiagnosisCause> Causes { get; init; }

    /// <summary>The run as it is and every remedy that was tried: those trained longest first, among them the best
    /// first.</summary>
    public required ImmutableArray<TrialResult> Trials { get; init; }

    /// <summary>Remedies that there was no time for, by name.</summary>
    public ImmutableArray<string> NotTried { get; init; } = [];

    /// <summary>Whether the user ended the trials.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>How many trials were finished before, in a sentence; null where all were computed.</summary>
    public string? Reused { get; init; }

    /// <summary>How the best remedy did with a fresh seed on data that took no part in the choice; null where none was
    /// better than the run as it is, or no time was left.</summary>
    public Confirmation? Confirmation { get; init; }

    /// <summary>
    /// The remedy to adopt; null where none was better, with the fresh seed too, than the run as it is.
    /// </summary>
    public TrialResult? Best { get; init; }
}

/// <summary>How one layer hands the gradient back.</summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Cell">Its cell's name.</param>
/// <param name="Horizon">The largest lag whose gradient is above 1 % of that at lag 0; null where there is
/// none.</param>
/// <param name="Norms">[T]: norm of the last answer's gradient over units and sequences, by c in an LSTM, else by h;
/// the last entry is lag 0.</param>
/// <param name="KeptName">What the first factor is.</param>
/// <param name="RestName">What the second factor is.</param>
/// <param name="LogKept">[T − 1]: ln of the first factor per timestep, the mean over sequences.</param>
/// <param name="LogRest">[T − 1]: ln of the second factor per timestep.</param>
/// <param name="Paths">The terms that <paramref name="LogRest"/> is the sum of, gate by gate; empty for an Elman
/// network.</param>
/// <param name="Saturation">[T]: share of saturated units.</param>
public sealed record LayerDiagnosis(
    int Layer,
    string Cell,
    int? Horizon,
    ImmutableArray<float> Norms,
    string KeptName,
    string RestName,
    ImmutableArray<double> LogKept,
    ImmutableArray<double> LogRest,
    ImmutableArray<GradientPath> Paths,
    ImmutableArray<float> Saturation)
{
    /// <summary>Why the factors are not measured, as a sentence; null where they are.</summary>
    public string? NotMeasured { get; init; }

    /// <summary>ln of the first factor per timestep: the mean over the timesteps that the horizon spans, at least
    /// one.</summary>
    public double MeanLogKept => Mean(LogKept);

    /// <summary>ln of the second factor per timestep, likewise.</summary>
    public double MeanLogRest => Mean(LogRest);

    /// <summary>The mean share of saturated units.</summary>
    public double MeanSaturation => Saturation.Average(static share => (double)share);

    /// <summary>ln per timestep over the same timesteps of each of <see cref="Paths"/>.</summary>
    public ImmutableArray<double> MeanLogPaths => [.. Paths.Select(path => Mean(path.Log))];

    private double Mean(ImmutableArray<double> logs) =>
        logs.TakeLast(Math.Max(1, Horizon ?? 1)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}

/// <summary>
/// What one gate's path through its recurrent weights changes, when the paths named before it are there.
/// </summary>
/// <param name="Name">The path in words.</param>
/// <param name="Log">[T − 1]: ln per timestep, the mean over sequences.</param>
public sealed record GradientPath(string Name, ImmutableArray<double> Log);

/// <summary>What came of one remedy.</summary>
/// <param name="Name">The remedy in a few words; "as it is" for the run without one.</param>
/// <param name="Command">The command that trains with it, in full length.</param>
/// <param name="Steps">Steps that were trained.</param>
/// <param name="Runs">One result per seed.</param>
public sealed record TrialResult(string Name, string Command, long Steps, ImmutableArray<TrialRun> Runs)
{
    /// <summary>The cause that it removes alone; null for a bundle of changes.</summary>
    internal string? Cause { get; init; }

    /// <summary>The mean loss over seeds.</summary>
    public double Loss => Runs.Average(static run => run.Loss);

    /// <summary>The mean share of successes; null for text.</summary>
    public double? Success => Runs.Average(static run => run.Success);

    /// <summary>The name of the run as it is.</summary>
    internal const string AsItIs = "as it is";
}

/// <summary>One seed of a trial.</summary>
/// <param name="RunId">The run that it is kept as.</param>
/// <param name="Seed">The seed of parameters and data.</param>
/// <param name="Step">The step that it was measured at.</param>
/// <param name="Loss">The validation loss, or the training loss where there is none; infinite where it
/// diverged.</param>
/// <param name="Success">The share of successes; null for text.</param>
/// <param name="GradientReach">How far back it could learn on at the end; null where the gradient grows, and where
/// nothing was measured.</param>
/// <param name="SecondsPerStep">What a step took, everything included.</param>
public sealed record TrialRun(
    string RunId, ulong Seed, long Step, double Loss, double? Success, double? GradientReach, double SecondsPerStep)
{
    /// <summary>The factor per timestep by which the gradient grows on its way back; null where it does not.</summary>
    public double? GradientGrowth { get; init; }
}

/// <summary>
/// The chosen remedy against the run as it is, with a seed and on data that took no part in the choice.
/// </summary>
/// <param name="Name">The remedy.</param>
/// <param name="Command">The command that trains with it, in full length.</param>
/// <param name="Seed">The seed of both runs.</param>
/// <param name="Before">The run as it is.</param>
/// <param name="After">The run with the remedy.</param>
public sealed record Confirmation(string Name, string Command, ulong Seed, TrialRun Before, TrialRun After)
{
    /// <summary>Whether the remedy was better here too.</summary>
    public bool IsBetter => After.Loss < Before.Loss;
}

/// <summary>Who watches a diagnosis.</summary>
public interface IDiagnosisObserver
{
    /// <summary>A trial begins.</summary>
    /// <param name="done">Trials done.</param>
    /// <param name="total">Trials in all, as planned now.</param>
    /// <param name="text">What is being tried.</param>
    void OnTrial(int done, int total, string text);
}
