using System.Collections.Immutable;
using Backflow.Telemetry;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Backflow.Cli.Output;

/// <summary>A table in which no figure and no word is broken, however narrow the terminal.</summary>
/// <remarks>
/// Where it is too wide, headings and sentences are broken between words, then columns are left out, which a line below
/// it says, and columns that never are go on in a table below, beside the first column again. Those that may be left
/// out do not show where no row says anything either. Characters are one wide.
/// </remarks>
internal sealed class FigureTable(params ImmutableArray<FigureColumn> columns) : Renderable
{
    /// <summary>What a border and its two blanks take beside each column.</summary>
    private const int Frame = 3;

    private readonly List<(ImmutableArray<string> Values, Style? Style)> _rows = [];

    /// <summary>Adds a row of one value per column.</summary>
    public void Add(params ImmutableArray<string> values) => _rows.Add((Shown(values), null));

    /// <summary>Adds a row in a colour.</summary>
    public void Add(Style style, params ImmutableArray<string> values) => _rows.Add((Shown(values), style));

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        List<int> shown =
        [
            .. Enumerable.Range(0, columns.Length)
                .Where(i => columns[i].Importance is null
                    || _rows.Exists(row => row.Values[i] != NumberText.Nothing)),
        ];
        bool isNarrow = Total(shown.Select(i => Widest(i, columns[i].Heading))) > maxWidth;
        List<string> leftOut = [];
        while (isNarrow
            && Total(shown.Select(Narrowest)) > maxWidth
            && shown.Exists(i => columns[i].Importance is not null))
        {
            int least = shown.Where(i => columns[i].Importance is not null).MinBy(i => columns[i].Importance);
            shown.Remove(least);
            leftOut.Add(columns[least].Heading);
        }

        TableBorder border = options.Ansi ? TableBorder.Rounded : TableBorder.Markdown;
        List<IRenderable> parts = isNarrow
            ? [.. Blocks(shown, maxWidth).Select(block => Draw(block, Fit(block, maxWidth), border))]
            : [Draw(shown, null, border)];
        if (leftOut.Count > 0)
        {
            parts.Add(new Text($"No room for: {string.Join(", ", leftOut)}; a wider terminal and --json have them."));
        }

        IRenderable whole = new Rows(parts);
        return whole.Render(options, maxWidth);
    }

    private static ImmutableArray<string> Shown(ImmutableArray<string> values) => [.. values.Select(Terminal.Show)];

    private static int Total(IEnumerable<int> widths) => widths.Sum(static width => width + Frame) + 1;

    private static int LongestWord(string text) => text.Split(' ').Max(static word => word.Length);

    private int Widest(int column, string heading) =>
        _rows.Select(row => row.Values[column]).Append(heading).Max(static text => text.Length);

    private int Narrowest(int column) => columns[column].Wraps
        ? _rows.Select(row => row.Values[column]).Append(columns[column].Heading).Max(LongestWord)
        : Widest(column, columns[column].Heading.Split(' ').MaxBy(static word => word.Length)!);

    // As many columns below each other as there is room for, each time behind the first one.
    private List<List<int>> Blocks(List<int> shown, int maxWidth)
    {
        List<List<int>> blocks = [[shown[0]]];
        foreach (int column in shown.Skip(1))
        {
            if (blocks[^1].Count > 1 && Total(blocks[^1].Append(column).Select(Narrowest)) > maxWidth)
            {
                blocks.Add([shown[0]]);
            }

            blocks[^1].Add(column);
        }

        return blocks;
    }

    // What is left over goes to the columns, always to the one that lacks most.
    private ImmutableArray<int> Fit(List<int> shown, int maxWidth)
    {
        int[] widths = [.. shown.Select(Narrowest)];
        for (int left = maxWidth - Total(widths); left > 0; left--)
        {
            int neediest = Enumerable.Range(0, widths.Length).MaxBy(i => Lacking(i));
            if (Lacking(neediest) <= 0)
            {
                break;
            }

            widths[neediest]++;
        }

        return [.. widths];

        int Lacking(int i) => Widest(shown[i], columns[shown[i]].Heading) - widths[i];
    }

    private Table Draw(List<int> shown, ImmutableArray<int>? widths, TableBorder border)
    {
        Table table = new Table().Border(border);
        for (int i = 0; i < shown.Count; i++)
        {
            FigureColumn column = columns[shown[i]];
            TableColumn added = new(new Text(column.Heading)) { Width = widths?[i], NoWrap = widths is null };
            table.AddColumn(column.IsRight ? added.RightAligned() : added);
        }

        foreach ((ImmutableArray<string> values, Style? style) in _rows)
        {
            table.AddRow(shown.Select(i => new Text(values[i], style)));
        }

        return table;
    }
}
