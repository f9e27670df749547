namespace Backflow.Engine.Tests.Initialisation;

/// <summary>Which numbers are drawn: a function of the seed and of the parameter's name, and of nothing else.</summary>
public class DrawTests
{
    public static TheoryData<InitialisationScheme> Schemes() => [.. Enum.GetValues<InitialisationScheme>()];

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Initialise_SameSeed_GivesTheSameBits(InitialisationScheme scheme)
    {
        InitialisationOptions options = new() { Scheme = scheme, ChronoMaximum = 30 };
        RecurrentNetwork first = InitialisedNetwork.Create(Cells.Lstm, 17, options, layers: 2);
        RecurrentNetwork second = InitialisedNetwork.Create(Cells.Lstm, 17, options, layers: 2);
        Assert.Equal(first.Parameters.Span.ToArray(), second.Parameters.Span.ToArray());
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Initialise_Twice_LeavesNothingOfTheFirstTime(InitialisationScheme scheme)
    {
        InitialisationOptions options = new() { Scheme = scheme };
        RecurrentNetwork network = InitialisedNetwork.Create(Cells.Lstm, 17, new InitialisationOptions(), seed: 1);
        NetworkInitialiser.Initialise(network, options, new SplittableRandom(InitialisedNetwork.Seed));
        RecurrentNetwork fresh = InitialisedNetwork.Create(Cells.Lstm, 17, options);
        Assert.Equal(fresh.Parameters.Span.ToArray(), network.Parameters.Span.ToArray());
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Initialise_OtherSeed_GivesOtherWeights(InitialisationScheme scheme)
    {
        InitialisationOptions options = new() { Scheme = scheme };
        RecurrentNetwork first = InitialisedNetwork.Create(Cells.Gru, 17, options, seed: 1);
        RecurrentNetwork second = InitialisedNetwork.Create(Cells.Gru, 17, options, seed: 2);
        Assert.NotEqual(first.Values("weight_ih_l0"), second.Values("weight_ih_l0"));
        Assert.NotEqual(first.Values("head.weight"), second.Values("head.weight"));
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Initialise_OneMoreLayer_LeavesAllOtherDraws(InitialisationScheme scheme)
    {
        InitialisationOptions options = new() { Scheme = scheme, ChronoMaximum = 30 };
        RecurrentNetwork two = InitialisedNetwork.Create(Cells.Gru, 17, options, layers: 2);
        RecurrentNetwork three = InitialisedNetwork.Create(Cells.Gru, 17, options, layers: 3);
        foreach (Parameter parameter in two.Layout.Parameters)
        {
            Assert.Equal(two.Values(parameter.Name), three.Values(parameter.Name));
        }
    }

    [Fact]
    public void Initialise_LayersOfOneShape_DifferFromEachOther()
    {
        RecurrentNetwork network = InitialisedNetwork.Create(Cells.RnnTanh, 17, new(), inputSize: 17, layers: 2);
        Assert.NotEqual(network.Values("weight_hh_l0"), network.Values("weight_hh_l1"));
        Assert.NotEqual(network.Values("weight_ih_l0"), network.Values("weight_hh_l0"));
        Assert.NotEqual(network.Values("bias_ih_l0"), network.Values("bias_hh_l0"));
    }

    [Fact]
    public void Initialise_GeneratorThatHasDrawnBefore_GivesTheSameBits()
    {
        RecurrentNetwork expected = InitialisedNetwork.Create(Cells.Lstm, 5, new());
        RecurrentNetwork actual = InitialisedNetwork.Create(Cells.Lstm, 5, new(), seed: 0);
        SplittableRandom used = new(InitialisedNetwork.Seed);
        used.NextUInt64();
        NetworkInitialiser.Initialise(actual, new InitialisationOptions(), used);
        Assert.Equal(expected.Parameters.Span.ToArray(), actual.Parameters.Span.ToArray());
    }
}
