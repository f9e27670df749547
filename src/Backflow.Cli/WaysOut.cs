using System.Globalization;
using Backflow.Cli.Options;
using Backflow.Runs;

namespace Backflow.Cli;

/// <summary>The command for what helps after a failure of the store.</summary>
internal static class WaysOut
{
    /// <summary>The commands that keep what they finished, and go on when they are given again.</summary>
    private static readonly string[] GoOn = ["compare", "diagnose", "experiment", "sweep"];

    /// <summary>The command.</summary>
    /// <param name="wayOut">What helps; null for nothing that is a command.</param>
    /// <param name="typed">The words that failed.</param>
    /// <returns>A command as this user types it, or a sentence with an option; null for none.</returns>
    public static string? CommandOf(WayOut? wayOut, IReadOnlyList<string> typed) => wayOut switch
    {
        null => null,
        { Kind: WayOutKind.Resume, RunId: null } when typed is [string command, ..] && GoOn.Contains(command) =>
            CommandName.Localise($"{CommandName.Program} {PosixShell.Quote(Secrets.Without(typed))}"),
        { Kind: WayOutKind.Train, RunId: string run } =>
            $"{CommandName.Of("runs", "show", run)}   # shows how it was trained",
        { Kind: WayOutKind.Train } => CommandName.Of("train"),
        { Kind: WayOutKind.List } => CommandName.Of("runs"),
        { Kind: WayOutKind.OtherStore } => $"{StoreOption.Name} with another file.",
        { Kind: WayOutKind.Delete } => CommandName.Of("runs", "delete", wayOut.RunId!),
        { Step: long step } => CommandName.Of(
            "resume", wayOut.RunId!, "--from-step", step.ToString(CultureInfo.InvariantCulture)),
        _ => CommandName.Of("resume", wayOut.RunId ?? "RUN"),
    };
}
