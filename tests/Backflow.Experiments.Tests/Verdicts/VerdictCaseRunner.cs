using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Recording;
using Backflow.Training.Verdicts;

namespace Backflow.Experiments.Tests.Verdicts;

/// <summary>Trains a case with the telemetry of a real run, and listens to its rules.</summary>
internal static class VerdictCaseRunner
{
    private const int LastSteps = 20;

    public static VerdictOutcome Run(VerdictCase one)
    {
        ITrainingData data = TrainingDataSource.Load(one.Configuration);
        using TrainingSession session = new(TrainingDataSource.Fit(one.Configuration, data), data);
        RunVerdicts verdicts = new(session);
        using TrainingTelemetry telemetry = new(
            session,
            new TelemetryPlan("economy", interval: null, session.Configuration.BatchSize),
            verdicts,
            TimeProvider.System);
        ReachRecorder reach = new(session, verdicts, TimeProvider.System);
        reach.MeasureWhereDue(CancellationToken.None);
        telemetry.Attach();
        List<Verdict> found = [];
        Queue<double> losses = new();
        bool isFinite = true;
        while (isFinite && session.Step < one.Configuration.Steps)
        {
            isFinite = session.Advance();
            verdicts.Scalar(TrainingMetrics.TrainingLoss, session.Step + (isFinite ? 0 : 1), session.Loss);
            if (!isFinite)
            {
                verdicts.InspectDivergence();
            }
            else
            {
                reach.MeasureWhereDue(CancellationToken.None);
            }

            found.AddRange(verdicts.Take());
            losses.Enqueue(session.Loss);
            if (losses.Count > LastSteps)
            {
                losses.Dequeue();
            }
        }

        telemetry.Complete();
        found.AddRange(verdicts.Take());
        return new VerdictOutcome(
            one, [.. found.Where(static verdict => verdict.Severity >= Severity(verdict.Rule))], losses.Average());
    }

    private static VerdictSeverity Severity(string rule) =>
        VerdictCatalogue.All.Single(known => known.Name == rule).Severity;
}
