using Backflow.Telemetry;

namespace Backflow.Experiments.Diagnosis;

/// <summary>Why a diagnosis recommends nothing, in sentences.</summary>
internal static class DiagnosisEnd
{
    /// <summary>What is said of a task that is learnt.</summary>
    /// <param name="report">A report with the scores of a task.</param>
    public static string OfLearnt(DiagnosisReport report) =>
        $"The task is learnt, and nothing has to be changed: the validation loss is "
        + $"{DiagnosisText.Loss(report.ValidationLoss!.Value)}, a model without memory has "
        + $"{DiagnosisText.Loss(report.MemorylessLoss!.Value)}, and the share of {report.SuccessMeasure} is "
        + $"{NumberText.Share(report.Success)}.";

    /// <summary>What is said where no remedy was held against the run as it is with a fresh seed.</summary>
    /// <param name="report">A report with trials, or with remedies that were not tried.</param>
    public static string OfUnconfirmed(DiagnosisReport report)
    {
        TrialResult[] tried = [.. report.Trials.Where(static trial => trial.Name != TrialResult.AsItIs)];
        string budget = $"the budget of {NumberText.Counted(NumberText.Of(report.BudgetSeconds), "second")}";
        if (tried.Length == 0)
        {
            return $"No remedy was tried before {budget} ended.";
        }

        double asItIs = report.Trials.Where(static trial => trial.Name == TrialResult.AsItIs)
            .Select(static trial => trial.Loss).DefaultIfEmpty(double.PositiveInfinity).First();
        string steps = NumberText.Counted(NumberText.Count(Steps(report)), "step");
        string within = IsTimeShort(report) ? $"within {budget}" : $"in the {steps} of a whole run";
        return report.Trials.All(trial => !LearntShare.IsSome(trial.Loss, report.MemorylessLoss))
            ? $"None of the remedies in the table ({NumberText.Count(tried.Length)} of "
                + $"{NumberText.Count(tried.Length + report.NotTried.Length)}, up to {steps}) helped {within}: "
                + Lowest(report)
            : tried.All(trial => !(trial.Loss < asItIs))
            ? $"No remedy was better than the run as it is {within}."
            : $"No time was left {within} to hold the best remedy against the run as it is with a fresh seed; nothing "
                + "is recommended.";
    }

    /// <summary>Whether a larger budget may lead further.</summary>
    /// <param name="report">Any report.</param>
    public static bool IsForTime(DiagnosisReport report) =>
        report is { IsLearnt: false, Confirmation: null, IsInterrupted: false }
        && !(report.Trials.IsEmpty && report.NotTried.IsEmpty) && IsTimeShort(report);

    private static string Lowest(DiagnosisReport report) =>
        report.Trials.Min(static trial => trial.Loss) is double loss && double.IsFinite(loss)
            ? $"the lowest loss is {DiagnosisText.Loss(loss)}, not below {NumberText.Share(LearntShare.NothingLearnt)} "
                + $"of the {DiagnosisText.Loss(report.MemorylessLoss!.Value)} of a model without memory."
            : "all diverged.";

    // Trials ended before the steps of a whole run, or were not begun.
    private static bool IsTimeShort(DiagnosisReport report) =>
        !report.NotTried.IsEmpty || Steps(report) < report.FullSteps;

    private static long Steps(DiagnosisReport report) =>
        report.Trials.Select(static trial => trial.Steps).DefaultIfEmpty().Max();
}
