using System.Diagnostics.Metrics;
using Backflow.Cli.Delivery;
using Backflow.Training.Metering;
using Xunit;

namespace Backflow.Cli.Tests.Delivery;

/// <summary>The tables of docs/telemetry-export.md against the code.</summary>
/// <remarks>BACKFLOW_UPDATE_DOCS=1 writes them.</remarks>
public sealed class ExportedNames
{
    private const string Begin = "<!-- names: written by ExportedNames -->";
    private const string End = "<!-- /names -->";

    public static IEnumerable<Instrument> Instruments => TrainingMeter.Instruments;

    [Fact]
    public void Page_TablesAgreeWithTheCode()
    {
        string path = Path.Combine(RepositoryRoot.Path, "docs", "telemetry-export.md");
        string page = File.ReadAllText(path);
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = page.IndexOf(End, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("BACKFLOW_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, page[..begin] + Tables() + page[end..]);
            return;
        }

        Assert.Equal(Tables(), page[begin..end]);
    }

    private static string Tables() => $"""


        | metric | kind | unit | what it is |
        | --- | --- | --- | --- |
        {string.Join('\n', Instruments.Select(static one =>
            $"| `{one.Name}` | {(one is Counter<long> ? "counter" : "gauge")} | `{one.Unit}` | {one.Description} |"))}

        | attribute of a verdict's record | field of the verdict |
        | --- | --- |
        | `{TrainingMeter.RunAttribute}` | the run's id |
        {string.Join('\n', VerdictAttributes.Fields.Select(static one => $"| `{one.Attribute}` | `{one.Field}` |"))}
        | `{VerdictAttributes.RemedyAttribute}` | the first remedy's command |


        """.ReplaceLineEndings("\n");
}
