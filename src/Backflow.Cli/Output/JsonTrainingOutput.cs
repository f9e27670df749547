using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Cli.Output;

/// <summary>
/// One JSON object per line: "task" for a task, "start", "step", "sample", "checkpoint", "note", "verdict", "warning"
/// and, last, "end".
/// </summary>
internal sealed class JsonTrainingOutput : TrainingOutput
{
    public override void OnTask(TaskOutcome task)
    {
        base.OnTask(task);
        JsonOutput.Write(new JsonTask(
            "task",
            task.Name,
            task.DependencyLength,
            task.IsRegression ? "mean squared error" : "nats",
            task.SuccessMeasure,
            task.Baselines.ChanceSuccess,
            task.Baselines.KnownMemorylessLoss,
            task.Baselines.MemorylessSuccess));
    }

    public override void OnStart(string runId, string description, long firstStep) =>
        JsonOutput.Write(new JsonStart("start", runId, description, firstStep));

    public override void OnStep(StepReport report) => JsonOutput.Write(new JsonStep(
        "step",
        report.Step,
        report.TotalSteps,
        report.Epoch,
        report.TrainingLoss,
        Figures.Bits(report.TrainingLoss),
        report.ValidationLoss,
        report.Success,
        report.GradientNorm,
        report.LearningRate,
        report.CharactersPerSecond,
        report.TimeLeft?.TotalSeconds));

    public override void OnSample(long step, string text) => JsonOutput.Write(new JsonSample("sample", step, text));

    public override void OnCheckpoint(long step) => JsonOutput.Write(new JsonCheckpoint("checkpoint", step));

    public override void OnNote(string message) => JsonOutput.Write(new JsonWarning("note", message));

    public override void OnWarning(string message) => JsonOutput.Write(new JsonWarning("warning", message));

    public override void OnVerdict(VerdictReport verdict) => JsonOutput.WriteVerdict(verdict);

    public override void OnEnd(TrainingSummary summary) => JsonOutput.Write(new JsonEnd(
        "end",
        summary.RunId,
        StatusOf(summary),
        summary.Step,
        summary.TotalSteps,
        summary.TrainingLoss,
        summary.ValidationLoss,
        summary.Success,
        Task?.Baselines.KnownMemorylessLoss,
        Task?.Baselines.ChanceSuccess,
        summary.Elapsed.TotalSeconds,
        summary.Parameters,
        summary.TelemetryCost,
        summary.DroppedRows,
        summary.EffectiveContext?.Lags,
        summary.EffectiveContext?.IsAtLeast,
        ReachText.Timesteps(summary.GradientReach),
        ReachText.IsAtLeast(summary.GradientReach),
        summary.GradientReach?.Growth,
        summary.ReachTime.TotalSeconds));
}
