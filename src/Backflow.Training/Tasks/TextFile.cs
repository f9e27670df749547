using System.Security;
using Backflow.Telemetry;

namespace Backflow.Training.Tasks;

/// <summary>Reads a file that a user named, and says in a sentence why it cannot.</summary>
internal static class TextFile
{
    /// <summary>The largest file, in bytes: 1 GB; every character becomes a token of four bytes in memory.</summary>
    public const long MaximumBytes = 1_000_000_000;

    private const int ChunkSize = 1 << 16;

    /// <summary>Reads all bytes of a file.</summary>
    /// <param name="path">The path as the user gave it.</param>
    /// <param name="maximumBytes">The largest size that is read.</param>
    /// <returns>At least one byte.</returns>
    /// <exception cref="ExperimentException">
    /// The file is missing, a directory, empty, too large or unreadable.
    /// </exception>
    public static byte[] Read(string path, long maximumBytes = MaximumBytes)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new ExperimentException("The text file has no name.", "Give the path of a UTF-8 text file.");
        }

        if (Directory.Exists(path))
        {
            throw new ExperimentException(
                $"'{path}' is a directory; a text is read from one file.", "Give the path of a file inside it.");
        }

        byte[] bytes;
        try
        {
            using FileStream stream = File.OpenRead(path);
            bytes = ReadBounded(stream, path, maximumBytes);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or SecurityException or NotSupportedException
                or ArgumentException)
        {
            throw Explain(path, exception);
        }

        return bytes.Length > 0
            ? bytes
            : throw new ExperimentException($"'{path}' is empty.", "Give a UTF-8 text file with some text in it.");
    }

    /// <summary>Turns what the operating system reports into a sentence.</summary>
    /// <param name="path">The path as the user gave it.</param>
    /// <param name="exception">The report.</param>
    /// <returns>The error, to be thrown.</returns>
    internal static ExperimentException Explain(string path, Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => new ExperimentException(
            $"There is no file '{path}'.", "Check the path; it is relative to the current directory.", exception),
        UnauthorizedAccessException or SecurityException => new ExperimentException(
            $"'{path}' may not be read by this user.",
            "Give yourself the permission to read it, or copy it.",
            exception),
        _ => new ExperimentException(
            $"'{path}' cannot be read: {exception.Message}",
            "Check the file and the disk, or copy it first.",
            exception),
    };

    // The length is not asked for alone: a pipe has none, and a file may grow while it is read.
    private static byte[] ReadBounded(FileStream stream, string path, long maximumBytes)
    {
        long expected = stream.CanSeek ? stream.Length : 0;
        if (expected > maximumBytes)
        {
            throw TooLarge(path, maximumBytes);
        }

        byte[] buffer = new byte[Math.Max(expected + 1, ChunkSize)];
        int count = 0;
        while (true)
        {
            int read = stream.Read(buffer.AsSpan(count));
            count += read;
            if (count > maximumBytes)
            {
                throw TooLarge(path, maximumBytes);
            }

            if (read == 0)
            {
                return buffer.AsSpan(0, count).ToArray();
            }

            if (count == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, maximumBytes + 1));
            }
        }
    }

    private static ExperimentException TooLarge(string path, long maximumBytes) => new(
        $"'{path}' is larger than {NumberText.Count(maximumBytes)} bytes, the most that is read into memory.",
        "Train on a part of it, for instance: head -c 100000000 FILE > part.txt");
}
