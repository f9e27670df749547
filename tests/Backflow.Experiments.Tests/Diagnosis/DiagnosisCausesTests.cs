using System.Collections.Immutable;
using Backflow.Experiments.Diagnosis;
using Backflow.Telemetry;
using Xunit;

namespace Backflow.Experiments.Tests.Diagnosis;

public sealed class DiagnosisCausesTests
{
    private const double Memoryless = 1;

    private static readonly RankedCause Factor = Measured(CauseRank.Gradient, CauseNames.Vanishes, -0.5);
    private static readonly RankedCause Aside = Measured(CauseRank.Aside, CauseNames.Vanishes, -0.5);
    private static readonly TrialResult AsItIs = Trial(TrialResult.AsItIs, 0.99, null);

    [Fact]
    public void Of_SettingsComeBeforeUpdatesAndThoseBeforeTheGradient() => Assert.Equal(
        [CauseNames.Dropout, CauseNames.RateTooLarge, CauseNames.Vanishes],
        Names([
            Factor,
            Measured(CauseRank.Update, CauseNames.RateTooLarge, 0),
            Measured(CauseRank.Setting, CauseNames.Dropout, -2),
        ]));

    [Fact]
    public void Of_OneRank_TheHeaviestFirst() => Assert.Equal(
        [CauseNames.Grows, CauseNames.Vanishes],
        Names([Factor, Measured(CauseRank.Gradient, CauseNames.Grows, -100)]));

    [Theory]
    [InlineData(true, CauseNames.NoneFound, "as far back as the task needs")]
    [InlineData(false, CauseNames.Vanishes, "measured")]
    [InlineData(null, CauseNames.Vanishes, "measured")]
    public void Of_NothingButFactorsThatDoNoHarm_SaysThatTheGradientReaches(
        bool? reaches, string name, string part)
    {
        DiagnosisCause first = DiagnosisCauses.Of([Aside], [], reaches, Memoryless)[0];
        Assert.Equal(name, first.Name);
        Assert.Contains(part, first.Meaning, StringComparison.Ordinal);
    }

    // A gradient that grows reaches everything and brings nothing; nor is it the gradient where a limit cuts.
    [Theory]
    [InlineData(CauseRank.Gradient, CauseNames.Grows)]
    [InlineData(CauseRank.Update, CauseNames.Clipping)]
    public void Of_AnotherCause_DoesNotSayThatTheGradientReaches(object rank, string name) => Assert.Equal(
        [name, CauseNames.Vanishes], Names([Aside, Measured((CauseRank)rank, name, 0)], reaches: true));

    [Fact]
    public void Of_NothingAtAll_SaysSo() => Assert.StartsWith(
        "No factor weakens", DiagnosisCauses.Of([], [], null, null)[0].Meaning, StringComparison.Ordinal);

    [Fact]
    public void Of_TrialOfTheRateAlone_NamesTheRateBeforeAFactor()
    {
        ImmutableArray<DiagnosisCause> causes = DiagnosisCauses.Of(
            [Factor], [Trial("rate 0.01", 0.2, CauseNames.RateTooSmall), AsItIs], false, Memoryless);
        Assert.Equal([CauseNames.RateTooSmall, CauseNames.Vanishes], causes.Select(static cause => cause.Name));
        Assert.Equal(
            "The learning rate is too small. 'rate 0.01' changes this alone, and came to a loss of 0.2000 after 40 "
            + "steps; as it is, the run has 0.9900 after 40.",
            causes[0].Meaning);
    }

    [Fact]
    public void Of_TrialsOfSeveralCauses_TheBestOneDecides()
    {
        TrialResult[] trials =
        [
            Trial("GRU", 0.01, CauseNames.Vanishes), Trial("rate × 3", 0.5, CauseNames.RateTooSmall),
            Trial("LSTM", 0.3, CauseNames.Vanishes), AsItIs,
        ];
        RankedCause lighter = Measured(CauseRank.Gradient, CauseNames.Saturated, -0.4);
        ImmutableArray<DiagnosisCause> causes =
            DiagnosisCauses.Of([lighter, Factor], [.. trials], false, Memoryless);
        Assert.Equal(
            [CauseNames.Vanishes, CauseNames.RateTooSmall, CauseNames.Saturated],
            causes.Select(static cause => cause.Name));
        Assert.Contains("'GRU' changes this alone", causes[0].Meaning, StringComparison.Ordinal);
    }

    // Worse than a memoryless model nothing was learnt, and a tenth of the loss is the least that shows something.
    [Theory]
    [InlineData(0.98, CauseNames.RateTooSmall)]
    [InlineData(0.2, null)]
    public void Of_TrialThatProvesNothing_IsNoCause(double loss, string? cause) => Assert.Equal(
        [CauseNames.Vanishes],
        DiagnosisCauses.Of([Factor], [Trial("a trial", loss, cause), AsItIs], false, Memoryless)
            .Select(static one => one.Name));

    private static string[] Names(IEnumerable<RankedCause> found, bool? reaches = false) =>
        [.. DiagnosisCauses.Of(found, [], reaches, Memoryless).Select(static cause => cause.Name)];

    private static RankedCause Measured(CauseRank rank, string name, double weight) =>
        new(rank, weight, new DiagnosisCause(name, "measured", [new Evidence("number", 1)]));

    private static TrialResult Trial(string name, double loss, string? cause) =>
        new(name, "backflow train", 40, [new TrialRun("run", 1, 40, loss, 0.5, 2, 0.01)]) { Cause = cause };
}
