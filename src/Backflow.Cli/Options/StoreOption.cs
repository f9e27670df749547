using System.CommandLine;
using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Cli.Options;

/// <summary>The options that several commands share.</summary>
internal static class StoreOption
{
    /// <summary>The option's name.</summary>
    public const string Name = "--store";

    /// <summary>Where runs are kept unless the user says otherwise.</summary>
    public const string DefaultPath = "runs/backflow.db";

    public static ValueOption<string> Create() => new("store", ValueRule.Path(DefaultPath), "FILE")
    {
        Description = "The file that keeps the runs.",
        DefaultValueFactory = static _ => DefaultPath,
    };

    /// <summary>What the name of a run may be.</summary>
    public static ValueRule Names(string example) =>
        ValueRule.Form("1 to 200 visible characters", RunStore.IsName, example);

    public static ValueOption<string?> CreateName(string example, string description) =>
        new("name", Names(example), "NAME")
        {
            Description = description,
        };

    public static Option<bool> CreateJson() => new("--json")
    {
        Description = "Print JSON for machines instead of text.",
    };

    public static Argument<string> CreateRun() => new("RUN")
    {
        Description = "The run: its id, its name, or the beginning of either.",
    };

    /// <summary>The run that a command changes: nothing is guessed.</summary>
    public static Argument<string> CreateRunInFull() => new("RUN")
    {
        Description = "The run: its whole id or its whole name.",
    };
}
