namespace Backflow.Engine.Tests;

public sealed class SplittableRandomTests
{
    private const int Draws = 200_000;

    /// <summary>
    /// Five standard deviations of a statistic: a fixed seed passes or fails for good, and chance fails 1 in 10⁶.
    /// </summary>
    private const double Deviations = 5;

    /// <summary>
    /// The reference vector of SplitMix64 for seed 1234567, as Rosetta Code and Vigna's splitmix64.c give it.
    /// </summary>
    [Fact]
    public void NextUInt64_KnownSeed_GivesTheReferenceVector()
    {
        SplittableRandom random = new(1234567);
        ulong[] expected =
        [
            6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
        ];
        Assert.Equal(expected, expected.Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void Split_AfterDraws_GivesTheSameChild()
    {
        SplittableRandom fresh = new(5);
        SplittableRandom used = new(5);
        used.NextUInt64();
        used.NextGaussian();
        Assert.Equal(fresh.Split(3).NextUInt64(), used.Split(3).NextUInt64());
        Assert.Equal(fresh.Split("dropout").NextUInt64(), used.Split("dropout").NextUInt64());
    }

    [Fact]
    public void Split_ManyLabelsAndSeeds_NeverRepeatAFirstNumber()
    {
        HashSet<ulong> seen = [];
        for (ulong seed = 0; seed < 50; seed++)
        {
            SplittableRandom random = new(seed);
            Assert.True(seen.Add(random.NextUInt64()));
            for (ulong label = 0; label < 1000; label++)
            {
                Assert.True(seen.Add(random.Split(label).NextUInt64()), $"seed {seed}, label {label}");
            }
        }
    }

    [Fact]
    public void Split_Siblings_AreUncorrelated()
    {
        SplittableRandom random = new(9);
        SplittableRandom left = random.Split(1);
        SplittableRandom right = random.Split(2);
        double sum = 0;
        for (int i = 0; i < Draws; i++)
        {
            sum += (left.NextDouble() - 0.5) * (right.NextDouble() - 0.5);
        }

        // The product of two uniform numbers around 0 has variance 1/144.
        Assert.InRange(sum / Draws, -Bound(1.0 / 12), Bound(1.0 / 12));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public void NextInt32_AnyBound_IsUniform(int bound)
    {
        SplittableRandom random = new(31);
        int[] counts = new int[bound];
        for (int i = 0; i < Draws; i++)
        {
            counts[random.NextInt32(bound)]++;
        }

        double expected = (double)Draws / bound;
        double chiSquared = counts.Sum(count => (count - expected) * (count - expected) / expected);

        // χ² with bound − 1 degrees of freedom has mean bound − 1 and variance twice that.
        Assert.InRange(chiSquared, 0, bound - 1 + (Deviations * Math.Sqrt(2.0 * bound)));
    }

    [Fact]
    public void NextInt32_LargestBound_ReachesBothHalves()
    {
        SplittableRandom random = new(4);
        int[] values = [.. Enumerable.Range(0, 100).Select(_ => random.NextInt32(int.MaxValue))];
        Assert.All(values, value => Assert.InRange(value, 0, int.MaxValue - 1));
        Assert.InRange(values.Count(value => value > int.MaxValue / 2), 25, 75);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void NextInt32_NoRoom_Throws(int bound) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SplittableRandom(1).NextInt32(bound));

    [Fact]
    public void NextDouble_ManyDraws_StaysInTheUnitIntervalWithItsMoments()
    {
        SplittableRandom random = new(2);
        double[] values = [.. Enumerable.Range(0, Draws).Select(_ => random.NextDouble())];
        Assert.All(values, value => Assert.True(value is >= 0 and < 1));
        Assert.InRange(values.Average(), 0.5 - Bound(Math.Sqrt(1.0 / 12)), 0.5 + Bound(Math.Sqrt(1.0 / 12)));
        double variance = values.Average(value => (value - 0.5) * (value - 0.5));
        Assert.InRange(variance, (1.0 / 12) - Bound(0.08), (1.0 / 12) + Bound(0.08));
    }

    [Fact]
    public void NextGaussian_ManyDraws_HasTheMomentsOfTheNormalDistribution()
    {
        SplittableRandom random = new(3);
        double[] values = [.. Enumerable.Range(0, Draws).Select(_ => random.NextGaussian())];
        Assert.All(values, value => Assert.True(double.IsFinite(value)));

        // E[x] = 0, E[x²] = 1, E[x³] = 0, E[x⁴] = 3; their standard deviations are √1, √2, √15, √96.
        Assert.InRange(values.Average(), -Bound(1), Bound(1));
        Assert.InRange(values.Average(x => x * x), 1 - Bound(Math.Sqrt(2)), 1 + Bound(Math.Sqrt(2)));
        Assert.InRange(values.Average(x => x * x * x), -Bound(Math.Sqrt(15)), Bound(Math.Sqrt(15)));
        Assert.InRange(values.Average(x => x * x * x * x), 3 - Bound(Math.Sqrt(96)), 3 + Bound(Math.Sqrt(96)));
    }

    [Fact]
    public void Shuffle_ManyTimes_PutsEveryElementEverywhere()
    {
        SplittableRandom random = new(8);
        int[] counts = new int[16];
        for (int i = 0; i < Draws; i++)
        {
            int[] values = [0, 1, 2, 3];
            random.Shuffle<int>(values);
            Assert.Equal(6, values.Sum());
            for (int place = 0; place < 4; place++)
            {
                counts[(place * 4) + values[place]]++;
            }
        }

        double expected = Draws / 4.0;
        Assert.All(counts, count => Assert.InRange(
            count, expected - (Deviations * Math.Sqrt(expected)), expected + (Deviations * Math.Sqrt(expected))));
    }

    private static double Bound(double standardDeviation) => Deviations * standardDeviation / Math.Sqrt(Draws);
}
