using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace Backflow.Training.Metering;

/// <summary>The meter that any listener in the process can read: an exporter, or <c>dotnet-counters</c>.</summary>
/// <remarks>
/// Names and units follow OpenTelemetry's semantic conventions: lower case, dots between parts, units from UCUM or in
/// braces. An instrument without a listener costs one comparison. docs/telemetry-export.md has the table.
/// </remarks>
public static class TrainingMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Backflow";

    /// <summary>The attribute of the run's id.</summary>
    public const string RunAttribute = "backflow.run.id";

    /// <summary>The attribute of the run's task, "text" or one of docs/tasks.md.</summary>
    public const string TaskAttribute = "backflow.task";

    /// <summary>The attribute of the cells of the run, with commas between layers.</summary>
    public const string CellAttribute = "backflow.cell";

    /// <summary>The attribute of a layer, from 0.</summary>
    public const string LayerAttribute = "backflow.layer";

    /// <summary>The attribute of a rule, see docs/verdicts.md.</summary>
    public const string RuleAttribute = "backflow.verdict.rule";

    /// <summary>The attribute of a verdict's severity: information, warning or error.</summary>
    public const string SeverityAttribute = "backflow.verdict.severity";

    private static readonly Meter Meter = new(Name, MachineDescription.ProductVersion);

    /// <summary>Every instrument, in the order of the table.</summary>
    public static ImmutableArray<Instrument> Instruments =>
    [
        Steps, Loss, ValidationLoss, EffectiveContext, GradientReach, GradientGrowth, GradientNorm, Horizon,
        AnswerHorizon, Verdicts, TelemetryCost, DroppedRows,
    ];

    internal static Counter<long> Steps { get; } = Meter.CreateCounter<long>(
        "backflow.training.steps", "{step}", "Steps that were trained, those that were taken back included.");

    internal static Gauge<double> Loss { get; } = Meter.CreateGauge<double>(
        "backflow.training.loss", "1", "Loss of the newest step: nats per answer, or mean squared error.");

    internal static Gauge<double> ValidationLoss { get; } = Meter.CreateGauge<double>(
        "backflow.validation.loss", "1", "The newest loss over the validation data.");

    internal static Gauge<double> EffectiveContext { get; } = Meter.CreateGauge<double>(
        "backflow.effective_context", "{timestep}", "How many timesteps back the network uses its input.");

    internal static Gauge<double> GradientReach { get; } = Meter.CreateGauge<double>(
        "backflow.gradient.reach", "{timestep}", "How many timesteps back the network could learn now.");

    internal static Gauge<double> GradientGrowth { get; } = Meter.CreateGauge<double>(
        "backflow.gradient.growth", "1", "Factor per timestep by which the gradient grows; 1 where it does not.");

    internal static Gauge<double> GradientNorm { get; } = Meter.CreateGauge<double>(
        "backflow.gradient.norm", "1", "Norm of all gradients of the newest step, before clipping.");

    internal static Gauge<double> Horizon { get; } = Meter.CreateGauge<double>(
        "backflow.gradient.horizon", "{timestep}", "How many timesteps back more than 1 % of the gradient arrives.");

    internal static Gauge<double> AnswerHorizon { get; } = Meter.CreateGauge<double>(
        "backflow.gradient.answer_horizon", "{timestep}", "The same of the gradient of the last answer alone.");

    internal static Counter<long> Verdicts { get; } = Meter.CreateCounter<long>(
        "backflow.verdicts", "{verdict}", "Verdicts of the rules that judge training.");

    internal static Gauge<double> TelemetryCost { get; } = Meter.CreateGauge<double>(
        "backflow.telemetry.cost", "1", "Share of the training time that measuring took, since the last report.");

    internal static Counter<long> DroppedRows { get; } = Meter.CreateCounter<long>(
        "backflow.telemetry.dropped_rows", "{row}", "Rows that were lost because the disk was slower than training.");
}
