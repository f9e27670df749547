using System.Runtime.Intrinsics;
using Backflow.Engine.Kernels;

namespace Backflow.Engine.Tests.Kernels;

public sealed class Activations128Tests : ActivationsTests
{
    private protected override float[] Invoke(ActivationKind activation, float[] arguments) =>
        ActivationSweep<Simd128, Vector128<float>>.Invoke(activation, arguments);
}

public sealed class Activations256Tests : ActivationsTests
{
    private protected override float[] Invoke(ActivationKind activation, float[] arguments) =>
        ActivationSweep<Simd256, Vector256<float>>.Invoke(activation, arguments);
}

public sealed class Activations512Tests : ActivationsTests
{
    private protected override float[] Invoke(ActivationKind activation, float[] arguments) =>
        ActivationSweep<Simd512, Vector512<float>>.Invoke(activation, arguments);
}
