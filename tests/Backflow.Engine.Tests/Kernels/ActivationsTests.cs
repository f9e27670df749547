using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine.Tests.Kernels;

public abstract class ActivationsTests
{
    /// <summary>A series cut at 1.5·10⁻⁸ and two roundings of 6·10⁻⁸: eˣ to two units in the last place.</summary>
    private const double ExpRelative = 1.2e-7;

    /// <summary>eˣ, a sum and a quotient: three roundings, and eˣ weighs no more than its share of 1 + eˣ.</summary>
    private const double SigmoidRelative = 2e-7;

    /// <summary>e^(−2|x|) − 1, a sum and a quotient, relative even where tanh(x) ≈ x: no digit cancels.</summary>
    private const double TanhRelative = 2.4e-7;

    /// <summary>Values at most 1, rounded at 6·10⁻⁸, in three roundings.</summary>
    private const double Absolute = 1.8e-7;

    /// <summary>The widest argument whose exponential neither overflows nor becomes subnormal.</summary>
    private const double ExpRange = 87;

    private protected abstract float[] Invoke(ActivationKind activation, float[] arguments);

    [Fact]
    public void Exp_DenseGrid_IsRelativelyExact() =>
        WithinTolerance(ActivationKind.Exp, ReferenceActivations.Exp, Grid(ExpRange), double.MaxValue, ExpRelative);

    [Fact]
    public void Sigmoid_DenseGrid_IsExact() =>
        WithinTolerance(
            ActivationKind.Sigmoid, ReferenceActivations.Sigmoid, Grid(ExpRange), Absolute, SigmoidRelative);

    [Fact]
    public void Tanh_DenseGrid_IsExact() =>
        WithinTolerance(ActivationKind.Tanh, ReferenceActivations.Tanh, Grid(ExpRange), Absolute, TanhRelative);

    [Fact]
    public void Tanh_TinyArguments_AreKept()
    {
        float[] arguments = [.. Enumerable.Range(0, 140).SelectMany(Powers)];
        WithinTolerance(ActivationKind.Tanh, ReferenceActivations.Tanh, arguments, Absolute, TanhRelative);

        static float[] Powers(int n) => [float.ScaleB(1.37f, -n), -float.ScaleB(1.37f, -n)];
    }

    [Fact]
    public void Invoke_Subnormal_NeitherVanishesNorBlowsUp()
    {
        float[] arguments = [float.Epsilon, -float.Epsilon, 1e-40f, -1e-40f];
        Assert.All(Invoke(ActivationKind.Exp, arguments), value => Assert.Equal(1f, value));
        Assert.All(Invoke(ActivationKind.Sigmoid, arguments), value => Assert.Equal(0.5f, value));
        float[] tanh = Invoke(ActivationKind.Tanh, arguments);
        for (int i = 0; i < arguments.Length; i++)
        {
            // Doubling and halving may round the last subnormal bit.
            Assert.InRange(tanh[i], arguments[i] - float.Epsilon, arguments[i] + float.Epsilon);
        }
    }

    [Fact]
    public void Invoke_HugeAndInfinite_GoesToTheLimits()
    {
        float[] large = [89, 1e4f, 1e30f, float.MaxValue, float.PositiveInfinity];
        float[] negative = [.. large.Select(x => -x)];
        Assert.All(Invoke(ActivationKind.Sigmoid, large), value => Assert.Equal(1f, value));
        Assert.All(Invoke(ActivationKind.Sigmoid, negative), value => Assert.InRange(value, 0, 1e-37f));
        Assert.All(Invoke(ActivationKind.Tanh, large), value => Assert.Equal(1f, value));
        Assert.All(Invoke(ActivationKind.Tanh, negative), value => Assert.Equal(-1f, value));
        Assert.All(Invoke(ActivationKind.Exp, negative), value => Assert.InRange(value, 0, 1.7e-38f));
        Assert.All(Invoke(ActivationKind.Exp, large), value => Assert.InRange(value, 1e38f, float.MaxValue));
    }

    [Theory]
    [InlineData(ActivationKind.Exp)]
    [InlineData(ActivationKind.Sigmoid)]
    [InlineData(ActivationKind.Tanh)]
    [InlineData(ActivationKind.Relu)]
    public void Invoke_NaN_StaysNaNAndInItsLane(ActivationKind activation)
    {
        float[] values = Invoke(activation, [1, float.NaN, 2]);
        Assert.Equal([false, true, false], values.Select(float.IsNaN));
    }

    [Fact]
    public void Tanh_SignOfZero_IsKept()
    {
        float[] values = Invoke(ActivationKind.Tanh, [0f, -0f]);
        Assert.Equal([0f, -0f], values);
        Assert.Equal([false, true], values.Select(float.IsNegative));
    }

    [Fact]
    public void Relu_AnyArgument_IsExact()
    {
        float[] arguments = [-1, -0f, 0, 1e-40f, 2, float.PositiveInfinity, float.NegativeInfinity];
        Assert.Equal([0, 0, 0, 1e-40f, 2, float.PositiveInfinity, 0], Invoke(ActivationKind.Relu, arguments));
        Assert.Equal([0, 0, 0, 1, 1, 1, 0], Invoke(ActivationKind.IsPositive, arguments));
    }

    [Theory]
    [InlineData(ActivationKind.Sigmoid)]
    [InlineData(ActivationKind.Tanh)]
    public void Invoke_DenseGrid_StaysWithinTheLimits(ActivationKind activation)
    {
        float lowest = activation == ActivationKind.Tanh ? -1 : 0;
        Assert.All(Invoke(activation, Grid(ExpRange)), value => Assert.InRange(value, lowest, 1));
    }

    private static float[] Grid(double range)
    {
        const int Points = 200_001;
        return [.. Enumerable.Range(0, Points).Select(i => (float)(range * ((2.0 * i / (Points - 1)) - 1)))];
    }

    private void WithinTolerance(
        ActivationKind activation, Func<double, double> exact, float[] arguments, double absolute, double relative)
    {
        float[] values = Invoke(activation, arguments);
        for (int i = 0; i < values.Length; i++)
        {
            double expected = exact(arguments[i]);
            double error = Math.Abs(values[i] - expected);

            // Below the smallest normal number the spacing of floats is absolute.
            double tolerance = Math.Min(absolute, (relative * Math.Abs(expected)) + (2 * float.Epsilon));
            Assert.True(error <= tolerance, $"{activation}({arguments[i]:R}) = {values[i]:R}, exactly {expected:R}");
        }
    }
}
