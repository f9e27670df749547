using System.Globalization;
using System.Text.RegularExpressions;
using Backflow.Telemetry;

namespace Backflow.Experiments.Tests.Verdicts;

/// <summary>A case as a line of docs/verdicts.md: written from an outcome, and read again.</summary>
/// <param name="Name">The case.</param>
/// <param name="Expectation">Rule, bound and place that were asked for; "nothing" for a healthy run.</param>
/// <param name="Expected">The rule that was asked for; null for a healthy run.</param>
/// <param name="Found">Where the expected rule spoke; "–" where it did not.</param>
/// <param name="Fired">Each rule that spoke as gravely as it can, and its first step.</param>
/// <param name="IsRight">Whether the verdict is right in time and place, or a healthy run silent.</param>
/// <param name="Loss">The loss at the end.</param>
internal sealed partial record CaseRow(
    string Name,
    string Expectation,
    string? Expected,
    string Found,
    (string Rule, long Step)[] Fired,
    bool IsRight,
    string Loss)
{
    private const string Nothing = "–";
    private const string Wrong = "**no** ";

    public static CaseRow Of(VerdictOutcome outcome) => new(
        outcome.Case.Name,
        ExpectationOf(outcome.Case),
        outcome.Case.Expected,
        outcome.Hit?.Place ?? Nothing,
        [
            .. outcome.Verdicts.GroupBy(static verdict => verdict.Rule)
                .Select(static group => (group.Key, group.Min(static verdict => verdict.Step))),
        ],
        outcome.IsRight,
        NumberText.Of(outcome.LastLoss));

    public static string ExpectationOf(VerdictCase one) => one.Expected is string rule
        ? string.Create(CultureInfo.InvariantCulture, $"`{rule}` by {one.WithinSteps}, {one.Place}")
        : "nothing";

    /// <summary>Reads a line; null where it is none of a case.</summary>
    public static CaseRow? Parse(string line)
    {
        string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
        if (cells.Length != 7 || cells[1].Length == 0 || !(cells[2] == "nothing" || cells[2][0] == '`'))
        {
            return null;
        }

        string? expected = cells[2][0] == '`' ? cells[2].Split('`')[1] : null;
        bool isRight = !cells[3].StartsWith(Wrong, StringComparison.Ordinal);
        string found = isRight ? cells[3] : cells[3][Wrong.Length..];
        IEnumerable<(string, long)> fired = RuleAndStep().Matches(cells[4]).Select(static match =>
            (match.Groups[1].Value, long.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)));
        if (FoundStep().Match(found) is { Success: true } step)
        {
            fired = fired.Prepend((expected!, long.Parse(step.Groups[1].Value, CultureInfo.InvariantCulture)));
        }

        return new CaseRow(cells[1], cells[2], expected, found, [.. fired], isRight, cells[5]);
    }

    public override string ToString()
    {
        string others = string.Join(", ", Fired.Where(one => one.Rule != Expected)
            .Select(static one => FormattableString.Invariant($"{one.Rule} ({one.Step})")));
        return $"| {Name} | {Expectation} | {(IsRight ? string.Empty : Wrong)}{Found} | "
            + $"{(others.Length == 0 ? Nothing : others)} | {Loss} |";
    }

    [GeneratedRegex(@"([a-z-]+) \((\d+)\)")]
    private static partial Regex RuleAndStep();

    [GeneratedRegex(@"^step (\d+)")]
    private static partial Regex FoundStep();
}
