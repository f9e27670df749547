using Backflow.Engine.Kernels;

namespace Backflow.Benchmarks;

/// <summary>The vector widths that this processor runs without emulation.</summary>
internal static class Widths
{
    public static IEnumerable<int> Supported =>
        KernelSet.All
            .Where(static kernels => !kernels.UsesTiles)
            .Select(static kernels => kernels.VectorBits)
            .Where(static bits => bits <= KernelSet.Widest.VectorBits);

    public static KernelSet Kernels(int bits) =>
        KernelSet.All.Single(kernels => kernels.VectorBits == bits && !kernels.UsesTiles);
}
