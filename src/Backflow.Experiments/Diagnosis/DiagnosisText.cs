using System.Globalization;

namespace Backflow.Experiments.Diagnosis;

/// <summary>The words and numbers that the terminal and the page share.</summary>
public static class DiagnosisText
{
    /// <summary>How far the gradient reaches and how far it should, in one sentence.</summary>
    /// <param name="report">The report.</param>
    /// <returns>A sentence.</returns>
    public static string Summary(DiagnosisReport report)
    {
        int? horizon = report.Layers.Min(static layer => layer.Horizon);
        string reach = horizon is int lag
            ? string.Create(CultureInfo.InvariantCulture, $"The last answer's gradient reaches {lag} {(lag == 1 ? "timestep" : "timesteps")} back")
            : "The last answer has no finite gradient";
        return report.Dependency is int needed
            ? string.Create(CultureInfo.InvariantCulture, $"{reach}; the task needs up to {needed}.")
            : $"{reach}; nobody knows how far this data needs.";
    }

    /// <summary>The horizon over seeds: the mean, and the range where seeds differ.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>Such as "12 (11–13)".</returns>
    public static string Horizon(TrialResult trial) => Spread(
        trial.Horizon, trial.Runs.Min(static run => run.Horizon), trial.Runs.Max(static run => run.Horizon), "0.#");

    /// <summary>The loss over seeds.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>Such as "0.1667 (0.1660–0.1674)".</returns>
    public static string Loss(TrialResult trial) => Spread(
        trial.Loss, trial.Runs.Min(static run => run.Loss), trial.Runs.Max(static run => run.Loss), "0.0000");

    /// <summary>The success over seeds.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>Such as "98.4 %", or a dash for text.</returns>
    public static string Success(TrialResult trial) => trial.Success is double success
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * success:0.0} %")
        : "–";

    private static string Spread(double mean, double low, double high, string format)
    {
        if (!double.IsFinite(mean))
        {
            return "diverged";
        }

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return low.Equals(high)
            ? Text(mean)
            : $"{Text(mean)} ({Text(low)}–{Text(high)})";
    }
}
