using System.Runtime.InteropServices;

namespace Backflow.Engine;

/// <summary>Asks the system for pages of 2 MB under a large buffer.</summary>
/// <remarks>
/// A product walks through rows that lie kilobytes apart: with pages of 4 KB every row needs an entry of its own in the
/// processor's table of addresses. Linux gives large pages to memory that asks for them before it is first written;
/// elsewhere, and where it refuses, nothing changes but the speed.
/// </remarks>
internal static unsafe partial class HugePages
{
    /// <summary>Bytes of a large page on x86-64, and on Arm with pages of 4 KB.</summary>
    public const int Bytes = 2 * 1024 * 1024;

    // MADV_HUGEPAGE of <linux/mman.h>.
    private const int Advice = 14;

    /// <summary>Asks for large pages under memory that has not been written yet.</summary>
    /// <param name="address">Where it begins.</param>
    /// <param name="bytes">Its size; only whole large pages inside it are asked for.</param>
    public static void Request(void* address, nuint bytes)
    {
        nuint begin = ((nuint)address + Bytes - 1) & ~(nuint)(Bytes - 1);
        nuint end = ((nuint)address + bytes) & ~(nuint)(Bytes - 1);
        if (OperatingSystem.IsLinux() && begin < end)
        {
            _ = Advise((void*)begin, end - begin, Advice);
        }
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
