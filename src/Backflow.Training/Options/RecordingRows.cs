using System.Collections.Immutable;
using static Backflow.Training.ValueRule;
using C = Backflow.Training.TrainingConfiguration;

namespace Backflow.Training;

/// <summary>The options that say what is kept of a training, and what a verdict does to it.</summary>
internal static class RecordingRows
{
    private const string Group = "What is measured and kept";

    public static ImmutableArray<TrainingOption> All { get; } =
    [
        new(nameof(C.Threads), "threads")
        {
            Group = Group,
            Help = "Threads; they change the speed and no bit of the result.",
            Unit = "THREADS",
            Values = Whole<int>(1, "2", 1024),
            DefaultInWords = "one per core",
            IsOfTheMachine = true,
        },
        Interval(nameof(C.LogInterval), "log-interval", "Steps between two log lines.", 1, "10"),
        Interval(
            nameof(C.ValidationInterval), "validation-interval",
            "Steps between two validations; 0 for one at the end.", 0, "250"),
        Interval(
            nameof(C.CheckpointInterval), "checkpoint-interval",
            "Steps between two checkpoints; 0 for one at the end.", 0, "250"),
        new(nameof(C.SampleInterval), "sample-interval")
        {
            Group = Group,
            Help = "Steps between two samples of generated text; 0 for none.",
            Unit = "STEPS",
            Values = Whole<long>(0, "500"),
            Contradiction = static c => c is { Task: string task, SampleInterval: > 0 }
                ? new ExperimentException(
                    $"{nameof(c.SampleInterval):setting} does not fit {nameof(c.Task):setting} {task}, which trains "
                        + $"no model that writes text.",
                    $"Leave out {nameof(c.SampleInterval):setting}.")
                : null,
        },
        new(nameof(C.Telemetry), "telemetry")
        {
            Group = Group,
            Help = "How much is measured while training.",
            Unit = "NAME",
            Values = OneOf(TelemetryPlan.LevelNames, "economy"),
        },
        new(nameof(C.TelemetryInterval), "telemetry-interval")
        {
            Group = Group,
            Help = "Steps between two measurements, or log for 100 per factor of ten; spectra are computed at a "
                + "tenth of them.",
            Unit = "STEPS",
            Values = Form(
                FormattableString.Invariant($"a number of steps from 1 to {TelemetryPlan.LongestInterval}, or log"),
                TelemetryPlan.IsInterval,
                "10"),
            DefaultInWords = $"10, and 20 for gates and parameters; 1 with {nameof(C.Telemetry):setting} full",
            Idle = static c => c.Telemetry == TelemetryPlan.LevelNames[0]
                ? (Sentence)$"nothing is measured with {nameof(c.Telemetry):setting} {c.Telemetry}" : null,
        },
        new(nameof(C.ReachInterval), "reach-interval")
        {
            Group = Group,
            Help = "Steps between two measurements of effective context and gradient reach; 0 for none.",
            Unit = "STEPS",
            Values = Whole<long>(0, "50"),
            DefaultInWords = "a twentieth of the steps, 5 to 1000",
            Idle = static c => c.Telemetry == TelemetryPlan.LevelNames[0]
                ? (Sentence)$"nothing is measured with {nameof(c.Telemetry):setting} {c.Telemetry}" : null,
        },
        new(nameof(C.OnVerdict), "on-verdict")
        {
            Group = Group,
            Help = "What a verdict does: warn goes on, stop ends at the first warning or error, rollback takes "
                + "damage back to the last good checkpoint with half of the learning rate.",
            Unit = "NAME",
            Values = OneOf(VerdictPolicies.All, VerdictPolicies.Rollback),
        },
        new(nameof(C.VerdictSettings), "verdict")
        {
            Group = Group,
            Help = "A setting of a rule, such as vanishing-over-time.threshold=1e-5 or gradient-spike=off; may be "
                + $"given again. Settings: threshold, patience, cool-down, off. Rules and their thresholds: "
                + $"{VerdictPolicies.RulesInALine}; "
                + "more in docs/verdicts.md.",
            Unit = "RULE.SETTING=X",
            Values = Text("vanishing-over-time.threshold=1e-5"),
            IsRepeated = true,
            Contradiction = static c => VerdictPolicies.Misfit(c.VerdictSettings),
        },
    ];

    private static TrainingOption Interval(string property, string name, string help, long least, string example) =>
        new(property, name)
        {
            Group = Group,
            Help = help,
            Unit = "STEPS",
            Values = Whole<long>(least, example),
        };
}
