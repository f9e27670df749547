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
        foreach ((string id, string name) in runs)
        {
            if (id == word || name == word)
            {
                return id;
            }
        }

        ImmutableArray<string> matches =
        [
            .. runs
                .Where(run => run.Id.StartsWith(word, StringComparison.Ordinal)
                    || run.Name.StartsWith(word, StringComparison.Ordinal))
                .Select(run => run.Id),
        ];
        return matches.Length switch
        {
            1 => matches[0],
            0 => throw NotFound(connection, word),
            _ => throw new RunNotFoundException(
                $"'{word}' begins the names of {matches.Length} runs ({Listing(matches)}); type one of them in full.",
                matches),
        };
    }

    /// <summary>The answer to a word that no run goes by.</summary>
    public static RunNotFoundException NotFound(SqliteConnection connection, string word)
    {
        ImmutableArray<string> near = NearNames.Find(word, IdsAndNames(connection));
        return new RunNotFoundException(
            near.IsEmpty
                ? $"There is no run '{word}': the store is empty. Train one."
                : $"There is no run '{word}'; nearest are {Listing(near)}.",
            near)
        {
            WayOut = new WayOut(near.IsEmpty ? WayOutKind.Train : WayOutKind.List),
        };
    }

    private static string Listing(ImmutableArray<string> ids)
    {
        const int Shown = 5;
        string shown = string.Join(", ", ids.Take(Shown));
        return ids.Length > Shown ? shown + ", …" : shown;
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
