using System.Collections.Immutable;
using Backflow.Experiments.Comparison;
using Backflow.Training;

namespace Backflow.Cli.Output;

/// <summary>
/// One JSON object per line: "start", "step", "verdict", "note" and "warning" with their cell, and "end" with all
/// cells.
/// </summary>
internal sealed class JsonComparisonOutput : ComparisonOutput
{
    public override void OnEnd(string name, ImmutableArray<ComparedCell> cells) => JsonOutput.Write(new JsonComparison(
        "end",
        name,
        [
            .. cells.Select(static cell => new JsonComparedCell(
                cell.Cell,
                cell.Summary.RunId,
                TrainingOutput.StatusOf(cell.Summary),
                cell.HiddenSize,
                cell.Summary.Parameters,
                cell.Summary.Step,
                cell.Summary.TrainingLoss,
                cell.Summary.ValidationLoss,
                cell.Summary.Success,
                cell.Reach.Context,
                cell.Reach.ContextIsAtLeast,
                cell.Reach.Reach,
                cell.Reach.ReachIsAtLeast,
                cell.Reach.Growth,
                cell.Horizon,
                cell.Decay)),
        ]));

    protected override void OnStart(string cell, string runId, string description) =>
        JsonOutput.Write(new JsonCellStart("start", cell, runId, description));

    protected override void OnStep(string cell, StepReport report) => JsonOutput.Write(new JsonCellStep(
        "step",
        cell,
        report.Step,
        report.TotalSteps,
        report.TrainingLoss,
        report.ValidationLoss,
        report.Success,
        report.GradientNorm,
        report.CharactersPerSecond));

    protected override void OnVerdict(string cell, VerdictReport verdict) => JsonOutput.WriteVerdict(verdict, cell);

    protected override void OnNote(string? cell, string message) =>
        JsonOutput.Write(new JsonCellWarning("note", cell, message));

    protected override void OnWarning(string cell, string message) =>
        JsonOutput.Write(new JsonCellWarning("warning", cell, message));
}
