using Backflow.Cli.Options;
using Backflow.Training;
using Xunit;

namespace Backflow.Cli.Tests.Options;

/// <summary>For every option that does not always count: one command where it is named, and one where it is
/// not.</summary>
public sealed class OptionWithoutEffectTests
{
    // Name, a command where the option has no effect, and one where it has.
    private static readonly (string Name, string Without, string With)[] Cases =
    [
        ("lag", "--lag 5", "--task echo --lag 5"),
        ("length", "--length 50", "--task adding --length 50"),
        ("symbols", "--task adding --symbols 3", "--task copy-memory --symbols 3"),
        ("alphabet", "--task adding --alphabet 3", "--task brackets --alphabet 3"),
        ("depth", "--depth 3", "--task brackets --depth 3"),
        ("unknown-symbol", "--unknown-symbol", "--unknown-symbol --text book.txt"),
        ("sequence-length", "--task adding --sequence-length 9", "--sequence-length 9"),
        ("steps", "--steps 5 --epochs 2", "--steps 5"),
        ("no-carry-state", "--task adding --no-carry-state", "--no-carry-state"),
        ("embedding-size", "--task adding --embedding-size 5", "--task echo --embedding-size 5"),
        ("dropout", "--dropout 0.5", "--dropout 0.5 --layers 2"),
        ("gain", "--gain 2", "--gain 2 --init orthogonal"),
        ("forget-bias", "--forget-bias 1 --cell gru", "--forget-bias 1"),
        ("chrono", "--chrono 9 --cell rnn", "--chrono 9 --cell gru"),
        ("decay-interval", "--decay-interval 9", "--decay-interval 9 --schedule step"),
        ("decay-factor", "--decay-factor 0.9 --schedule cosine", "--decay-factor 0.9 --schedule step"),
        ("momentum", "--momentum 0.5", "--momentum 0.5 --optimizer sgd"),
        ("omega", "--omega 2", "--omega 2 --cell rnn"),
        ("flossing-steps", "--flossing-steps 9", "--flossing-steps 9 --flossing 2"),
        ("flossing-interval", "--flossing-interval 9", "--flossing-interval 9 --flossing 2"),
        ("telemetry-interval", "--telemetry-interval 9 --telemetry off", "--telemetry-interval 9"),
        ("reach-interval", "--reach-interval 9 --telemetry off", "--reach-interval 9"),
    ];

    public static TheoryData<string, string, string> Commands =>
        [.. Cases.Select(static one => (one.Name, one.Without, one.With))];

    [Fact]
    public void Cases_AreThoseOfEveryConditionalRow() => Assert.Equal(
        TrainingOptions.All.Where(static row => row.IsConditional).Select(static row => row.Name)
            .Order(StringComparer.Ordinal),
        Cases.Select(static one => one.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Option_WithoutEffect_IsRefusedOrNamed(string name, string without, string with)
    {
        Assert.Contains(OptionNames.Dashed(name), Said(without), StringComparison.Ordinal);
        Assert.Empty(Said(with));
    }

    [Theory]
    [InlineData("--forget-bias 1 --chrono 9", "--forget-bias")]
    [InlineData("--task adding --text book.txt", "--text")]
    [InlineData("--task adding --epochs 2", "--epochs")]
    [InlineData("--task adding --sample-interval 5", "--sample-interval")]
    public void Option_ThatAnotherExcludes_IsRefusedOrNamed(string arguments, string name) =>
        Assert.Contains(name, Said(arguments), StringComparison.Ordinal);

    [Theory]
    [InlineData("--dropout 0")]
    [InlineData("--flossing-interval 0")]
    public void Option_ThatAsksForNothing_IsNotNamed(string arguments) => Assert.Empty(Said(arguments));

    [Fact]
    public void Sentences_NameOptionsAndNoProperties() => Assert.All(Cases, static one =>
    {
        foreach (string property in typeof(TrainingConfiguration).GetProperties()
            .Select(static property => property.Name))
        {
            Assert.DoesNotMatch($@"\b{property}\b(?! )", Said(one.Without));
        }
    });

    private static string Said(string arguments)
    {
        try
        {
            return TrainCommandLine.Read(arguments.Split(' ')).Warnings;
        }
        catch (ExperimentException refused)
        {
            return refused.SaidMessage.Say(OptionNames.OfProperty);
        }
    }
}
