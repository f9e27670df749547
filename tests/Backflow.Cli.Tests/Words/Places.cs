using Xunit;

namespace Backflow.Cli.Tests.Words;

/// <summary>Places in files of the checkout, and the report of those where a rule is broken.</summary>
internal static class Places
{
    /// <summary>The files below a folder whose names end so, without packages and build output; sorted.</summary>
    public static IEnumerable<string> Files(string folder, params string[] endings) => Directory
        .EnumerateFiles(Path.Combine(RepositoryRoot.Path, folder), "*", SearchOption.AllDirectories)
        .Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)))
        .Where(static file => !Named(file).Split('/').Any(static part => part is "node_modules" or "obj" or "bin"))
        .Order(StringComparer.Ordinal);

    /// <summary>A file as it is named from the root of the checkout.</summary>
    public static string Named(string file) => Path.GetRelativePath(RepositoryRoot.Path, file).Replace('\\', '/');

    /// <summary>Words of the list in files, as path:line.</summary>
    public static IEnumerable<string> AvoidedWords(IEnumerable<string> files) => files.SelectMany(static file =>
        File.ReadLines(file).SelectMany((line, i) => AvoidedWord.In(line)
            .Select(word => $"{Named(file)}:{i + 1}: {word}")));

    /// <summary>Fails with all places at once.</summary>
    public static void None(IEnumerable<string> places)
    {
        string[] all = [.. places];
        Assert.True(all.Length == 0, $"{all.Length} places:\n{string.Join('\n', all)}");
    }
}
