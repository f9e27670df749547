using System.Text;

namespace Backflow.Experiments.Studies.Reports;

/// <summary>Writes a table as CSV (RFC 4180).</summary>
internal static class CsvTable
{
    private static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create(",\"\n\r");

    public static string Write(StudyTable table)
    {
        StringBuilder text = new();
        Line(text, table.Columns);
        foreach (System.Collections.Immutable.ImmutableArray<string> row in table.Rows)
        {
            Line(text, row);
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) =>
        text.AppendJoin(',', cells.Select(Quoted)).Append('\n');

    private static string Quoted(string cell) => cell.AsSpan().IndexOfAny(Special) < 0
        ? cell
        : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
