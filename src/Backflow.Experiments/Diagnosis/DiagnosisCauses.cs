using System.Collections.Immutable;
using Backflow.Telemetry;

namespace Backflow.Experiments.Diagnosis;

/// <summary>Ranks the causes: certain ones first, then those that a trial of that change alone proved.</summary>
internal static class DiagnosisCauses
{
    /// <summary>A trial helped where its loss is below this share of that of the run as it is.</summary>
    private const double Helped = 0.9;

    private static readonly DiagnosisCause Reaches = new(
        CauseNames.NoneFound,
        "The gradient reaches as far back as the task needs, and no setting is known to do harm: look at the learning "
        + "rate and the number of steps.",
        []);

    private static readonly DiagnosisCause Nothing = new(
        CauseNames.NoneFound, "No factor weakens the gradient by as much as 5 % per timestep.", []);

    /// <summary>All causes in their order.</summary>
    /// <param name="found">What was measured.</param>
    /// <param name="trials">What was tried; empty where nothing was.</param>
    /// <param name="reaches">Whether the gradient reaches as far as the task needs; null where that is not
    /// known.</param>
    /// <param name="memorylessLoss">The loss of a model without memory; null where it is not known.</param>
    /// <returns>At least one.</returns>
    public static ImmutableArray<DiagnosisCause> Of(
        IEnumerable<RankedCause> found,
        ImmutableArray<TrialResult> trials,
        bool? reaches,
        double? memorylessLoss)
    {
        List<RankedCause> causes = [.. found.OrderBy(static one => one.Rank).ThenBy(static one => one.Weight)];

        // Several trials may prove one cause, and the best of them is shown.
        foreach (TrialResult trial in Helping(trials, memorylessLoss)
            .OrderBy(static trial => trial.Loss).DistinctBy(static trial => trial.Cause))
        {
            Lift(causes, trial, trials.First(IsAsItIs));
        }

        ImmutableArray<DiagnosisCause> ranked =
        [
            .. causes.OrderBy(static one => one.Rank).ThenBy(static one => one.Weight).Select(static one => one.Cause),
        ];
        return causes.Exists(static one => one.Rank < CauseRank.Aside) ? ranked
            : reaches == true ? [Reaches, .. ranked]
            : ranked.IsEmpty ? [Nothing] : ranked;
    }

    private static IEnumerable<TrialResult> Helping(ImmutableArray<TrialResult> trials, double? memorylessLoss)
    {
        double limit = Helped * trials.Where(IsAsItIs).Select(static trial => trial.Loss)
            .DefaultIfEmpty(double.NegativeInfinity).First();
        return trials.Where(trial => trial.Cause is not null && trial.Loss < limit
            && LearntShare.IsSome(trial.Loss, memorylessLoss));
    }

    // What the change removes is what was wrong: a cause that was measured goes up, another is named by the trial.
    private static void Lift(List<RankedCause> causes, TrialResult trial, TrialResult asItIs)
    {
        bool isOfGradients = trial.Cause == CauseNames.Vanishes;
        bool isKnown = false;
        for (int i = 0; i < causes.Count; i++)
        {
            RankedCause one = causes[i];
            bool isThis = isOfGradients
                ? CauseNames.OfGradients.Contains(one.Cause.Name) && one.Rank != CauseRank.Aside
                : one.Cause.Name == trial.Cause;
            isKnown |= isThis;
            if (isThis && one.Rank > CauseRank.Tried)
            {
                causes[i] = new(CauseRank.Tried, trial.Loss, one.Cause with
                {
                    Meaning = $"{one.Cause.Meaning} {Proof(trial, asItIs)}",
                    Evidence = [.. one.Cause.Evidence, new("loss-without-it", trial.Loss)],
                });
                return;
            }
        }

        if (!isKnown && !isOfGradients)
        {
            causes.Add(new(CauseRank.Tried, trial.Loss, new(
                trial.Cause!, $"{Named(trial.Cause!)} {Proof(trial, asItIs)}", [new("loss-without-it", trial.Loss)])));
        }
    }

    private static string Proof(TrialResult trial, TrialResult asItIs) =>
        $"'{trial.Name}' changes this alone, and came to a loss of {DiagnosisText.Loss(trial)} after "
        + $"{NumberText.Counted(NumberText.Count(trial.Steps), "step")}; as it is, the run has "
        + $"{DiagnosisText.Loss(asItIs)} after {NumberText.Count(asItIs.Steps)}.";

    private static string Named(string cause) => cause switch
    {
        CauseNames.RateTooSmall => "The learning rate is too small.",
        CauseNames.RateTooLarge => "The learning rate is too large.",
        CauseNames.TooFewUnits => "The network has too few units.",
        CauseNames.Clipping => "The gradient is limited too much, or not at all.",
        CauseNames.ShortWindow => "Windows are too short.",
        _ => "A setting does harm.",
    };

    private static bool IsAsItIs(TrialResult trial) => trial.Name == TrialResult.AsItIs;
}
