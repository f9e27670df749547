using Backflow.Telemetry;

namespace Backflow.Experiments.Diagnosis;

/// <summary>The words and numbers that the terminal and the page share.</summary>
public static class DiagnosisText
{
    /// <summary>Below this four decimals show too little.</summary>
    private const double SmallLoss = 0.001;

    /// <summary>How far back the network uses its input, how far it could learn now, and how far it should.</summary>
    /// <param name="report">A report of a run or of a configuration.</param>
    /// <returns>A few sentences.</returns>
    public static string Summary(DiagnosisReport report) => report.Dependency is int needed
        ? $"{report.ReachText} The task needs up to {NumberText.Count(needed)}."
        : $"{report.ReachText} How far this data needs is not known.";

    /// <summary>ln per timestep of each gate's path, as means over the horizon.</summary>
    /// <param name="layer">A layer with gates.</param>
    /// <returns>Such as "via input gate 0.012, via forget gate 0.004, …".</returns>
    public static string Paths(LayerDiagnosis layer) => string.Join(", ", layer.Paths.Zip(
        layer.MeanLogPaths,
        static (path, log) => $"{path.Name} {NumberText.Of(log)}"));

    /// <summary>The gradient reach of each seed, once where they agree.</summary>
    /// <param name="trial">A trial with at least one seed.</param>
    /// <returns>Such as "12 / 13", or "grows ×1.3 per timestep".</returns>
    public static string Reach(TrialResult trial) => string.Join(" / ", trial.Runs.Select(Reach).Distinct());

    /// <summary>The loss over seeds.</summary>
    /// <param name="trial">A trial with at least one seed.</param>
    /// <returns>Such as "0.1667 (0.1660–0.1674)".</returns>
    public static string Loss(TrialResult trial) => Spread(
        trial.Loss, trial.Runs.Min(static run => run.Loss), trial.Runs.Max(static run => run.Loss), Loss);

    /// <summary>The success over seeds.</summary>
    /// <param name="trial">A trial with at least one seed.</param>
    /// <returns>Such as "98.4 %", or a dash for text.</returns>
    public static string Success(TrialResult trial) => NumberText.Share(trial.Success);

    /// <summary>What the numbers of the table of trials are.</summary>
    /// <param name="report">A report with trials.</param>
    /// <returns>One or two sentences.</returns>
    public static string TableNote(DiagnosisReport report)
    {
        string unit = report.IsRegression ? "mean squared error" : "nats";
        string loss = $"Losses ({unit}) are those that the choice was made by: means over seeds, with the range where "
            + "there are two. Rows of other steps do not compare.";
        string scale = report.MemorylessLoss is double memoryless
            ? $" A model without memory has a loss of {Loss(memoryless)}; "
                + $"success is the share of {report.SuccessMeasure}."
            : " What a model without memory reaches is not known.";
        string end = report.IsInterrupted ? "Interrupted before" : "No time was left for";
        string missing = report.NotTried.IsEmpty ? string.Empty : $" {end}: {string.Join("; ", report.NotTried)}.";
        string start = report.RunId is null ? string.Empty : " Trials begin anew, not from the run's parameters.";
        return loss + scale + start + missing;
    }

    /// <summary>What comes before the command that adopts the best remedy.</summary>
    /// <param name="report">A report with a remedy to adopt.</param>
    /// <returns>Such as "Adopt it (3,000 steps; the trials did 1,995):".</returns>
    public static string Adopt(DiagnosisReport report) => report.Best!.Steps < report.FullSteps
        ? $"Adopt it ({NumberText.Count(report.FullSteps)} steps; "
            + $"the trials did {NumberText.Count(report.Best.Steps)}):"
        : $"Adopt it ({NumberText.Count(report.FullSteps)} steps):";

    /// <summary>Whether the choice held where it was not made, in sentences.</summary>
    /// <param name="report">A report with or without trials.</param>
    /// <returns>One paragraph; null where nothing was to be tried.</returns>
    public static string? Confirmation(DiagnosisReport report)
    {
        if (report.IsLearnt)
        {
            return DiagnosisEnd.OfLearnt(report);
        }

        if (report.Trials.IsEmpty && report.NotTried.IsEmpty)
        {
            return null;
        }

        if (report.Confirmation is null && report.IsInterrupted)
        {
            return "Interrupted before a remedy was held against the run as it is with a fresh seed; nothing is "
                + "recommended.";
        }

        if (report.Confirmation is not Confirmation c)
        {
            return DiagnosisEnd.OfUnconfirmed(report);
        }

        string success = c.After.Success is double after && c.Before.Success is double before
            ? $", success {NumberText.Share(after)} instead of {NumberText.Share(before)}"
            : string.Empty;
        string data = report.SuccessMeasure is null
            ? "the half of the validation text that took no part in the choice"
            : "sequences that took no part in the choice";
        string what = $"'{c.Name}' was chosen by the table. With a fresh seed ({c.Seed}) and on {data}, after "
            + $"{NumberText.Count(c.After.Step)} steps{Shorter(report, c)}: loss {Loss(c.After.Loss)} instead of "
            + $"{Loss(c.Before.Loss)}{success}, gradient reach {Reach(c.After)} instead of "
            + $"{Reach(c.Before)}.";
        return c.IsBetter ? what : what + " The advantage did not hold, so nothing is recommended.";
    }

    /// <summary>What comes before the command with a larger budget.</summary>
    /// <param name="report">Any report.</param>
    /// <returns>A few words; null where there is no such command.</returns>
    public static string? Longer(DiagnosisReport report) =>
        report.LongerCommand is null ? null : "Try a larger budget:";

    private static string Reach(TrialRun run) => ReachText.OfReach(run.GradientReach, null, run.GradientGrowth);

    private static string Shorter(DiagnosisReport report, Confirmation c) =>
        c.After.Step < report.Trials.First(trial => trial.Name == c.Name).Steps
            ? ", for which there was time"
            : string.Empty;

    internal static string Loss(double loss) => !double.IsFinite(loss) ? "diverged"
        : loss < SmallLoss ? NumberText.Of(loss)
        : NumberText.Loss(loss);

    private static string Spread(double mean, double low, double high, Func<double, string> text)
    {
        if (!double.IsFinite(mean))
        {
            return "diverged";
        }

        return low.Equals(high) ? text(mean) : $"{text(mean)} ({text(low)}–{text(high)})";
    }
}
