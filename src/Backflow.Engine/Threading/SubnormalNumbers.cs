using System.Runtime.CompilerServices;

namespace Backflow.Engine;

/// <summary>
/// Whether a thread computes with subnormal numbers, below 2⁻¹²⁶ ≈ 1.2·10⁻³⁸, or has zeros in their place.
/// </summary>
/// <remarks>
/// .NET leaves the processor's mode alone, but native code in the same process may set it, and threads that are started
/// afterwards inherit it. Such a run has other bits, and its vanishing gradients end earlier.
/// </remarks>
public static class SubnormalNumbers
{
    private static float _subnormal = 1e-39f;
    private static float _one = 1;

    /// <summary>Asks the processor, on the calling thread: whether 10⁻³⁹ · 1 is 0.</summary>
    /// <returns>True where the thread flushes.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool AreFlushedHere() => Volatile.Read(ref _subnormal) * Volatile.Read(ref _one) == 0;
}
