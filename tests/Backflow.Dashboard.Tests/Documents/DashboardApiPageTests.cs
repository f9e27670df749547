using Backflow.Dashboard.Live;
using Backflow.Dashboard.Security;
using Microsoft.AspNetCore.Routing;

namespace Backflow.Dashboard.Tests.Documents;

public sealed class DashboardApiPageTests
{
    private static readonly string Page =
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "dashboard-api.md"));

    [Fact]
    public async Task Page_EveryRoute_IsDocumented()
    {
        await using Served served = await Served.Start();
        string[] routes =
        [
            .. served.Server.Routes.Select(static route =>
            {
                IReadOnlyList<string> methods =
                    route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"];
                string path = "/" + route.RoutePattern.RawText!.TrimStart('/');
                return $"`{Assert.Single(methods)} {path}`";
            }),
        ];
        Assert.True(routes.Length >= 22, $"Only {routes.Length} routes.");
        Assert.All(routes, static route => Assert.Contains(route, Page, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_Limits_AreThoseOfTheCode()
    {
        Assert.Contains($"at most {LiveStreams.Most} streams", Page, StringComparison.Ordinal);
        Assert.Contains($"`{RequestGuard.OwnHeader}: 1`", Page, StringComparison.Ordinal);
    }
}
