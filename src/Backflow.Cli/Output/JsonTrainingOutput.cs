using Backflow.Experiments.Training;

namespace Backflow.Cli.Output;

/// <summary>One JSON object per line: "start", "step", "sample", "checkpoint", "warning" and, last, "end".</summary>
internal sealed class JsonTrainingOutput : TrainingOutput
{
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
        report.GradientNorm,
        report.LearningRate,
        report.CharactersPerSecond,
        report.TimeLeft?.TotalSeconds));

    public override void OnSample(long step, string text) => JsonOutput.Write(new JsonSample("sample", step, text));

    public override void OnCheckpoint(long step) => JsonOutput.Write(new JsonCheckpoint("checkpoint", step));

    public override void OnWarning(string message) => JsonOutput.Write(new JsonWarning("warning", message));

    public override void OnEnd(TrainingSummary summary) => JsonOutput.Write(new JsonEnd(
        "end",
        summary.RunId,
        summary.IsDiverged ? "diverged" : summary.IsInterrupted ? "interrupted" : "completed",
        summary.Step,
        summary.TotalSteps,
        summary.TrainingLoss,
        summary.ValidationLoss,
        summary.Elapsed.TotalSeconds,
        summary.Parameters));
}
