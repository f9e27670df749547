using Backflow.Experiments.Diagnosis;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Diagnosis;

/// <summary>An option that is said to have no effect has none.</summary>
public sealed class DiagnosisOptionsTests
{
    private static readonly TrainingConfiguration Small = new()
    {
        Cells = ["rnn"],
        HiddenSize = 8,
        EmbeddingSize = 4,
        BatchSize = 2,
        SequenceLength = 8,
        Threads = 1,
    };

    public static TheoryData<string> Unused => [.. TrainingOptions.All
        .Where(static row => DiagnosisOptions.WhyUnused(row, TimeSpan.Zero) is not null)
        .Select(static row => row.Property)];

    [Theory]
    [MemberData(nameof(Unused))]
    public void Measurement_OptionThatIsSaidToHaveNoEffect_StaysTheSame(string property)
    {
        TrainingOption row = TrainingOptions.OfProperty(property)!;
        TrainingConfiguration changed = row.With(Small, row.Read(row.Values.Example));

        Assert.Equal(Norms(Small), Norms(changed));
    }

    [Theory]
    [InlineData(nameof(TrainingConfiguration.Cells), "lstm")]
    [InlineData(nameof(TrainingConfiguration.Gain), "0.5")]
    [InlineData(nameof(TrainingConfiguration.Seed), "7")]
    [InlineData(nameof(TrainingConfiguration.SequenceLength), "9")]
    public void Measurement_OptionOfTheNetwork_ChangesIt(string property, string value)
    {
        TrainingOption row = TrainingOptions.OfProperty(property)!;
        TrainingConfiguration orthogonal = Small with { Initialisation = "orthogonal" };

        Assert.Null(DiagnosisOptions.WhyUnused(row, TimeSpan.Zero));
        Assert.NotEqual(Norms(orthogonal), Norms(row.With(orthogonal, row.Read(value))));
    }

    [Fact]
    public void WhyUnused_TimeForTrials_NamesWhatNoTrialReads() => Assert.Equal(
        [nameof(TrainingConfiguration.LogInterval), nameof(TrainingConfiguration.OnVerdict)],
        TrainingOptions.All.Where(static row => DiagnosisOptions.WhyUnused(row, TimeSpan.FromMinutes(2)) is not null)
            .Select(static row => row.Property));

    private static float[] Norms(TrainingConfiguration configuration)
    {
        using TrainingSession session = TrainingSession.Create(configuration);
        return [.. DiagnosisMeasurement.Measure(session).SelectMany(static layer => layer.Norms)];
    }
}
