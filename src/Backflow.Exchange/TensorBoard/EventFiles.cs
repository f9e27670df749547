using System.Globalization;

namespace Backflow.Exchange.TensorBoard;

/// <summary>The event files of a folder, by their names.</summary>
public static class EventFiles
{
    /// <summary>What TensorBoard looks for, anywhere in a name.</summary>
    internal const string Mark = "tfevents";

    /// <summary>The event files of one run, in the order in which TensorBoard reads them.</summary>
    /// <param name="folder">The folder, which may not be there.</param>
    /// <returns>Their paths.</returns>
    public static string[] In(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, $"*{Mark}*").Order(StringComparer.Ordinal)]
        : [];

    /// <summary>A path that no file has, and that comes behind those that are there.</summary>
    /// <param name="folder">Where the file is to lie; it may not be there.</param>
    /// <param name="time">Now.</param>
    public static string NextIn(string folder, DateTimeOffset time)
    {
        long seconds = time.ToUnixTimeSeconds();
        for (int number = 0; ; number++)
        {
            string path = Path.Combine(folder, string.Create(
                CultureInfo.InvariantCulture, $"events.out.{Mark}.{seconds:0000000000}.backflow.{number:0000}"));
            if (!Path.Exists(path))
            {
                return path;
            }
        }
    }
}
