using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>Whether products of many rows are taken as products of tiles (Intel AMX with bfloat16).</summary>
/// <remarks>
/// CPUID leaf 7: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID, EDX bits 22 (AMX-BF16)
/// and 24 (AMX-TILE). Linux gives the eight kilobytes of tile registers to a process that asks for them:
/// Documentation/arch/x86/xstate.rst. Why they are used on request only: docs/decisions/tiles.md.
/// </remarks>
public static partial class TileProcessor
{
    /// <summary>The environment variable that asks for tiles with the value 1.</summary>
    public const string Switch = "BACKFLOW_TILES";

    private const int RequiredFeatures = (1 << 22) | (1 << 24);

    // <asm/unistd_64.h> and <asm/prctl.h> of Linux.
    private const nint ArchPrctl = 158;
    private const nint RequestPermission = 0x1023;
    private const nint TileData = 18;

    private static readonly Lazy<bool> Available = new(static () => HasInstructions && Permits() && TileCode.IsLoaded);

    /// <summary>Whether this processor and system let a process multiply tiles.</summary>
    public static bool IsAvailable => Available.Value;

    /// <summary>Whether somebody asks for tiles.</summary>
    public static bool IsRequested { get; } = Environment.GetEnvironmentVariable(Switch) == "1";

    /// <summary>Whether new networks use tiles: they are asked for, and there are any.</summary>
    public static bool IsUsed { get; } = IsRequested && IsAvailable;

    /// <summary>
    /// Multiplies operands that stay in the second-level cache, for whoever times it: another program on the same core
    /// that uses the tile unit leaves a third of it.
    /// </summary>
    /// <param name="rounds">Products of 32 × 64 with 256 terms.</param>
    /// <returns>Floating-point operations, as a float product counts them.</returns>
    /// <exception cref="InvalidOperationException">There are no tiles.</exception>
    public static unsafe double Probe(int rounds)
    {
        const int Columns = 64;
        const int Terms = 256;
        if (!IsAvailable)
        {
            throw new InvalidOperationException("This processor or system has no tiles to multiply.");
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
        OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture == Architecture.X64
        && Vector512.IsHardwareAccelerated
        && X86Base.IsSupported
        && X86Base.CpuId(0, 0).Eax >= 7
        && (X86Base.CpuId(7, 0).Edx & RequiredFeatures) == RequiredFeatures;

    private static bool Permits() => SystemCall(ArchPrctl, RequestPermission, TileData) == 0;

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, nint first, nint second);
}
