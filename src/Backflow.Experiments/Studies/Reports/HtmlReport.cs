using System.Collections.Immutable;
using System.Net;
using System.Text;

namespace Backflow.Experiments.Studies.Reports;

/// <summary>One HTML file that needs nothing else: question, findings, figures, table, provenance.</summary>
internal static class HtmlReport
{
    // The lines' colours are Okabe and Ito's, which the colour-blind tell apart; yellow and black change with the page.
    internal const string Style = """
        :root{color-scheme:light dark;--ink:#1a1a1a;--soft:#555;--paper:#fff;--grid:#e2e2e2;
        --c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#cc79a7;--c4:#b8860b;--c5:#56b4e9;--c6:#333}
        @media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--soft:#a8a8a8;--paper:#16181c;--grid:#30333a;
        --c0:#4aa8e0;--c1:#f08040;--c2:#20c090;--c3:#e09ac0;--c4:#e0b020;--c5:#90d0ff;--c6:#ccc}}
        body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:980px;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.15rem;margin:2rem 0 .3rem}
        figure{margin:0}svg{width:100%;height:auto;font:13px system-ui,sans-serif;fill:var(--ink)}
        .axis{stroke:var(--ink)}.grid{stroke:var(--grid)}.line{fill:none;stroke:var(--c);stroke-width:2}
        .band{fill:var(--c);fill-opacity:.16}.mark{fill:var(--c)}
        .c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}.c4{--c:var(--c4)}.c5{--c:var(--c5)}.c6{--c:var(--c6)}
        figcaption{color:var(--soft);font-size:.88rem}.wide{overflow-x:auto}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.85rem}
        td,th{padding:.2rem .55rem;border-bottom:1px solid var(--grid);text-align:right;vertical-align:bottom}
        td:first-child,th:first-child{text-align:left;padding-left:0;white-space:nowrap}
        dt{font-weight:600}dd{margin:0 0 .4rem}.findings{font-size:1.1rem;border-left:4px solid var(--c0);padding-left:1rem}
        code{overflow-wrap:anywhere}
        """;

    public static string Write(ReportHeader header, StudyResult result)
    {
        StringBuilder page = new();
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
            .Append("<meta name=\"viewport\" content=\"width=device-width\">")
            .Append("<title>").Append(Text(header.Name)).Append(" · Backflow</title><style>").Append(Style)
            .Append("</style></head><body>\n<h1>").Append(Text(header.Question)).Append("</h1>\n")
            .Append("<p class=\"findings\">").Append(Text(string.Join(' ', result.Findings))).Append("</p>\n");
        if (!result.IsComplete)
        {
            page.Append("<p><strong>Interrupted:</strong> only what was done is shown.</p>\n");
        }

        foreach (IFigure figure in result.Figures)
        {
            page.Append("<h2>").Append(Text(figure.Title)).Append("</h2>\n<figure>").Append(Draw(figure))
                .Append("<figcaption>").Append(Text(figure.Caption)).Append("</figcaption></figure>\n");
        }

        foreach (WorkedAnswer answer in result.Answers)
        {
            page.Append("<h2>").Append(Text(answer.Question)).Append("</h2>\n");
            foreach (string step in answer.Steps)
            {
                page.Append("<p>").Append(Text(step)).Append("</p>\n");
            }

            page.Append("<p><strong>").Append(Text(answer.Answer)).Append("</strong></p>\n");
        }

        page.Append("<h2>Numbers</h2>\n");
        Table(page, result.Summary);
        Provenance(page, header);
        return page.Append("</body></html>\n").ToString();
    }

    private static string Draw(IFigure figure) => figure switch
    {
        Chart chart => SvgChart.Draw(chart),
        Heatmap map => SvgHeatmap.Draw(map),
        _ => throw new ArgumentException($"No drawing for {figure.GetType().Name}.", nameof(figure)),
    };

    private static void Table(StringBuilder page, StudyTable table)
    {
        page.Append("<div class=\"wide\"><table>");
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
            page.Append('<').Append(tag).Append('>').Append(Text(cell)).Append("</").Append(tag).Append('>');
        }

        page.Append("</tr>\n");
    }

    private static void Provenance(StringBuilder page, ReportHeader header)
    {
        page.Append("<h2>How it was measured</h2>\n<p>").Append(Text(header.Method)).Append("</p>\n<dl>");
        foreach ((string term, string value) in header.Terms)
        {
            page.Append("<dt>").Append(term).Append("</dt><dd><code>").Append(Text(value)).Append("</code></dd>\n");
        }

        page.Append("</dl>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
