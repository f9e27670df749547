using System.Collections.Immutable;
using Backflow.Runs.Store;
using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Manifest;

/// <summary>Finds the run that a person means by a word: its id, its name, or the beginning of one of them.</summary>
internal static class RunLookup
{
    /// <summary>The id of the run that goes by the word.</summary>
    /// <exception cref="RunNotFoundException">No run does, or several do.</exception>
    public static string Resolve(SqliteConnection connection, string word)
    {
        List<(string Id, string Name)> runs = IdsAndNames(connection);
        if (Exact(runs, word) is string exact)
        {
            return exact;
        }

        ImmutableArray<(string Id, string Name)> matches = Beginning(runs, word);
        return matches.Length switch
        {
            1 => matches[0].Id,
            0 => throw NotFound(connection, word),
            _ => throw new RunNotFoundException(
                $"'{word}' begins the names of {matches.Length} runs ({Listing(matches)}); type one of them in full.",
                Ids(matches)),
        };
    }

    /// <summary>
    /// The id of the run whose whole id or whole name is the word: what changes a run guesses nothing.
    /// </summary>
    /// <exception cref="RunNotFoundException">No run is called so.</exception>
    public static string ResolveInFull(SqliteConnection connection, string word)
    {
        List<(string Id, string Name)> runs = IdsAndNames(connection);
        if (Exact(runs, word) is string exact)
        {
            return exact;
        }

        ImmutableArray<(string Id, string Name)> longer = Beginning(runs, word);
        throw longer.IsEmpty
            ? NotFound(connection, word)
            : new RunNotFoundException(
                $"No run is called '{word}', and what changes a run takes a whole id or name; {Listing(longer)} "
                + $"{(longer.Length == 1 ? "begins" : "begin")} like it.",
                Ids(longer))
            {
                WayOut = new WayOut(WayOutKind.List),
            };
    }

    /// <summary>The answer to a word that no run goes by.</summary>
    public static RunNotFoundException NotFound(SqliteConnection connection, string word)
    {
        ImmutableArray<(string Id, string Name)> near = NearNames.Find(word, IdsAndNames(connection));
        return new RunNotFoundException(
            near.IsEmpty
                ? $"There is no run '{word}': the store is empty. Train one."
                : $"There is no run '{word}'; nearest are {Listing(near)}.",
            Ids(near))
        {
            WayOut = new WayOut(near.IsEmpty ? WayOutKind.Train : WayOutKind.List),
        };
    }

    private static string? Exact(List<(string Id, string Name)> runs, string word) =>
        runs.Find(run => run.Id == word || run.Name == word).Id;

    private static ImmutableArray<(string Id, string Name)> Beginning(
        List<(string Id, string Name)> runs, string word) =>
    [
        .. runs.Where(run => run.Id.StartsWith(word, StringComparison.Ordinal)
            || run.Name.StartsWith(word, StringComparison.Ordinal)),
    ];

    private static ImmutableArray<string> Ids(ImmutableArray<(string Id, string Name)> runs) =>
        [.. runs.Select(static run => run.Id)];

    private static string Listing(ImmutableArray<(string Id, string Name)> runs)
    {
        const int Shown = 5;
        string shown = string.Join(
            ", ", runs.Take(Shown).Select(static run => run.Id == run.Name ? run.Id : $"{run.Id} ({run.Name})"));
        return runs.Length > Shown ? shown + ", …" : shown;
    }

    private static List<(string Id, string Name)> IdsAndNames(SqliteConnection connection)
    {
        using SqliteCommand command = connection.Command("SELECT id, name FROM run ORDER BY run_key DESC;");
        using SqliteDataReader reader = command.ExecuteReader();
        List<(string Id, string Name)> runs = [];
        while (reader.Read())
        {
            runs.Add((reader.GetString(0), reader.GetString(1)));
        }

        return runs;
    }
}
