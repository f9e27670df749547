using Backflow.Experiments.Dynamics;
using Backflow.Experiments.Exploration;
using Backflow.Lessons;
using Backflow.Training;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Backflow.Dashboard.Api;

/// <summary>What is computed when it is asked for: posted, because GET neither computes nor writes.</summary>
internal static class ExplorerRoutes
{
    public static void Map(IEndpointRouteBuilder routes, IExplorer explorer)
    {
        foreach (string question in EngineQuestions.Names)
        {
            routes.MapPost($"{ApiException.Root}/{question}", context => Answer(context, question));
        }

        routes.MapPost("/api/dependency", context => ApiJson.Write(context, explorer.Depend(
            (int)context.Number("attractors", 2, 0, 5), (int)context.Number("example", 0, 0, 9_999))));
        routes.MapPost("/api/runs/{id}/itemised", context => Itemise(context, explorer));
        routes.MapPost("/api/runs/{id}/dynamics", context => Measure(context, explorer));
        routes.MapPost("/api/runs/{id}/usual-start", context => ApiJson.Write(
            context, new DoneAnswer(Asked(() => explorer.TrainFromUsualStart(context.RunId())))));
    }

    private static Task Answer(HttpContext context, string question)
    {
        Dictionary<string, string> values =
            context.Request.Query.Keys.ToDictionary(static name => name, name => context.Text(name) ?? string.Empty);
        return ApiJson.Write(context, EngineQuestions.Answer(question, values));
    }

    private static Task Itemise(HttpContext context, IExplorer explorer)
    {
        ItemisedAnswer answer = Asked(() => explorer.Itemise(
            context.RunId(), context.Layer(), (int)context.Number("offset", 0, 0, int.MaxValue)));
        return ApiJson.Write(context, new ItemisedMapAnswer(
            answer.Step,
            answer.Offset,
            answer.TextLength,
            answer.Characters,
            answer.Targets,
            answer.Losses,
            RunAnswers.Bytes(answer.Map),
            answer.Top));
    }

    private static Task Measure(HttpContext context, IExplorer explorer)
    {
        DynamicsReport report = Asked(() => explorer.Measure(
            context.RunId(),
            context.OptionalNumber("step", long.MaxValue),
            context.Layer(),
            (int?)context.OptionalNumber("timestep", int.MaxValue),
            context.RequestAborted));
        LayerDynamics layer = report.Layers[0];
        return ApiJson.Write(context, new DynamicsAnswer(
            report.Step,
            report.SequenceLength,
            report.Timestep,
            layer with { Jacobian = [] },
            RunAnswers.Bytes(layer.Jacobian)));
    }

    private static T Asked<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (ExperimentException mistake)
        {
            throw new ApiException(StatusCodes.Status409Conflict, mistake.Message, mistake.Remedy);
        }
    }
}
