using Backflow.Engine.Kernels.Reference;

namespace Backflow.Engine.Tests.Passes;

/// <summary>Passes over states that another program computed; here the double twin.</summary>
public sealed class ObservedStatesTests
{
    private const int Length = 120;
    private const int Batch = 3;
    private const int Hidden = 24;

    // One timestep in floats from a state that is right: sums of 24 terms that are larger than 1, and an activation.
    private const double StepTolerance = 5e-6;

    // A gradient over 120 timesteps of a network that doubles differences, beside the largest.
    private const double ChaoticTolerance = 2e-5;

    [Theory]
    [InlineData("rnn")]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void Forward_OwnStates_ChangesNoBit(string cell)
    {
        using PassSetup setup = Setup(cell, scale: 1);
        setup.Pass.Forward();
        float[] states = All(setup.Pass);
        setup.Pass.SetOutputGradient(Asked());
        setup.Pass.Backward();
        float[] gradients = setup.Network.Gradients.Span.ToArray();
        setup.Pass.Layers[0].ObserveStates(states);
        setup.Pass.Forward();
        setup.Pass.SetOutputGradient(Asked());
        setup.Pass.Backward();
        Assert.Equal(0, setup.Pass.Layers[0].ObservedDeviation);
        Assert.Equal(PassSetup.Bits(gradients), PassSetup.Bits(setup.Network.Gradients.Span.ToArray()));
    }

    [Theory]
    [InlineData("rnn", 6)]
    [InlineData("gru", 8)]
    public void Backward_ChaoticNetwork_IsThatOfTheObservedPath(string cell, double scale)
    {
        using PassSetup setup = Setup(cell, scale);
        ReferenceNetwork twin = Twin(setup);
        twin.Forward();
        twin.Backward();
        float[] observed = [.. twin.Hidden(0)[(Batch * Hidden)..].ToArray().Select(static value => (float)value)];
        setup.Pass.Forward();
        double apart = All(setup.Pass).Zip(observed, static (a, b) => Math.Abs(a - b)).Max();
        Assert.True(apart > 0.01, $"The network is not chaotic: {apart}");
        setup.Pass.Layers[0].ObserveStates(observed);
        setup.Pass.Forward();
        setup.Pass.SetOutputGradient(Asked());
        setup.Pass.Backward();
        Assert.InRange(setup.Pass.Layers[0].ObservedDeviation, 0, StepTolerance);
        double[] expected = [.. twin.HiddenGradient(0).ToArray()];
        double largest = expected.Max(Math.Abs);
        for (int t = LayerPass.Initial; t < Length; t++)
        {
            for (int row = 0; row < Batch; row++)
            {
                for (int unit = 0; unit < Hidden; unit++)
                {
                    double wanted = expected[((((t + 1) * Batch) + row) * Hidden) + unit];
                    double found = setup.Pass.Layers[0].HiddenGradient(t)[row][unit];
                    Assert.True(
                        Math.Abs(wanted - found) <= ChaoticTolerance * largest,
                        $"{cell}, timestep {t}: {found} beside {wanted}, largest {largest}");
                }
            }
        }
    }

    [Fact]
    public void ObservedDeviation_OtherWeights_IsSeen()
    {
        using PassSetup setup = Setup("lstm", scale: 1);
        setup.Pass.Forward();
        float[] states = All(setup.Pass);
        foreach (ref float weight in setup.Network.Parameters.Span)
        {
            weight *= 1.001f;
        }

        setup.Pass.Layers[0].ObserveStates(states);
        setup.Pass.Forward();
        Assert.InRange(setup.Pass.Layers[0].ObservedDeviation, 1e-5, 1e-2);
        states[^1] = float.NaN;
        setup.Pass.Layers[0].ObserveStates(states);
        setup.Pass.Forward();
        Assert.Equal(double.NaN, setup.Pass.Layers[0].ObservedDeviation);
    }

    [Fact]
    public void ObserveStates_BeyondTheEnds_IsIgnored()
    {
        using PassSetup setup = Setup("gru", scale: 1);
        setup.Pass.SetLengths([Length, 5, 1]);
        setup.Pass.Forward();
        float[] states = All(setup.Pass);
        for (int t = 5; t < Length; t++)
        {
            states.AsSpan(((t * Batch) + 1) * Hidden, 2 * Hidden).Fill(float.NaN);
        }

        setup.Pass.Layers[0].ObserveStates(states);
        setup.Pass.Forward();
        Assert.Equal(0, setup.Pass.Layers[0].ObservedDeviation);
    }

    [Fact]
    public void ObservedDeviation_NothingObserved_IsRefused()
    {
        using PassSetup setup = Setup("gru", scale: 1);
        setup.Pass.Layers[0].ObserveStates(new float[Length * Batch * Hidden]);
        setup.Pass.Layers[0].ObserveStates([]);
        Assert.Throws<InvalidOperationException>(() => setup.Pass.Layers[0].ObservedDeviation);
    }

    private static PassSetup Setup(string cell, double scale)
    {
        PassSetup setup = new(
            new NetworkOptions { InputSize = 4, Layers = [new LayerOptions(Cells.Named(cell), Hidden)] },
            Length,
            Batch,
            threads: 1);
        Parameter recurrent = setup.Network.Layers[0].RecurrentWeights;
        float[] values = new float[recurrent.Count];
        recurrent.Export(setup.Network.Parameters.Span, values);
        recurrent.Import(Array.ConvertAll(values, value => (float)(value * scale)), setup.Network.Parameters.Span);
        setup.Pass.ResetState();
        return setup;
    }

    private static ReferenceNetwork Twin(PassSetup setup)
    {
        ReferenceNetwork twin = new(setup.Network.Options, Length, Batch);
        twin.CopyParametersFrom(setup.Network);
        float[] input = PassSetup.Gaussian(seed: 6, Length * Batch * 4);
        for (int i = 0; i < input.Length; i++)
        {
            twin.Input[i] = input[i];
        }

        float[] asked = Asked();
        for (int i = 0; i < asked.Length; i++)
        {
            twin.OutputGradient[i] = asked[i];
        }

        return twin;
    }

    private static float[] Asked() => PassSetup.Gaussian(seed: 8, Length * Batch * Hidden);

    private static float[] All(NetworkPass pass) =>
        [.. Enumerable.Range(0, Length).SelectMany(t => pass.Layers[0].Hidden(t).ToArray())];
}
