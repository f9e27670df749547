using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using Backflow.Dashboard.Security;
using Backflow.Experiments.Exploration;

namespace Backflow.Dashboard;

/// <summary>
/// Asks a server for what its pages ask for, so that no reader waits for the runtime to compile the answers.
/// </summary>
internal static class WarmUpRequests
{
    private static readonly ImmutableArray<string> OfARun =
    [
        string.Empty,
        "/rows?metric=total-gradient-norm&layer=0&columns=1024",
        "/scalars?metric=training-loss&points=2000",
        "/events",
        "/samples",
        "/row?metric=total-gradient-norm&layer=0&step=1",
    ];

    /// <summary>Asks for each kind of answer once, one after another.</summary>
    /// <param name="address">The server's start page.</param>
    /// <param name="token">What a request must show that has something computed.</param>
    /// <param name="run">A run to look at, or null where there is none.</param>
    /// <param name="explores">Whether the explorer is asked too, which is a third of the work.</param>
    public static async Task Send(Uri address, string token, string? run, bool explores)
    {
        using HttpClient client = new();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        client.DefaultRequestHeaders.Add(RequestGuard.OwnHeader, "1");
        try
        {
            foreach (string path in Paths(run))
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri(address, path)).ConfigureAwait(false);
            }

            foreach (string path in explores ? Questions : [])
            {
                using StringContent nothing = new("{}", Encoding.UTF8, MediaTypeNames.Application.Json);
                using HttpResponseMessage answer =
                    await client.PostAsync(new Uri(address, path), nothing).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            // The server has ended, or nothing may connect to its address; the first reader waits then.
        }
    }

    /// <summary>
    /// What is asked for: with every parameter that the page sends, because reading one is compiled too.
    /// </summary>
    /// <param name="run">The run whose page is asked for, or null where there is none.</param>
    internal static IEnumerable<string> Paths(string? run) =>
    [
        "/",
        "/api/store",
        "/api/runs",
        .. run is null ? [] : OfARun.Select(part => $"/api/runs/{run}{part}"),
    ];

    /// <summary>What the explorer is asked for: it computes, so these are posted.</summary>
    internal static IEnumerable<string> Questions => CellWords.All.Select(static cell => Explorer(cell.Name));

    private static string Explorer(string cell) =>
        $"/api/explorer?cell={cell}&length=100&scale=0.8&forgetBias=1&hidden=64&seed=1";
}
