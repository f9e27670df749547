using System.Security;
using Backflow.Telemetry;

namespace Backflow.Training.Texts;

/// <summary>The bytes of a file or a pipe that a user named, which can be read from any place more than once.</summary>
/// <remarks>
/// A file is read where it lies and as long as it was when it was opened: one that grows is bounded. What cannot be
/// read twice, a pipe or a device, is kept in memory as far as it was read.
/// </remarks>
internal abstract class TextFile : IDisposable
{
    /// <summary>The largest text, in bytes: 1 GB.</summary>
    public const long MaximumBytes = 1_000_000_000;

    /// <summary>Whether the bytes came through a pipe or a device, which another process cannot read again.</summary>
    public abstract bool IsReadOnce { get; }

    /// <summary>The path as the user gave it.</summary>
    public required string Path { get; init; }

    /// <summary>Opens a file or a pipe.</summary>
    /// <param name="path">The path as the user gave it.</param>
    /// <param name="maximumBytes">The largest size that is read.</param>
    /// <exception cref="ExperimentException">The file is missing, a directory, too large or unreadable.</exception>
    public static TextFile Open(string path, long maximumBytes = MaximumBytes) =>
        WaitFor(path, maximumBytes, CancellationToken.None);

    /// <summary>Opens a file or a pipe, which may be waited for.</summary>
    /// <param name="path">The path as the user gave it.</param>
    /// <param name="maximumBytes">The largest size that is read.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ExperimentException">The file is missing, a directory, too large or unreadable.</exception>
    public static TextFile WaitFor(string path, long maximumBytes, CancellationToken cancellation)
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

        FileStream? stream = null;
        try
        {
            stream = InputFile.OpenFile(path, cancellation);
            TextFile file = Of(stream, path, maximumBytes, cancellation);
            stream = null;
            return file;
        }
        catch (Exception exception) when (IsOfTheSystem(exception))
        {
            throw Explain(path, exception);
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <summary>Reads bytes from a place on.</summary>
    /// <param name="offset">The place.</param>
    /// <param name="bytes">Filled from its beginning, whole unless the file ends.</param>
    /// <returns>The bytes read; fewer than asked for at the end.</returns>
    /// <exception cref="ExperimentException">The bytes are too many, or cannot be read.</exception>
    public int Read(long offset, Span<byte> bytes)
    {
        try
        {
            int count = 0;
            int read;
            while (count < bytes.Length && (read = ReadSome(offset + count, bytes[count..])) > 0)
            {
                count += read;
            }

            return count;
        }
        catch (Exception exception) when (IsOfTheSystem(exception))
        {
            throw Explain(Path, exception);
        }
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Reads at least one byte, unless the file ends.</summary>
    /// <returns>The bytes read; 0 at the end.</returns>
    protected abstract int ReadSome(long offset, Span<byte> bytes);

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

    /// <summary>The error about too many bytes.</summary>
    protected static ExperimentException TooLarge(string path, long maximumBytes) => new(
        $"'{path}' is larger than {NumberText.Count(maximumBytes)} bytes, the most that is read.",
        $"Train on a part of it, for instance: head -c 100000000 {ShellWord.Quote(path)} > part.txt");

    // The file that is returned takes the stream over.
    private static TextFile Of(FileStream stream, string path, long maximumBytes, CancellationToken cancellation)
    {
        // A device says that it has no bytes, and a pipe nothing.
        if (!stream.CanSeek || stream.Length == 0)
        {
            return new KeptBytes(stream, maximumBytes, cancellation) { Path = path };
        }

        if (stream.Length <= maximumBytes)
        {
            return new FileBytes(stream) { Path = path };
        }

        throw TooLarge(path, maximumBytes);
    }

    private static bool IsOfTheSystem(Exception exception) => exception is IOException or UnauthorizedAccessException
        or SecurityException or NotSupportedException or ArgumentException;

    private sealed class FileBytes(FileStream stream) : TextFile
    {
        private readonly long _length = stream.Length;

        // What stands behind a file's descriptor may be another file for another process.
        public override bool IsReadOnce
        {
            get
            {
                string whole = System.IO.Path.GetFullPath(Path);
                return whole.StartsWith("/dev/", StringComparison.Ordinal)
                    || whole.StartsWith("/proc/", StringComparison.Ordinal);
            }
        }

        public override void Dispose() => stream.Dispose();

        protected override int ReadSome(long offset, Span<byte> bytes) => offset >= _length ? 0
            : RandomAccess.Read(stream.SafeFileHandle, bytes[..(int)Math.Min(bytes.Length, _length - offset)], offset);
    }

    private sealed class KeptBytes(
        FileStream stream, long maximumBytes, CancellationToken cancellation) : TextFile
    {
        private const int ChunkSize = 1 << 20;

        private readonly Stream _bytes = InputFile.WaitingFor(stream, cancellation);
        private readonly List<byte[]> _chunks = [];
        private readonly bool _isSeekable = stream.CanSeek;
        private long _count;
        private bool _isAtEnd;

        // An empty file can be read again, and is no text either way.
        public override bool IsReadOnce => !_isSeekable || _count > 0;

        public override void Dispose() => _bytes.Dispose();

        protected override int ReadSome(long offset, Span<byte> bytes)
        {
            while (offset >= _count && !_isAtEnd)
            {
                ReadMore();
            }

            if (offset >= _count)
            {
                return 0;
            }

            int begin = (int)(offset % ChunkSize);
            int length = (int)Math.Min(Math.Min(ChunkSize - begin, _count - offset), bytes.Length);
            _chunks[(int)(offset / ChunkSize)].AsSpan(begin, length).CopyTo(bytes);
            return length;
        }

        private void ReadMore()
        {
            int begin = (int)(_count % ChunkSize);
            if (begin == 0)
            {
                _chunks.Add(new byte[ChunkSize]);
            }

            int read = _bytes.Read(_chunks[^1], begin, ChunkSize - begin);
            _count += read;
            _isAtEnd = read == 0;
            if (_count > maximumBytes)
            {
                throw TooLarge(Path, maximumBytes);
            }
        }
    }
}
