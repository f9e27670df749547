using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Backflow.Engine.Kernels;

namespace Backflow.Engine.Tests.Kernels;

/// <summary>
/// At 128 bits a multiply-add is what the processor has, never its imitation in software; test.sh runs both.
/// </summary>
public sealed class MultiplyAddTests
{
    /// <summary>
    /// A number whose square is 1 + 2⁻¹¹ + 2⁻²⁴, of which the last term is half of a float's last place.
    /// </summary>
    private const float Factor = 1 + (1f / 4096);

    private static readonly float Remainder = Fma.IsSupported || AdvSimd.IsSupported ? MathF.ScaleB(1, -24) : 0;

    [Fact]
    public void Square_MinusItsRoundedSelf_LeavesTheRoundingErrorWhereItIsFused()
    {
        Vector128<float> factor = Vector128.Create(Factor);
        Vector128<float> square = factor * factor;

        Assert.Equal(Vector128.Create(Remainder), Simd128.FusedMultiplyAdd(factor, factor, -square));
    }
}
