using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Backflow.Dashboard.Api;
using Backflow.Dashboard.Live;
using Backflow.Dashboard.Page;
using Backflow.Dashboard.Security;
using Backflow.Experiments.Exploration;
using Backflow.Runs;
using Backflow.Training;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backflow.Dashboard;

/// <summary>Serves the page and its interface over a run store.</summary>
/// <remarks>
/// It reads the store, which another thread or process may be writing, and asks <see cref="IExplorer"/> for everything
/// that is computed. docs/dashboard-api.md lists its addresses.
/// </remarks>
public sealed class DashboardServer : IAsyncDisposable
{
    private const int LargestBody = 16 * 1024;
    private const int TokenBytes = 16;

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    private readonly RunStore _store;
    private readonly IExplorer _explorer;
    private readonly DashboardOptions _options;
    private readonly TimeProvider _clock;
    private readonly ListenAddress _listen;
    private readonly ICommandWriter? _commands;
    private WebApplication? _application;
    private LiveStreams? _live;

    /// <summary>Prepares a server; nothing is listened on before <see cref="Start"/>.</summary>
    /// <param name="store">The store, which outlives the server.</param>
    /// <param name="explorer">What computes, which outlives the server.</param>
    /// <param name="options">Where to serve.</param>
    /// <param name="clock">What tells the time; null for the system's clock.</param>
    /// <param name="commands">Who writes the commands that the page shows; null where it shows settings.</param>
    /// <exception cref="DashboardException">The options cannot be served.</exception>
    public DashboardServer(
        RunStore store,
        IExplorer explorer,
        DashboardOptions? options = null,
        TimeProvider? clock = null,
        ICommandWriter? commands = null)
    {
        _commands = commands;
        _store = store;
        _explorer = explorer;
        _options = options ?? new DashboardOptions();
        _clock = clock ?? TimeProvider.System;
        if (_options.Port is < 0 or > IPEndPoint.MaxPort)
        {
            throw new DashboardException(
                $"{nameof(_options.Port):setting} must be from 0 to {IPEndPoint.MaxPort}, got {_options.Port.Value}.",
                $"Take {nameof(_options.Port):setting} {DashboardOptions.DefaultPort}, for instance.");
        }

        if (_options.Token is string token && (token.Length is < 8 or > 128 || !token.All(char.IsAsciiLetterOrDigit)))
        {
            throw new DashboardException(
                "The token must be 8 to 128 letters and digits.", "Leave it out, and one is drawn.");
        }

        _listen = ListenAddress.Parse(_options.Host);
        Token = _options.Token ?? RandomNumberGenerator.GetHexString(2 * TokenBytes, lowercase: true);
    }

    /// <summary>What changes and computations must show, and where the server is private all requests.</summary>
    public string Token { get; }

    /// <summary>Where the page is, such as http://127.0.0.1:7080/, with the token.</summary>
    /// <exception cref="InvalidOperationException">The server was not started.</exception>
    public Uri Address { get; private set; } = new("about:blank");

    /// <summary>The files of the page; a test brings its own.</summary>
    internal PageFiles Page { get; init; } = PageFiles.Embedded;

    /// <summary>Every address that answers, as routes.</summary>
    internal ImmutableArray<RouteEndpoint> Routes =>
    [
        .. ((IEndpointRouteBuilder)_application!).DataSources
            .SelectMany(static source => source.Endpoints)
            .OfType<RouteEndpoint>(),
    ];

    /// <summary>Open streams of events.</summary>
    internal int OpenStreams => _live?.Count ?? 0;

    /// <summary>Starts to listen.</summary>
    /// <param name="cancellation">Ends the start.</param>
    /// <returns>When it listens.</returns>
    /// <exception cref="DashboardException">The port is taken, or the address is not this machine's.</exception>
    public async Task Start(CancellationToken cancellation = default)
    {
        try
        {
            await Listen(_options.Port ?? DashboardOptions.DefaultPort, cancellation).ConfigureAwait(false);
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException && _options.Port is null)
        {
            await Listen(port: 0, cancellation).ConfigureAwait(false);
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw new DashboardException(
                string.Create(CultureInfo.InvariantCulture, $"Port {_options.Port} of {_options.Host} is taken."),
                $"Leave out {nameof(_options.Port):setting} to get a free one.",
                failure);
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            throw new DashboardException(
                $"{nameof(_options.Host):setting} {_options.Host} cannot be listened on: {failure.Message}",
                $"Take {nameof(_options.Host):setting} 127.0.0.1, for instance.",
                failure);
        }
    }

    /// <summary>
    /// Has the runtime compile what the first page would wait for: a second or two of one processor.
    /// </summary>
    /// <param name="explores">Whether the explorer is made ready too: a third of it.</param>
    /// <returns>When it is done, or the server has ended.</returns>
    public Task WarmUp(bool explores = true) =>
        WarmUpRequests.Send(Address, Token, RunAnswers.List(_store).Runs.FirstOrDefault()?.Id, explores);

    /// <summary>Ends every request and stream, and stops to listen.</summary>
    /// <returns>When it is over.</returns>
    public async Task Stop()
    {
        if (_application is WebApplication application)
        {
            _application = null;
            _live!.Dispose();
            using CancellationTokenSource patience = new(ShutdownTimeout, _clock);
            await application.StopAsync(patience.Token).ConfigureAwait(false);
            await application.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Stop().ConfigureAwait(false);

    private async Task Listen(int port, CancellationToken cancellation)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Listen(_listen.Address, port);
        });
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = ShutdownTimeout);
        WebApplication application = builder.Build();
        LiveStreams live = new(_store, _clock, _commands);
        RequestGuard guard = new(_listen, Token, _options.IsPrivate || !_listen.IsLoopback);
        application.Use(ResponseHeaders.Set);
        application.Use(ApiFailure.Catch);
        application.Use(guard.Check);
        application.Use(HeadRequests.Route);
        application.UseRouting();
        RunRoutes.Map(application, _store, _commands);
        SeriesRoutes.Map(application, _store, _commands);
        ExplorerRoutes.Map(application, _explorer);
        live.Map(application);
        PageRoutes.Map(application, Page);
        try
        {
            await application.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            live.Dispose();
            await application.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _application = application;
        _live = live;
        int bound = new Uri(application.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        guard.Port = bound;
        Address = new Uri(string.Create(
            CultureInfo.InvariantCulture, $"http://{_listen.ShownName}:{bound}/?token={Token}"));
    }
}
