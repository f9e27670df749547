using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Backflow.Experiments.Studies.Reports;

/// <summary>One HTML file that needs nothing else: question, findings, figures, table, provenance.</summary>
internal static partial class HtmlReport
{
    // The lines' colours are Okabe and Ito's, which the colour-blind tell apart; yellow and black change with the page.
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1a1a1a;--soft:#555;--paper:#fff;--grid:#e2e2e2;
        --c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#cc79a7;--c4:#b8860b;--c5:#56b4e9;--c6:#333}
        @media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--soft:#a8a8a8;--paper:#16181c;--grid:#30333a;
        --c0:#4aa8e0;--c1:#f08040;--c2:#20c090;--c3:#e09ac0;--c4:#e0b020;--c5:#90d0ff;--c6:#ccc}}
        body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);
        max-width:860px;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0 1rem}
        h2{font-size:1.15rem;line-height:1.3;margin:2.2rem 0 .4rem}
        .name{color:var(--soft);font-size:.88rem;margin:0}figure{margin:0}figure+figure{margin-top:1.6rem}
        figure>svg{display:block;width:100%;height:auto;font:11.5px system-ui,sans-serif;fill:var(--ink)}
        @media(max-width:640px){figure>svg{font-size:15px}}
        @media(max-width:460px){figure>svg{font-size:19px}h1{font-size:1.35rem}}
        .axis{stroke:var(--ink)}.grid{stroke:var(--grid)}.line{fill:none;stroke:var(--c);stroke-width:2}
        .axis,.grid,.line{vector-effect:non-scaling-stroke}.cells{shape-rendering:crispEdges}
        .band{fill:var(--c);fill-opacity:.16}.mark{fill:var(--c)}
        .c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}
        .c4{--c:var(--c4)}.c5{--c:var(--c5)}.c6{--c:var(--c6)}
        .over{paint-order:stroke;stroke:var(--paper);stroke-width:4px}
        .axis-name{font-size:.88rem;margin:.3rem 0}
        .legend{display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;list-style:none;margin:.3rem 0;padding:0;font-size:.92rem}
        .key{width:34px;height:14px;vertical-align:-2px;margin-right:.4rem}
        figcaption{color:var(--soft);font-size:.88rem}
        .wide{overflow-x:auto;background:linear-gradient(90deg,var(--paper) 2rem,#0000),
        linear-gradient(-90deg,var(--paper) 2rem,#0000) 100% 0,
        linear-gradient(90deg,#8886,#0000) 0 0,linear-gradient(-90deg,#8886,#0000) 100% 0;background-repeat:no-repeat;
        background-size:4rem 100%,4rem 100%,.8rem 100%,.8rem 100%;background-attachment:local,local,scroll,scroll}
        @media(min-width:900px){.wide{width:max-content;max-width:calc(50vw + 400px)}}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.88rem}
        td,th{padding:.3rem .6rem;border-bottom:1px solid var(--grid);text-align:right;vertical-align:top}
        td,th{white-space:nowrap}
        th{vertical-align:bottom;white-space:normal}td:first-child,th:first-child{text-align:left;padding-left:0}
        td small{display:block;color:var(--soft)}sup{font-size:.72em;line-height:0}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem}dt{font-weight:600}dd{margin:0}
        .findings{font-size:1.1rem;border-left:4px solid var(--c0);padding-left:1rem}
        .findings p{margin:.5rem 0}code{overflow-wrap:anywhere}
        td:first-child{white-space:normal;min-width:8rem}li{margin:.4rem 0}
        pre{overflow-x:auto;background:#8882;padding:.6rem;font-size:.9em}
        """;

    /// <summary>Writes the file.</summary>
    /// <param name="report">What it shows.</param>
    public static string Write(ReportPage report)
    {
        StringBuilder page = new();
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
            .Append("<meta name=\"viewport\" content=\"width=device-width\">")
            .Append("<title>").Append(Text(report.Name)).Append(" · Backflow</title><style>").Append(Style)
            .Append("</style></head><body>\n<p class=\"name\">Backflow · ").Append(Text(report.Name))
            .Append("</p>\n<h1>").Append(Text(report.Title)).Append("</h1>\n<div class=\"findings\">");
        foreach (string finding in report.Findings)
        {
            page.Append("<p>").Append(Formulas(finding)).Append("</p>");
        }

        page.Append("</div>\n");
        if (!report.IsComplete)
        {
            page.Append("<p><strong>Interrupted:</strong> only what was done is shown.</p>\n");
        }

        foreach (ReportPart part in report.Parts)
        {
            Append(page, part);
        }

        return page.Append("</body></html>\n").ToString();
    }

    private static void Append(StringBuilder page, ReportPart part)
    {
        switch (part)
        {
            case ReportHeading heading:
                Heading(page, heading.Text);
                break;
            case ReportText { IsStrong: true } text:
                page.Append("<p><strong>").Append(Formulas(text.Text)).Append("</strong></p>\n");
                break;
            case ReportText text:
                page.Append("<p>").Append(Formulas(text.Text)).Append("</p>\n");
                break;
            case ReportList list:
                List(page, list);
                break;
            case ReportTable table:
                Table(page, table.Table);
                break;
            case ReportChart { Chart: Chart chart }:
                Heading(page, chart.Title);
                page.Append(HtmlFigure.Write(chart));
                break;
            case ReportHeatmap { Map: Heatmap map }:
                Heading(page, map.Title);
                page.Append(HtmlFigure.Write(map));
                break;
            case ReportDrawing drawing:
                Heading(page, drawing.Title);
                page.Append("<figure>").Append(drawing.Svg).Append("<figcaption>").Append(Formulas(drawing.Caption))
                    .Append("</figcaption></figure>\n");
                break;
            case ReportCommand command:
                page.Append("<pre>").Append(Text(command.Command)).Append("</pre>\n");
                break;
            case ReportTerms terms:
                Terms(page, terms.Terms);
                break;
            default:
                throw new ArgumentException($"No element for {part.GetType().Name}.", nameof(part));
        }
    }

    private static void Heading(StringBuilder page, string text) =>
        page.Append("<h2>").Append(Formulas(text)).Append("</h2>\n");

    private static void List(StringBuilder page, ReportList list)
    {
        page.Append("<ol>\n");
        foreach (ReportItem item in list.Items)
        {
            page.Append("<li>").Append(Formulas(item.Text));
            if (!item.Terms.IsEmpty)
            {
                string terms = string.Join(", ", item.Terms.Select(static term => $"{term.Name} {term.Value}"));
                page.Append("<p class=\"name\">").Append(Formulas(terms)).Append("</p>");
            }

            page.Append("</li>\n");
        }

        page.Append("</ol>\n");
    }

    private static void Table(StringBuilder page, StudyTable table)
    {
        page.Append("<div class=\"wide\" tabindex=\"0\"><table>");
        Row(page, table.Columns, "th");
        foreach (ImmutableArray<string> row in table.Rows)
        {
            Row(page, row, "td");
        }

        page.Append("</table></div>\n");
    }

    private static void Row(StringBuilder page, ImmutableArray<string> cells, string tag)
    {
        page.Append("<tr>");
        foreach (string cell in cells)
        {
            page.Append('<').Append(tag).Append('>').Append(Cell(cell, tag)).Append("</").Append(tag).Append('>');
        }

        page.Append("</tr>\n");
    }

    private static void Terms(StringBuilder page, ImmutableArray<ReportTerm> terms)
    {
        page.Append("<dl>");
        foreach (ReportTerm term in terms)
        {
            page.Append("<dt>").Append(Text(term.Name)).Append("</dt><dd><code>").Append(Text(term.Value))
                .Append("</code></dd>\n");
        }

        page.Append("</dl>\n");
    }

    // "0.1 (0.05 to 0.2)": the spread stands below the middle value.
    private static string Cell(string cell, string tag)
    {
        bool hasSpread = tag == "td" && cell.EndsWith(')') && cell.Contains(" to ", StringComparison.Ordinal);
        int spread = hasSpread ? cell.IndexOf(" (", StringComparison.Ordinal) : -1;
        return spread < 0
            ? Formulas(cell)
            : $"{Formulas(cell[..spread])}<small>{Formulas(cell[(spread + 2)..^1])}</small>";
    }

    /// <summary>
    /// A text whose formulas are typeset: 8.7e-67 as 8.7·10⁻⁶⁷, (γσ₁)^50 with what stands above, `commands` as code.
    /// </summary>
    internal static string Formulas(string text)
    {
        string html = Exponent().Replace(
            Text(text), static match => $"·10<sup>{match.Groups[1].Value.Replace('-', '−')}</sup>");
        html = Power().Replace(html, static match => $"<sup>{match.Groups[1].Value}{match.Groups[2].Value}</sup>");
        return Command().Replace(html, static match => $"<code>{match.Groups[1].Value}</code>");
    }

    // Of a number alone: an id such as rnn-3e5 has none.
    [GeneratedRegex(@"(?<=(?<![\w.-])-?\d[\d.]*)e(-?\d+)\b")]
    private static partial Regex Exponent();

    [GeneratedRegex(@"\^(?:(\d+)|\(([^)]+)\))")]
    private static partial Regex Power();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Command();

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
