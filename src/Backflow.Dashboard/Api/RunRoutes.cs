using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Backflow.Experiments.Exploration;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Runs.Requests;
using Backflow.Training;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backflow.Dashboard.Api;

/// <summary>Runs: listed, shown, renamed, pinned, tagged, deleted.</summary>
internal static class RunRoutes
{
    public static void Map(IEndpointRouteBuilder routes, RunStore store, ICommandWriter? commands)
    {
        string storeOption = commands?.Complete(string.Empty) ?? string.Empty;
        routes.MapGet("/api/store", context =>
            ApiJson.Write(context, new StoreAnswer(MetricWords.All, CellWords.All, storeOption)));
        routes.MapGet("/api/runs", context => ApiJson.Write(context, RunAnswers.List(store)));
        routes.MapGet("/api/runs/{id}", context =>
            ApiJson.Write(context, RunAnswers.Detail(store, context.RunId(store))));
        routes.MapPost("/api/runs/{id}/name", context => Rename(context, store));
        routes.MapPost("/api/runs/{id}/pin", context => Pin(context, store));
        routes.MapPost("/api/runs/{id}/tags", context => Tag(context, store));
        routes.MapPost("/api/runs/{id}/note", context => Note(context, store));
        routes.MapPost("/api/runs/{id}/requests", context => Ask(context, store));
        routes.MapDelete("/api/runs/{id}", context => Delete(context, store));
    }

    private static async Task Rename(HttpContext context, RunStore store)
    {
        string id = context.RunId();
        NameBody body = await Body(context, ApiJson.Default.NameBody).ConfigureAwait(false);
        store.Rename(id, body.Name ?? throw WrongBody("""{"name":"…"}"""));
        await ApiJson.Write(context, new DoneAnswer(id)).ConfigureAwait(false);
    }

    private static async Task Pin(HttpContext context, RunStore store)
    {
        string id = context.RunId();
        PinBody body = await Body(context, ApiJson.Default.PinBody).ConfigureAwait(false);
        store.SetPinned(id, body.Pinned ?? throw WrongBody("""{"pinned":true}"""));
        await ApiJson.Write(context, new DoneAnswer(id)).ConfigureAwait(false);
    }

    private static async Task Tag(HttpContext context, RunStore store)
    {
        string id = context.RunId();
        TagsBody body = await Body(context, ApiJson.Default.TagsBody).ConfigureAwait(false);
        if (body.Tags is not { IsDefault: false } tags || tags.Any(static tag => tag is null))
        {
            throw WrongBody("""{"tags":["…"]}""");
        }

        store.Notes.Tag(id, _ => tags.OfType<string>());
        await ApiJson.Write(context, new DoneAnswer(id)).ConfigureAwait(false);
    }

    private static async Task Note(HttpContext context, RunStore store)
    {
        string id = context.RunId();
        NoteBody body = await Body(context, ApiJson.Default.NoteBody).ConfigureAwait(false);
        store.Notes.Write(id, body.Note ?? throw WrongBody("""{"note":"…"}"""));
        await ApiJson.Write(context, new DoneAnswer(id)).ConfigureAwait(false);
    }

    private static async Task Ask(HttpContext context, RunStore store)
    {
        string id = context.RunId();
        RequestBody body = await Body(context, ApiJson.Default.RequestBody).ConfigureAwait(false);
        RunRequestKind kind = RunRequests.KindOf(body.Kind ?? "")
            ?? throw WrongBody("""
                {"kind":"pause"}, "continue", "stop", or "learning-rate" with "learningRate":0.001
                """);
        RunControl.Ask(store, id, kind, body.LearningRate);
        await ApiJson.Write(context, new DoneAnswer(id)).ConfigureAwait(false);
    }

    private static Task Delete(HttpContext context, RunStore store)
    {
        string id = context.RunId();
        if (store.GetRun(id).Status == RunStatus.Running)
        {
            throw new ApiException(
                StatusCodes.Status409Conflict,
                $"Run {id} is being trained and cannot be deleted.",
                "Stop its training with Ctrl+C first.");
        }

        store.Delete(id);
        return ApiJson.Write(context, new DoneAnswer(id));
    }

    private static async Task<T> Body<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
                .ConfigureAwait(false) ?? throw WrongBody("{…}");
        }
        catch (JsonException)
        {
            throw WrongBody("{…}");
        }
    }

    private static ApiException WrongBody(string example) =>
        new(StatusCodes.Status400BadRequest, "The body is not the JSON that is expected here.", $"Send {example}.");
}
