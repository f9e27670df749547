using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Backflow.Engine.Kernels;

/// <summary>The unit in which memory comes into the caches.</summary>
internal static unsafe class CacheLine
{
    /// <summary>Floats of a line.</summary>
    public const int Floats = 16;

    /// <summary>
    /// Asks for a line before it is needed. Any address may be named; where there is no such instruction, nothing
    /// happens.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
