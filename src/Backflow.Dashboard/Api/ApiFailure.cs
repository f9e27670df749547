using Backflow.Dashboard.Page;
using Backflow.Runs;
using Backflow.Training;
using Microsoft.AspNetCore.Http;

namespace Backflow.Dashboard.Api;

/// <summary>Turns what goes wrong into a status, a sentence and a remedy.</summary>
internal static class ApiFailure
{
    public static async Task Catch(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The browser went away, and with it the reader of an answer.
        }
#pragma warning disable CA1031 // Every failure becomes an answer; a page must never end the training beside it.
        catch (Exception failure) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            (int status, string error, string remedy) = Describe(failure);
            context.Response.StatusCode = status;
            await (RefusalPage.IsWanted(context.Request)
                ? RefusalPage.Write(context, error, remedy)
                : ApiJson.Write(context, new ErrorAnswer(error, remedy))).ConfigureAwait(false);
        }
    }

    private static (int Status, string Error, string Remedy) Describe(Exception failure) => failure switch
    {
        ApiException refused => (refused.Status, refused.Message, refused.Remedy),
        ExperimentException mistake => (StatusCodes.Status400BadRequest, mistake.Message, mistake.Remedy),
        BadHttpRequestException bad => (bad.StatusCode, bad.Message, "Send less."),
        RunNotFoundException missing => Split(StatusCodes.Status404NotFound, missing.Message),
        RunStoreException refused => Split(StatusCodes.Status409Conflict, refused.Message),
        _ => (
            StatusCodes.Status500InternalServerError,
            $"The server failed: {failure.GetType().Name}: {failure.Message}",
            "Please report this as a bug."),
    };

    // Messages of the store end with the remedy, after a semicolon.
    private static (int Status, string Error, string Remedy) Split(int status, string message)
    {
        int end = message.IndexOf(';', StringComparison.Ordinal);
        return end < 0
            ? (status, message, "See all runs on the page of runs.")
            : (status, message[..end] + ".", char.ToUpperInvariant(message[end + 2]) + message[(end + 3)..]);
    }
}
