using System.CommandLine;
using System.CommandLine.Parsing;
using Backflow.Dashboard;
using Backflow.Training;

namespace Backflow.Cli.Options;

/// <summary>Where a dashboard is served, as options of every command that serves one.</summary>
internal sealed class DashboardServingOptions
{
    private const string Heading = "The dashboard";
    private const string TokenVariable = "BACKFLOW_TOKEN";

    private readonly ValueOption<string> _host = new("host", ValueRule.Text("127.0.0.1"), "ADDRESS")
    {
        Description = "The address to serve on; any but this machine's own asks for the token for reading too.",
        DefaultValueFactory = static _ => new DashboardOptions().Host,
        Group = Heading,
    };

    private readonly ValueOption<int?> _port = new("port", ValueRule.Whole<int>(0, "7080", 65_535), "N")
    {
        Description = $"The port. [default: {DashboardOptions.DefaultPort}, or a free one where that is taken]",
        Group = Heading,
    };

    private readonly ValueOption<string?> _tokenFile = new("token-file", ValueRule.Path("token.txt"), "FILE")
    {
        Description = "A file of what visitors must show to change or compute something, 8 to 128 letters and digits. "
            + $"[default: {TokenVariable}, or one is drawn and printed]",
        Group = Heading,
    };

    private readonly Option<bool> _private = new("--private")
    {
        Description = "Ask for the token for reading too.",
    };

    // Once an option with the token as its value, which the list of processes shows to everybody.
    private readonly ValueOption<string?> _token =
        new("token", ValueRule.AnyText("letters123"), "TOKEN") { Hidden = true };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_host);
        command.Options.Add(_port);
        command.Options.Add(_tokenFile);
        command.Options.Add(_private);
        command.Options.Add(_token);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_token) is not null)
            {
                result.AddError(
                    $"--token would show it in the list of processes; set {TokenVariable} or use --token-file.");
            }
        });
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
                result.AddError("--host, --port, --token-file and --private belong to --dashboard; add it.");
            }
        });
        return dashboard;
    }

    /// <summary>What was asked for.</summary>
    public DashboardOptions Read(ParseResult parsed) => new()
    {
        Host = parsed.GetValue(_host)!,
        Port = parsed.GetValue(_port),
        Token = Secrets.Read(TokenVariable, _tokenFile.Name, parsed.GetValue(_tokenFile)),
        IsPrivate = parsed.GetValue(_private),
    };

    private bool IsGiven(SymbolResult result) =>
        result.GetResult(_host) is { Implicit: false } || result.GetResult(_port) is not null
        || result.GetResult(_tokenFile) is not null || result.GetResult(_private) is { Implicit: false };
}
