using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Recording;

namespace Backflow.Lessons.Trainings;

/// <summary>Trains a small network at once, and keeps what a lesson shows of it.</summary>
internal static class SmallTraining
{
    /// <summary>Trains to the end, or to the step at which a number is not finite.</summary>
    /// <param name="label">What distinguishes it from the other trainings of the answer.</param>
    /// <param name="session">What is trained; it is disposed of.</param>
    /// <param name="measuresReach">Whether gradient reach and effective context are measured, for rules that read
    /// them.</param>
    /// <returns>The curves of layer 0, the scores and the verdicts.</returns>
    public static TrainedNetwork Train(string label, TrainingSession session, bool measuresReach = false)
    {
        Listener listener = new();
        using MemoryRecord record = new();
        using TrainingRun run = new(session, record, listener, TimeProvider.System) { MeasuresReach = measuresReach };
        run.Begin();
        bool goesOn = run.Advance(CancellationToken.None);
        ImmutableArray<double> first = GradientOf(session);
        while (goesOn)
        {
            goesOn = run.Advance(CancellationToken.None);
        }

        TrainingSummary summary = run.End();

        // The pass still holds the last step, and of a training that broke down the step that broke it.
        return new TrainedNetwork(
            label,
            summary.TotalSteps,
            summary.Step,
            summary.IsDiverged,
            [.. record.Scalars(TrainingMetrics.TrainingLoss, 0, long.MaxValue)],
            first,
            GradientOf(session),
            summary.IsDiverged ? null : summary.ValidationLoss,
            summary.IsDiverged ? null : summary.Success,
            summary.EffectiveContext?.Lags,
            [.. listener.Verdicts]);
    }

    private static ImmutableArray<double> GradientOf(TrainingSession session)
    {
        LayerPass layer = session.Pass.Layers[0];
        return [.. Enumerable.Range(0, layer.SequenceLength).Select(t => layer.HiddenGradient(t).Norm())];
    }

    private sealed class Listener : ITrainingObserver
    {
        public List<LessonVerdict> Verdicts { get; } = [];

        public void OnVerdict(VerdictReport verdict) => Verdicts.Add(new LessonVerdict(
            verdict.Rule,
            VerdictPayload.NameOf(verdict.Level),
            verdict.Place,
            verdict.Meaning,
            verdict.RemedyText));
    }
}
