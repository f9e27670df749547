using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Training;
using Xunit;

namespace Backflow.Cli.Tests.Options;

/// <summary>What 'backflow train' makes of its arguments, without a process.</summary>
internal static class TrainCommandLine
{
    /// <summary>The configuration, and what is said about options without an effect.</summary>
    public static (TrainingConfiguration Configuration, string Warnings) Read(params string[] arguments)
    {
        using StringWriter warnings = new();
        TrainingArguments options = new() { Warnings = warnings };
        Command train = new("train");
        options.AddTo(train);
        ParseResult parsed = train.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return (options.ReadChecked(parsed), warnings.ToString());
    }

    /// <summary>The configuration of a whole command.</summary>
    public static TrainingConfiguration Of(string command) =>
        Read(command["backflow train".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)).Configuration;
}
