using System.Collections.Immutable;
using System.Text;

namespace Backflow.Experiments.Studies.Reports;

/// <summary>Writes a table as aligned text, for places that have nothing else.</summary>
internal static class TextTable
{
    public static string Write(StudyTable table)
    {
        ImmutableArray<ImmutableArray<string>> rows = [table.Columns, .. table.Rows];
        int[] widths = [.. table.Columns.Select((_, column) => rows.Max(row => row[column].Length))];
        StringBuilder text = new();
        foreach (ImmutableArray<string> row in rows)
        {
            IEnumerable<string> cells = row.Select(
                (cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            text.AppendJoin("  ", cells).Append('\n');
        }

        return text.ToString();
    }
}
