using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Training.Notes;

/// <summary>What becomes of the learning rate where a run is trained further than it was planned.</summary>
internal static class ScheduleNotes
{
    /// <summary>Rates that differ by less are the same to a reader.</summary>
    private const double NoticeableShare = 0.01;

    /// <summary>The note of a run that goes on.</summary>
    /// <param name="planned">What the run was before.</param>
    /// <param name="now">What it is now.</param>
    /// <param name="step">Steps done.</param>
    public static IEnumerable<RunNote> Of(TrainingConfiguration planned, TrainingConfiguration now, long step)
    {
        LearningRateSchedule before = ConfigurationRules.Schedule(planned);
        LearningRateSchedule after = ConfigurationRules.Schedule(now);

        // The rate of the update from step to step + 1.
        double next = after.At(step);
        if (step > 0 && Math.Abs(next - before.At(step)) > NoticeableShare * before.At(step))
        {
            yield return new RunNote(
                "Schedule changed",
                $"The {now.Schedule} schedule now ends after step {NumberText.Count(now.Steps)} instead of "
                + $"{NumberText.Count(planned.Steps)}: the learning rate of step {NumberText.Count(step)} was "
                + $"{NumberText.Of(before.At(step - 1))}, that of step {NumberText.Count(step + 1)} is "
                + $"{NumberText.Of(next)}. A run with {NumberText.Count(now.Steps)} steps from its start would have "
                + "had other rates all along.");
        }
    }
}
