using System.Collections.Immutable;
using Backflow.Dashboard.Api;
using Backflow.Experiments.Exploration;
using Backflow.Runs;
using Backflow.Runs.Columns;

namespace Backflow.Dashboard.Site;

/// <summary>What a page asks a server of some runs, recorded as files.</summary>
/// <remarks>
/// The names are the addresses below <c>/api</c>, as the page forms them. Of rows it has those that a comparison can
/// show: norms, which one logarithmic scale holds, and not those of single gates.
/// </remarks>
internal static class SiteRecord
{
    // More than a recorded run has steps: every column is then one row.
    private const int Columns = 8_192;
    private const int Points = 20_000;

    /// <summary>The files by their path in the site.</summary>
    public static IEnumerable<(string Path, byte[] Content)> Of(RunStore store, ImmutableArray<string> runs)
    {
        yield return ("recorded/store.json", ApiJson.Bytes(new StoreAnswer(MetricWords.All, CellWords.All, "")));
        foreach (string run in runs)
        {
            foreach ((string path, byte[] content) in OfRun(store, run))
            {
                yield return ($"recorded/runs/{run}{path}", content);
            }
        }
    }

    private static IEnumerable<(string Path, byte[] Content)> OfRun(RunStore store, string run)
    {
        RunReader reader = store.OpenReader(run);
        RunDetailAnswer detail = RunAnswers.Detail(store, run);
        yield return (".json", ApiJson.Bytes(detail));
        yield return ("/events.json", ApiJson.Bytes(
            new EventsAnswer(RunAnswers.Of(reader.Events(), store.GetRun(run), commands: null))));
        yield return ("/samples.json", ApiJson.Bytes(new SamplesAnswer([.. reader.Samples().Select(RunAnswers.Of)])));
        yield return ("/scalars.json", ApiJson.Bytes(new ScalarsAnswer(
        [
            .. detail.Metrics.Where(static metric => metric.Kind == "scalar").Select(metric =>
                RunAnswers.Of(reader.ScalarExtremes(metric.Name, StepRange.All, Points))),
        ])));
        ImmutableHashSet<string> shown =
        [
            .. MetricWords.All.Where(static words => words is { Kind: "row", Scale: "log" })
                .Select(static words => words.Name),
        ];
        foreach (MetricAnswer metric in detail.Metrics.Where(one => one.Kind == "row" && shown.Contains(one.Name)))
        {
            foreach (int layer in metric.Layers)
            {
                RowExtremes rows = reader.RowExtremes(metric.Name, layer, StepRange.All, Columns);
                yield return ($"/rows/{metric.Name}.{layer}.bin", RowBlock.Write(rows));
            }
        }
    }
}
