using System.Collections.Immutable;

namespace Backflow.Experiments.Studies;

/// <summary>What every result of the quick size says of itself, wherever it is read: on the terminal, in a report, as
/// JSON and in a file of numbers.</summary>
internal static class QuickSize
{
    /// <summary>The first of the findings.</summary>
    public const string Finding = "Made at the quick size, this shows nothing: networks and sequences are far smaller "
        + "than the experiment's, and too few for any of it to mean anything.";

    private const string Column = "size";

    /// <summary>The result with its mark, if it is of the quick size.</summary>
    public static StudyResult Marked(StudyResult result, StudySize size) =>
        size == StudySize.Quick ? Marked(result) : result;

    private static StudyResult Marked(StudyResult result) => result with
    {
        Findings = [Finding, .. result.Findings],
        Numbers = result.Numbers with
        {
            Columns = [.. result.Numbers.Columns, Column],
            Rows = [.. result.Numbers.Rows.Select(static ImmutableArray<string> (row) => [.. row, "quick"])],
        },
    };
}
