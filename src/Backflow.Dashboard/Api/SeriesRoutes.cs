using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Training;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backflow.Dashboard.Api;

/// <summary>What a run recorded: scalars, rows, events, samples.</summary>
internal static class SeriesRoutes
{
    private const int MostPoints = 20_000;
    private const int MostColumns = 8_192;

    public static void Map(IEndpointRouteBuilder routes, RunStore store, ICommandWriter? commands)
    {
        routes.MapGet("/api/runs/{id}/scalars", context => Scalars(context, store));
        routes.MapGet("/api/runs/{id}/rows", context => Rows(context, store));
        routes.MapGet("/api/runs/{id}/row", context => Row(context, store));
        routes.MapGet("/api/runs/{id}/events", context => ApiJson.Write(
            context, new EventsAnswer(RunAnswers.Of(
                store.OpenReader(context.RunId()).Events(), store.GetRun(context.RunId()), commands))));
        routes.MapGet("/api/runs/{id}/samples", context => ApiJson.Write(
            context, new SamplesAnswer([.. store.OpenReader(context.RunId()).Samples().Select(RunAnswers.Of)])));
    }

    private static Task Scalars(HttpContext context, RunStore store)
    {
        RunReader reader = store.OpenReader(context.RunId());
        StepRange range = context.Range();
        int points = (int)context.Number("points", 2_000, 4, MostPoints);
        return ApiJson.Write(context, new ScalarsAnswer(
            [.. context.Metrics().Select(metric => RunAnswers.Of(reader.ScalarExtremes(metric, range, points)))]));
    }

    private static Task Rows(HttpContext context, RunStore store)
    {
        RunReader reader = store.OpenReader(context.RunId());
        int columns = (int)context.Number("columns", 1_024, 1, MostColumns);
        RowExtremes picture = reader.RowExtremes(context.Metric(), context.Layer(), context.Range(), columns);
        context.Response.ContentType = "application/octet-stream";
        byte[] block = RowBlock.Write(picture);
        context.Response.ContentLength = block.Length;
        return context.Response.Body.WriteAsync(block, context.RequestAborted).AsTask();
    }

    private static Task Row(HttpContext context, RunStore store)
    {
        RunReader reader = store.OpenReader(context.RunId());
        string metric = context.Metric();
        int layer = context.Layer();
        RowSeries row = reader.RowAt(metric, layer, context.Number("step", long.MaxValue, 0, long.MaxValue));
        return row.Count == 0
            ? throw new ApiException(
                StatusCodes.Status404NotFound,
                $"The run has no rows of '{metric}' in layer {layer}.",
                "See 'metrics' of the run for what it has.")
            : ApiJson.Write(context, new RowAnswer(metric, layer, row.Steps[0], row.Values));
    }
}
