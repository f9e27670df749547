using System.Collections.Immutable;
using Backflow.Experiments.Diagnosis;
using Xunit;

namespace Backflow.Experiments.Tests.Diagnosis;

public sealed class DiagnosisTextTests
{
    private static readonly TrialResult AsItIs = Trial(TrialResult.AsItIs, 0.5, 0.52);
    private static readonly TrialResult Better = Trial("GRU", 0.00012, 0.00034);

    [Fact]
    public void Confirmation_BetterWithTheFreshSeed_SaysWhatWasMeasuredThere()
    {
        DiagnosisReport report = Report([Better, AsItIs], Confirmed(before: 0.51, after: 0.0004));
        Assert.Equal(
            "'GRU' was chosen by the table. With a fresh seed (3) and on sequences that took no part in the choice, "
            + "after 40 steps: loss 4e-4 instead of 0.5100, success 90 % instead of 10 %, gradient reach "
            + "30 instead of 4.",
            DiagnosisText.Confirmation(report));
    }

    [Fact]
    public void Confirmation_FewerStepsThanTheChoice_SaysThatTimeWasShort()
    {
        Confirmation whole = Confirmed(before: 0.51, after: 0.0004);
        Confirmation shorter = whole with { After = whole.After with { Step = 30 } };
        Assert.Contains(
            "after 30 steps, for which there was time: loss",
            DiagnosisText.Confirmation(Report([Better, AsItIs], shorter)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Confirmation_NotBetterWithTheFreshSeed_RecommendsNothing()
    {
        Confirmation confirmation = Confirmed(before: 0.51, after: 0.52);
        Assert.False(confirmation.IsBetter);
        Assert.EndsWith(
            "The advantage did not hold, so nothing is recommended.",
            DiagnosisText.Confirmation(Report([Better, AsItIs], confirmation)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Confirmation_None_SaysWhetherNothingWasBetterOrTimeWasShort()
    {
        DiagnosisReport worse = Report([AsItIs, Trial("LSTM", 0.6, 0.7)], null) with { MemorylessLoss = null };
        Assert.Equal(
            "No remedy was better than the run as it is within the budget of 20 seconds.",
            DiagnosisText.Confirmation(worse));
        Assert.Equal(
            "No remedy was better than the run as it is in the 40 steps of a whole run.",
            DiagnosisText.Confirmation(worse with { FullSteps = 40 }));
        Assert.Equal(
            "No remedy was tried before the budget of 20 seconds ended.",
            DiagnosisText.Confirmation(Report([AsItIs], null)));
        Assert.StartsWith(
            "No time was left within the budget of 20 seconds to hold the best remedy against",
            DiagnosisText.Confirmation(Report([Better, AsItIs], null)),
            StringComparison.Ordinal);
        Assert.Null(DiagnosisText.Confirmation(Report([], null)));
        Assert.Equal(
            "No remedy was tried before the budget of 20 seconds ended.",
            DiagnosisText.Confirmation(Report([], null) with { NotTried = ["LSTM"] }));
        DiagnosisReport interrupted = Report([Better, AsItIs], null) with { IsInterrupted = true, NotTried = ["LSTM"] };
        Assert.StartsWith("Interrupted before", DiagnosisText.Confirmation(interrupted), StringComparison.Ordinal);
        Assert.Contains(
            " What a model without memory reaches is not known.",
            DiagnosisText.TableNote(interrupted with { MemorylessLoss = null }),
            StringComparison.Ordinal);
        Assert.Contains(
            "on sequences that took no part in the choice",
            DiagnosisText.Confirmation(
                Report([Better, AsItIs], Confirmed(0.51, 0.0004)) with { MemorylessLoss = null }),
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            "not known",
            DiagnosisText.TableNote(interrupted with { MemorylessLoss = 0.3 }),
            StringComparison.Ordinal);
        Assert.EndsWith(" Interrupted before: LSTM.", DiagnosisText.TableNote(interrupted), StringComparison.Ordinal);
    }

    [Fact]
    public void Confirmation_NothingLearnt_SaysWhatWasTriedAndThatNoneHelped()
    {
        DiagnosisReport report = Report([Trial("GRU", 0.515), AsItIs, Trial("LSTM", 0.53)], null) with
        {
            NotTried = ["chrono"],
        };
        Assert.Equal(
            "None of the remedies in the table (2 of 3, up to 40 steps) helped within the budget of 20 seconds: the "
            + "lowest loss is 0.5100, not below 97 % of the 0.5200 of a model without memory.",
            DiagnosisText.Confirmation(report));
        Assert.True(DiagnosisEnd.IsForTime(report));

        // More time does not make a run of 40 steps longer.
        DiagnosisReport whole = report with { NotTried = [], FullSteps = 40 };
        Assert.Contains(
            "(2 of 2, up to 40 steps) helped in the 40 steps of a whole run:",
            DiagnosisText.Confirmation(whole),
            StringComparison.Ordinal);
        Assert.EndsWith(
            " helped within the budget of 20 seconds: all diverged.",
            DiagnosisText.Confirmation(Report(
                [Trial("GRU", double.PositiveInfinity), Trial(TrialResult.AsItIs, double.PositiveInfinity)], null)),
            StringComparison.Ordinal);
        Assert.False(DiagnosisEnd.IsForTime(whole));
        Assert.False(DiagnosisEnd.IsForTime(report with { IsInterrupted = true }));
        Assert.False(DiagnosisEnd.IsForTime(report with { Confirmation = Confirmed(0.51, 0.4) }));
        Assert.False(DiagnosisEnd.IsForTime(Report([], null)));
    }

    [Fact]
    public void Confirmation_TaskIsLearnt_SaysSoWithItsNumbers()
    {
        DiagnosisReport report = Report([], null) with
        {
            IsLearnt = true,
            ValidationLoss = 0.0021,
            Success = 0.995,
        };
        Assert.Equal(
            "The task is learnt, and nothing has to be changed: the validation loss is 0.0021, a model without memory "
            + "has 0.5200, and the share of recalled symbols is 99.5 %.",
            DiagnosisText.Confirmation(report));
        Assert.False(DiagnosisEnd.IsForTime(report));
    }

    [Fact]
    public void Loss_OverSeeds_ShowsTheRangeAndSmallNumbers()
    {
        Assert.Equal("0.5100 (0.5000–0.5200)", DiagnosisText.Loss(AsItIs));
        Assert.Equal("2.3e-4 (1.2e-4–3.4e-4)", DiagnosisText.Loss(Better));
        Assert.Equal("diverged", DiagnosisText.Loss(Trial("rate × 3", 0.1, double.PositiveInfinity)));
    }

    [Fact]
    public void Summary_EndsWithWhatTheTaskNeeds()
    {
        DiagnosisReport report = Report([], null);
        Assert.Equal(
            "Effective context 3. Gradient reach 4. The task needs up to 30.", DiagnosisText.Summary(report));
        Assert.EndsWith(
            "How far this data needs is not known.",
            DiagnosisText.Summary(report with { Dependency = null }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Adopt_ShorterTrials_SaysSo() =>
        Assert.Equal(
            "Adopt it (3,000 steps; the trials did 40):",
            DiagnosisText.Adopt(Report([Better, AsItIs], null) with { Best = Better, FullSteps = 3000 }));

    private static TrialResult Trial(string name, params double[] losses) => new(
        name,
        "backflow train",
        40,
        [.. losses.Select(static (loss, i) => new TrialRun($"run-{i}", (ulong)i + 1, 40, loss, 0.5, 12, 0.01))]);

    private static Confirmation Confirmed(double before, double after) => new(
        "GRU",
        "backflow train --cell gru",
        3,
        new TrialRun("rnn-0003", 3, 40, before, 0.1, 4, 0.01),
        new TrialRun("gru-0003", 3, 40, after, 0.9, 30, 0.01));

    private static DiagnosisReport Report(ImmutableArray<TrialResult> trials, Confirmation? confirmation) => new()
    {
        RunId = null,
        Command = "backflow train",
        Description = "rnn",
        Step = 0,
        Dependency = 30,
        MemorylessLoss = 0.52,
        SuccessMeasure = "recalled symbols",
        FullSteps = 100,
        IsRegression = false,
        Layers = [],
        BudgetSeconds = 20,
        ReachText = "Effective context 3. Gradient reach 4.",
        Causes = [],
        Trials = trials,
        Confirmation = confirmation,
    };
}
