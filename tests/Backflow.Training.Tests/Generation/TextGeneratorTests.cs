using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Training.Generation;
using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests.Generation;

/// <summary>Characters are drawn as often as softmax of the logits over the temperature says.</summary>
public sealed class TextGeneratorTests
{
    private const int Length = 20_000;

    // The spread of a frequency over 20,000 draws is at most √(¼/20,000) = 0.0035; four times that, for one seed.
    private const double FourDeviations = 0.0142;

    private static readonly Vocabulary Letters = Vocabulary.FromText("abcde");
    private static readonly float[] Logits = [0.5f, 2, -1, 1.25f, 0];

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(0.5, 3)]
    [InlineData(3, 3)]
    [InlineData(3, 5)]
    public void Generate_KnownLogits_DrawsEachCharacterAsOftenAsTheTemperatureSays(double temperature, int topK)
    {
        string text = Generate(new SamplingOptions { Temperature = temperature, TopK = topK });
        double[] expected = Probabilities(temperature, topK);
        for (int token = 0; token < Logits.Length; token++)
        {
            char letter = (char)('a' + token);
            double drawn = (double)text.Count(one => one == letter) / Length;
            Assert.True(
                Math.Abs(drawn - expected[token]) <= FourDeviations,
                $"'{letter}' at temperature {temperature}: drawn {drawn:F4}, softmax says {expected[token]:F4}.");
            Assert.True(expected[token] > 0 || drawn == 0, $"'{letter}' is not among the {topK} likeliest.");
        }
    }

    [Fact]
    public void Generate_TemperatureZero_TakesTheLikeliest() =>
        Assert.Equal(new string('b', Length), Generate(new SamplingOptions { Temperature = 0 }));

    [Fact]
    public void Generate_AnotherSeed_DrawsOtherCharacters()
    {
        string first = Generate(new SamplingOptions { Seed = 1 });
        Assert.Equal(first, Generate(new SamplingOptions { Seed = 1 }));
        Assert.NotEqual(first, Generate(new SamplingOptions { Seed = 2 }));
    }

    [Fact]
    public void GenerateAll_ManyTexts_AreThoseOfTheirSeedsAlone()
    {
        const int Texts = 5;
        RecurrentNetwork network = new(new NetworkOptions
        {
            VocabularySize = Letters.Count,
            InputSize = 7,
            Layers = [new LayerOptions(Cells.Lstm, 19), new LayerOptions(Cells.Gru, 6)],
            OutputSize = Letters.Count,
        });
        NetworkInitialiser.Initialise(network, new InitialisationOptions { Gain = 4 }, new SplittableRandom(3));
        using TextGenerator together = new(network, Letters, Texts, threads: 2);
        using TextGenerator alone = new(network, Letters);
        SamplingOptions options = new() { Temperature = 1, Seed = ulong.MaxValue - 1, TopK = 4 };
        List<double> shares = [];
        ImmutableArray<string> all = together.GenerateAll(
            "abca", 80, options, shares.Add, TestContext.Current.CancellationToken);
        Assert.Equal(
            Enumerable.Range(0, Texts).Select(text => alone.Generate(
                "abca", 80, options with { Seed = unchecked(options.Seed + (ulong)text) })),
            all);
        Assert.Equal(Texts, all.Distinct().Count());
        Assert.Equal((80, 1.0), (shares.Count, shares[^1]));
    }

    /// <summary>softmax(logits / temperature) over the likeliest, straight from the definition.</summary>
    private static double[] Probabilities(double temperature, int topK)
    {
        float[] ranked = [.. Logits.OrderDescending()];
        double[] weights =
        [
            .. Logits.Select(logit => topK == 0 || logit >= ranked[topK - 1] ? Math.Exp(logit / temperature) : 0),
        ];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static string Generate(SamplingOptions options)
    {
        // A head without weights says its bias, whatever was read.
        RecurrentNetwork network = new(new NetworkOptions
        {
            VocabularySize = Letters.Count,
            InputSize = 1,
            Layers = [new LayerOptions(Cells.RnnTanh, HiddenSize: 1)],
            OutputSize = Letters.Count,
        });
        network.HeadBias!.Import(Logits, network.Parameters.Span);
        using TextGenerator generator = new(network, Letters);
        return generator.Generate("a", Length, options);
    }
}
