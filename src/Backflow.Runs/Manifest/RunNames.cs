using Microsoft.Data.Sqlite;

namespace Backflow.Runs.Manifest;

/// <summary>Which names a run may have.</summary>
internal static class RunNames
{
    private const int Longest = 200;

    /// <summary>Whether a text can be a name: at most 200 characters, all visible, none that turns the text around
    /// it.</summary>
    public static bool IsName(string text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= Longest && VisibleText.IsVisible(text);

    /// <summary>Throws unless a run may take the name.</summary>
    /// <param name="connection">A connection within a transaction.</param>
    /// <param name="name">The name that is asked for.</param>
    /// <param name="forId">The run that takes it; empty for a new one.</param>
    public static void RequireFree(SqliteConnection connection, string name, string forId = "")
    {
        if (!IsName(name))
        {
            throw new RunStoreException(
                $"'{VisibleText.Of(name)}' cannot be the name of a run; allowed are 1 to {Longest} visible "
                + "characters.");
        }

        if (RunTable.IsTaken(connection, name, forId))
        {
            throw new RunStoreException(
                $"Another run goes by '{name}'; choose another name, or rename that run first.");
        }
    }
}
