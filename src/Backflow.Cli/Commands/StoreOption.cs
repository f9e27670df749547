using System.CommandLine;

namespace Backflow.Cli.Commands;

/// <summary>The options that several commands share.</summary>
internal static class StoreOption
{
    /// <summary>Where runs are kept unless the user says otherwise.</summary>
    public const string DefaultPath = "runs/backflow.db";

    public static Option<string> Create() => new("--store")
    {
        Description = "The file that keeps the runs.",
        DefaultValueFactory = static _ => DefaultPath,
        HelpName = "FILE",
    };

    public static Option<bool> CreateJson() => new("--json")
    {
        Description = "Print JSON for machines instead of text.",
    };

    public static Argument<string> CreateRun() => new("RUN")
    {
        Description = "The run: its id, its name, or the beginning of either.",
    };
}
