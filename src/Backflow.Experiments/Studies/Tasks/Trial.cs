using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Studies.Tasks;

/// <summary>One network trained on one task from one seed, until it has solved it or its steps are over.</summary>
/// <param name="Variant">The cell, and how it begins.</param>
/// <param name="Lag">The task's length or lag.</param>
/// <param name="Configuration">What is trained.</param>
internal sealed record Trial(string Variant, int Lag, TrainingConfiguration Configuration)
{
    /// <summary>How results are kept.</summary>
    public static PartForm<Trial, TrialResult> Form { get; } = PartForm.Of<Trial, TrialResult, TrialEnd>(
        static trial => $"{trial.Variant}\n{trial.Lag}\n{trial.Configuration.ToJson()}",
        static result => new(result.Parameters, result.Steps, result.Score, result.IsSolved, result.IsDiverged),
        static (trial, end) =>
            new(trial, end.Parameters, end.Steps, end.Score, end.IsSolved, end.IsDiverged),
        TaskJson.Default.TrialEnd);

    /// <summary>Trains.</summary>
    /// <param name="isSolved">Whether a score ends it.</param>
    /// <param name="report">Told at every step which share of them is done.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public TrialResult Run(
        Func<TaskScore, bool> isSolved, Action<double, string> report, CancellationToken cancellation)
    {
        ITrainingData data = TrainingDataSource.Load(Configuration);
        using TrainingSession session = new(TrainingDataSource.Fit(Configuration, data), data);
        TaskScore score = session.Validate(cancellation)!;
        bool isDiverged = false;
        bool solved = false;
        while (session.Step < Configuration.Steps && !isDiverged && !solved)
        {
            cancellation.ThrowIfCancellationRequested();
            isDiverged = !session.Advance();
            report(
                (double)session.Step / Configuration.Steps,
                $"{Variant}, {NumberText.Count(Lag)}, seed {Configuration.Seed}: "
                    + $"step {NumberText.Count(session.Step)} of {NumberText.Count(Configuration.Steps)}");
            bool isLast = session.Step == Configuration.Steps;
            if (!isDiverged && (session.Step % Configuration.ValidationInterval == 0 || isLast))
            {
                score = session.Validate(cancellation)!;
                solved = isSolved(score);
            }
        }

        return new TrialResult(this, session.Network.Layout.Count, session.Step, score, solved, isDiverged);
    }

    /// <summary>The hidden size that brings a cell nearest to a number of parameters.</summary>
    public static int MatchedHiddenSize(TrainingConfiguration configuration, TaskShape shape, long parameters) =>
        MatchedSize.Nearest(hidden => ParameterCount(configuration with { HiddenSize = hidden }, shape), parameters);

    /// <summary>The trainable numbers of a configuration's network.</summary>
    public static long ParameterCount(TrainingConfiguration configuration, TaskShape shape) =>
        ConfigurationRules.Network(configuration, shape).ParameterCount;
}

/// <summary>How a trial ended.</summary>
/// <param name="Trial">What was trained.</param>
/// <param name="Parameters">Trainable numbers.</param>
/// <param name="Steps">Steps trained.</param>
/// <param name="Score">The last score.</param>
/// <param name="IsSolved">Whether training ended because the task was solved.</param>
/// <param name="IsDiverged">Whether a loss or a gradient became NaN or infinite.</param>
internal sealed record TrialResult(
    Trial Trial, long Parameters, long Steps, TaskScore Score, bool IsSolved, bool IsDiverged)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Trial.Variant}, {NumberText.Count(Trial.Lag)}, seed {Trial.Configuration.Seed}: "
        + $"{NumberText.Share(Score.Success)}, loss {NumberText.Of(Score.Loss)} after {NumberText.Count(Steps)} steps";
}
