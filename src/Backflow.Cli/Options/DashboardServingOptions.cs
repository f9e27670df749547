using System.CommandLine;
using System.CommandLine.Parsing;
using Backflow.Dashboard;
using Backflow.Training;

namespace Backflow.Cli.Options;

/// <summary>Where a dashboard is served, as options of every command that serves one.</summary>
internal sealed class DashboardServingOptions
{
    private const string Heading = "The dashboard";

    private readonly ValueOption<string> _host = new("host", ValueRule.Text("127.0.0.1"), "ADDRESS")
    {
        Description = "The address to serve on; any but this machine's own asks visitors for a token.",
        DefaultValueFactory = static _ => new DashboardOptions().Host,
        Group = Heading,
    };

    private readonly ValueOption<int?> _port = new("port", ValueRule.Whole<int>(0, "7080", 65_535), "N")
    {
        Description = $"The port. [default: {DashboardOptions.DefaultPort}, or a free one where that is taken]",
        Group = Heading,
    };

    private readonly ValueOption<string?> _token = new("token", ValueRule.Text("letters123"), "TOKEN")
    {
        Description = "What visitors must show. [default: drawn and printed where one is needed]",
        Group = Heading,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_host);
        command.Options.Add(_port);
        command.Options.Add(_token);
    }

    /// <summary>Adds --dashboard to a command that trains, and the options that belong to it.</summary>
    /// <returns>Whether a dashboard is wanted.</returns>
    public Option<bool> AddToTraining(Command command)
    {
        Option<bool> dashboard = new("--dashboard")
        {
            Description = "Serve the dashboard while training, and on a terminal afterwards until Ctrl+C.",
        };
        command.Options.Add(dashboard);
        AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(dashboard) is null && IsGiven(result))
            {
                result.AddError("--host, --port and --token belong to --dashboard; add it.");
            }
        });
        return dashboard;
    }

    /// <summary>What was asked for.</summary>
    public DashboardOptions Read(ParseResult parsed) => new()
    {
        Host = parsed.GetValue(_host)!,
        Port = parsed.GetValue(_port),
        Token = parsed.GetValue(_token),
    };

    private bool IsGiven(SymbolResult result) =>
        result.GetResult(_host) is { Implicit: false } || result.GetResult(_port) is not null || result.GetResult(_token) is not null;
}
