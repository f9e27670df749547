using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Backflow.Telemetry;

/// <summary>The settings of all rules: each rule's own, unless changed.</summary>
public sealed record VerdictOptions
{
    private ImmutableDictionary<string, RuleOptions> Changed { get; init; } =
        ImmutableDictionary.Create<string, RuleOptions>(StringComparer.Ordinal);

    /// <summary>The settings of a rule.</summary>
    /// <param name="rule">A rule of <see cref="VerdictCatalogue"/>.</param>
    /// <returns>What was set, or the rule's defaults.</returns>
    public RuleOptions Of(RuleDescription rule) =>
        Changed.TryGetValue(rule.Name, out RuleOptions? options) ? options : rule.Defaults;

    /// <summary>Changes the settings of a rule.</summary>
    /// <param name="rule">A rule of <see cref="VerdictCatalogue"/>.</param>
    /// <param name="options">Its settings.</param>
    /// <returns>All settings with this change.</returns>
    public VerdictOptions With(RuleDescription rule, RuleOptions options) =>
        this with { Changed = Changed.SetItem(rule.Name, options) };

    /// <summary>Changes one setting: "rule=off", "rule.threshold=X", "rule.patience=STEPS",
    /// "rule.cool-down=STEPS".</summary>
    /// <param name="setting">The setting as a user types it.</param>
    /// <param name="changed">All settings with this change.</param>
    /// <param name="problem">What is wrong with it, in a sentence.</param>
    /// <returns>False where it is no setting.</returns>
    public bool TryWith(
        string setting,
        [NotNullWhen(true)] out VerdictOptions? changed,
        [NotNullWhen(false)] out string? problem)
    {
        changed = null;
        string[] sides = setting.Split('=', 2, StringSplitOptions.TrimEntries);
        string[] names = sides[0].Split('.', 2);
        RuleDescription? rule = VerdictCatalogue.All.FirstOrDefault(rule => rule.Name == names[0]);
        if (rule is null)
        {
            problem = $"There is no rule '{names[0]}'; rules are "
                + string.Join(", ", VerdictCatalogue.All.Select(static known => known.Name)) + ".";
            return false;
        }

        RuleOptions now = Of(rule);
        RuleOptions? next = sides.Length < 2
            ? null
            : Changing(now, names.Length < 2 ? string.Empty : names[1], sides[1]);
        problem = next is null
            ? $"'{setting}' is no setting of the rule {rule.Name}; it has threshold (a number from 0), patience and "
                + "cool-down (steps from 0), and =off."
            : null;
        changed = next is null ? null : With(rule, next);
        return next is not null;
    }

    private const NumberStyles Plain =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static RuleOptions? Changing(RuleOptions now, string name, string value)
    {
        if (name.Length == 0)
        {
            return value is "off" or "on" ? now with { IsEnabled = value == "on" } : null;
        }

        bool isNumber = double.TryParse(value, Plain, CultureInfo.InvariantCulture, out double number);
        bool isWhole = number == Math.Truncate(number);
        return !isNumber || !double.IsFinite(number) || number < 0 || value[0] == '+' ? null : name switch
        {
            "threshold" => now with { Threshold = number },
            "patience" when isWhole => now with { Patience = (long)number },
            "cool-down" when isWhole => now with { CoolDown = (long)number },
            _ => null,
        };
    }
}
