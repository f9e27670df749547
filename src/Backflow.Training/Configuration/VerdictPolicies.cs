using System.Collections.Immutable;
using Backflow.Telemetry;

namespace Backflow.Training;

/// <summary>What a verdict may do to a run, and the settings of the rules, by name.</summary>
public static class VerdictPolicies
{
    /// <summary>Training goes on whatever a verdict says.</summary>
    public const string Warn = "warn";

    /// <summary>The first warning or error ends the run.</summary>
    public const string Stop = "stop";

    /// <summary>Damage takes the run back to its last good checkpoint, with a gentler step.</summary>
    public const string Rollback = "rollback";

    /// <summary>The policies, mildest first.</summary>
    public static ImmutableArray<string> All { get; } = [Warn, Stop, Rollback];

    /// <summary>Every rule with its threshold, in a line.</summary>
    public static string RulesInALine { get; } = string.Join(
        ", ",
        VerdictCatalogue.All.Select(
            static rule => FormattableString.Invariant($"{rule.Name} {rule.Defaults.Threshold}")));

    /// <summary>What is wrong with settings of rules; null where nothing is.</summary>
    internal static ExperimentException? Misfit(ImmutableArray<string> settings)
    {
        try
        {
            Options(settings);
            return null;
        }
        catch (ExperimentException misfit)
        {
            return misfit;
        }
    }

    /// <summary>The settings of all rules.</summary>
    /// <exception cref="ExperimentException">A setting is none.</exception>
    internal static VerdictOptions Options(ImmutableArray<string> settings)
    {
        VerdictOptions options = new();
        foreach (string setting in settings)
        {
            options = options.TryWith(setting, out VerdictOptions? changed, out string? problem)
                ? changed
                : throw new ExperimentException(
                    $"{nameof(TrainingConfiguration.VerdictSettings):setting}: {problem}",
                    new Setting(nameof(TrainingConfiguration.VerdictSettings), "vanishing-over-time.threshold=1e-5"));
        }

        return options;
    }
}
