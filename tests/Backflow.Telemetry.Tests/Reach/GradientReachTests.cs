using Backflow.Engine;

namespace Backflow.Telemetry.Tests.Reach;

/// <summary>Profiles with a known reach, and networks whose Jacobian is known exactly.</summary>
public sealed class GradientReachTests
{
    private const int Timesteps = 40;
    private const int Batch = 8;
    private const int Units = 6;

    [Fact]
    public void Of_GeometricDecay_ReachesTheLastLagAboveOnePercent()
    {
        // 0.8^20 = 0.0115, 0.8^21 = 0.0092.
        ReachMeasurement reach = GradientReach.Of([Powers(0.8), Powers(0.8)])!;
        Assert.Equal((20.0, 20.0, 20.0), (reach.Median, reach.LowerQuartile, reach.UpperQuartile));
        Assert.Null(reach.Growth);
        Assert.Equal(Timesteps - 1, reach.Longest);
    }

    [Fact]
    public void Of_SequencesThatDiffer_TakesTheMiddleOneAndQuartiles()
    {
        ReachMeasurement reach = GradientReach.Of([Steps(4), Steps(8), Steps(12), Steps(16), Steps(20)])!;
        Assert.Equal((12.0, 8.0, 16.0), (reach.Median, reach.LowerQuartile, reach.UpperQuartile));
    }

    [Fact]
    public void Of_HundredfoldGrowth_IsGrowthPerTimestepAndNoReach()
    {
        Assert.Equal(1.6, GradientReach.Of([Powers(1.6)])!.Growth!.Value, 9);

        // 1.1^39 = 41 stays below a hundred.
        Assert.Null(GradientReach.Of([Powers(1.1)])!.Growth);
    }

    [Fact]
    public void Of_InfinityOnTheWay_IsGrowth()
    {
        double[] norms = Powers(4);
        norms[30] = double.PositiveInfinity;
        norms[31] = double.NaN;
        Assert.Equal(4, GradientReach.Of([norms])!.Growth!.Value, 9);
    }

    [Fact]
    public void Of_NoProfile_IsNothing() => Assert.Null(GradientReach.Of([]));

    /// <summary>
    /// A ReLU network that is open everywhere multiplies by Rᵀ alone: with R = ρ·I the norm is ρ^lag, exactly.
    /// </summary>
    [Theory]
    [InlineData(0.5, 6)]
    [InlineData(0.8, 20)]
    [InlineData(1.0, 39)]
    public void Measure_ScaledIdentity_IsTheExactPower(double radius, int expected)
    {
        using WorkerPool pool = new(1);
        (RecurrentNetwork network, NetworkPass pass) = Open(pool, radius);
        ReachMeasurement reach = new GradientReach(pass).Measure(_ => Load(pass), blocks: 4)!;
        Assert.Equal(expected, reach.Median);
        Assert.Equal(Math.Pow(radius, 5), reach.Profile[5], 5);
        Assert.NotNull(network);
    }

    [Fact]
    public void Measure_GrowingIdentity_NamesTheGrowth()
    {
        using WorkerPool pool = new(1);
        (_, NetworkPass pass) = Open(pool, 1.3);
        Assert.Equal(1.3, new GradientReach(pass).Measure(_ => Load(pass), 1)!.Growth!.Value, 4);
    }

    [Fact]
    public void Measure_NoSequences_IsNothing()
    {
        using WorkerPool pool = new(1);
        (_, NetworkPass pass) = Open(pool, 1.0);
        Assert.Null(new GradientReach(pass).Measure(static _ => false, 4));
    }

    [Fact]
    public void Measure_AgainAndInOtherBlocks_IsTheSame()
    {
        using WorkerPool pool = new(1);
        (_, NetworkPass pass) = Open(pool, 0.8);
        GradientReach measure = new(pass);
        ReachMeasurement first = measure.Measure(_ => Load(pass), 2)!;
        Assert.Equal(first.Profile.AsSpan(), measure.Measure(_ => Load(pass), 2)!.Profile.AsSpan());
    }

    private static double[] Powers(double factor) =>
        [.. Enumerable.Range(0, Timesteps).Select(lag => Math.Pow(factor, lag))];

    private static double[] Steps(int reach) =>
        [.. Enumerable.Range(0, Timesteps).Select(lag => lag <= reach ? 1.0 : 0.001)];

    private static (RecurrentNetwork Network, NetworkPass Pass) Open(WorkerPool pool, double radius)
    {
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = 2,
            Layers = [new LayerOptions(Backflow.Engine.Cells.Named("rnn-relu")!, Units)],
        });
        foreach (Parameter parameter in network.Layout.Parameters)
        {
            float[] values = new float[parameter.Count];
            if (parameter.Name.Contains("weight_hh", StringComparison.Ordinal))
            {
                for (int unit = 0; unit < Units; unit++)
                {
                    values[(unit * Units) + unit] = (float)radius;
                }
            }
            else if (parameter.Name.Contains("bias_ih", StringComparison.Ordinal))
            {
                // Every unit stays above 0.
                Array.Fill(values, 1f);
            }

            parameter.Import(values, network.Parameters.Span);
        }

        return (network, new NetworkPass(network, Timesteps, Batch, pool));
    }

    private static bool Load(NetworkPass pass)
    {
        pass.SetInput(new float[Timesteps * Batch * 2]);
        pass.ResetState();
        pass.SetOutputGradient(new float[Timesteps * Batch * Units]);
        return true;
    }
}
