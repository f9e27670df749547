using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;

namespace Backflow.Experiments.Sweeps;

/// <summary>The end of a training before its last step, as an event of its run: any process can see it.</summary>
internal static class MemberStop
{
    private const string Title = "Stopped in its sweep";

    /// <summary>Records that a training is over.</summary>
    /// <param name="store">The store that has the run.</param>
    /// <param name="runId">The run, which no process trains.</param>
    /// <param name="reason">Why, in a sentence.</param>
    public static void Record(RunStore store, string runId, string reason)
    {
        RunManifest run = store.GetRun(runId);
        using RunRecorder recorder = store.OpenRecorder(runId);
        recorder.Event(run.LastStep ?? 0, RunEventLevel.Information, Title, reason);
        recorder.Finish(RunStatus.Interrupted, run.FinalTrainingLoss, run.FinalValidationLoss);
    }

    /// <summary>Whether a training is over.</summary>
    /// <param name="store">The store that has the run.</param>
    /// <param name="runId">The run.</param>
    /// <returns>After which step and why; null where it goes on.</returns>
    public static (long Step, string Reason)? Of(RunStore store, string runId) =>
        store.OpenReader(runId).Events().LastOrDefault(static one => one.Title == Title) is RunEvent stop
            ? (stop.Step, stop.Text)
            : null;
}
