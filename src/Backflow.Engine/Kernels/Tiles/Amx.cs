using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>Whether products of many rows are taken as products of tiles, by AMX with bfloat16.</summary>
/// <remarks>
/// CPUID leaf 7: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID, EDX bits 22 (AMX-BF16)
/// and 24 (AMX-TILE). Linux gives the eight kilobytes of tile registers to a process that asks for them:
/// Documentation/arch/x86/xstate.rst. Why they are used on request only: docs/decisions/tiles.md.
/// </remarks>
public static partial class Amx
{
    private const int RequiredFeatures = (1 << 22) | (1 << 24);

    // <asm/unistd_64.h> and <asm/prctl.h> of Linux.
    private const nint ArchPrctl = 158;
    private const nint RequestPermission = 0x1023;
    private const nint TileData = 18;

    /// <summary>Whether the processor has AMX and the system lets a process use it.</summary>
    /// <remarks>
    /// Elsewhere than on Linux this is a constant, so that a trimmed module for browsers leaves all of it out, and the
    /// assembler with it.
    /// </remarks>
    public static bool IsAvailable => OperatingSystem.IsLinux() && Availability.IsGiven;

    /// <summary>Whether the program asks for AMX; false until it says so.</summary>
    /// <remarks>A network keeps what held when it was made, so a program says it before its first network.</remarks>
    public static bool IsRequested { get; set; }

    /// <summary>Whether new networks use AMX: the program asks for it, and there is one.</summary>
    public static bool IsUsed => IsAvailable && IsRequested;

    /// <summary>
    /// Multiplies operands that stay in the second-level cache, so that a benchmark can time it: another program on the
    /// same core that uses AMX leaves a third of it.
    /// </summary>
    /// <param name="rounds">Products of 32 × 64 with 256 terms.</param>
    /// <returns>Floating-point operations, as a float product counts them.</returns>
    /// <exception cref="InvalidOperationException">There is no AMX.</exception>
    public static unsafe double Probe(int rounds)
    {
        const int Columns = 64;
        const int Terms = 256;
        if (!IsAvailable)
        {
            throw new InvalidOperationException("This processor or system has no AMX.");
        }

        AlignedBuffer left = new(TileOperand.Floats(TileProduct.RowsAtOnce, Terms));
        AlignedBuffer right = new(TileOperand.Floats(Columns, Terms));
        AlignedBuffer product = new(TileProduct.RowsAtOnce * Columns);
        for (int round = 0; round < rounds; round++)
        {
            TileProduct.Multiply(
                TileProduct.RowsAtOnce,
                Columns,
                Terms,
                (byte*)left.Pointer,
                (byte*)right.Pointer,
                null,
                0,
                product.Pointer,
                Columns);
        }

        TileProduct.Release();
        return 2.0 * TileProduct.RowsAtOnce * Columns * Terms * rounds;
    }

    private static bool HasInstructions =>
        RuntimeInformation.ProcessArchitecture == Architecture.X64
        && Vector512.IsHardwareAccelerated
        && X86Base.IsSupported
        && X86Base.CpuId(0, 0).Eax >= 7
        && (X86Base.CpuId(7, 0).Edx & RequiredFeatures) == RequiredFeatures;

    private static bool Permits() => SystemCall(ArchPrctl, RequestPermission, TileData) == 0;

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint first, nint second);

    // Asked for once. A class of its own, because the field's first value is what holds on to the assembler.
    private static class Availability
    {
        public static readonly bool IsGiven = HasInstructions && Permits() && TileCode.IsLoaded;
    }
}
