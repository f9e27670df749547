using System.Runtime.InteropServices;

namespace Backflow.Cli.Output;

/// <summary>Says whether the reader of the output has gone: the runtime drops what a closed pipe does not
/// take.</summary>
internal static partial class OutputPipe
{
    /// <summary>What the system calls it.</summary>
    public const string Broken = "Broken pipe";

    private const int Output = 1;

    // POLLERR of <poll.h>: a pipe whose other end is closed, on Linux and on macOS.
    private const short Closed = 8;

    /// <summary>Whether the output is a pipe whose reader has gone.</summary>
    public static bool IsClosed
    {
        get
        {
            if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            {
                return false;
            }

            Watched output = new() { Descriptor = Output };
            return Poll(ref output, 1, 0) > 0 && (output.Happened & Closed) != 0;
        }
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Watched watched, nuint count, int timeout);

    // struct pollfd.
    private struct Watched
    {
        public int Descriptor;
        public short Asked;
        public short Happened;
    }
}
