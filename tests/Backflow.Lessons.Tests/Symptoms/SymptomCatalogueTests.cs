using Backflow.Lessons.Symptoms;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Lessons.Tests.Symptoms;

public sealed class SymptomCatalogueTests
{
    public static TheoryData<string> Names => [.. SymptomCatalogue.All.Select(static symptom => symptom.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Answer_EverySymptom_RaisesItsRule(string name)
    {
        SymptomAnswer answer = Ask(name);
        string[] raised =
        [
            .. answer.Network.Verdicts
                .Where(static one => one.Severity != "information").Select(static one => one.Rule),
        ];
        Assert.Contains(answer.Rule, raised);
        Assert.Contains(answer.Rule, VerdictCatalogue.All.Select(static rule => rule.Name));
        Assert.NotEmpty(answer.Network.Losses);
        Assert.NotEmpty(answer.Network.Gradient);
        Assert.All(answer.Network.Verdicts, static verdict => Assert.NotEmpty(verdict.Meaning));
    }

    [Fact]
    public void Answer_NotFinite_EndsAtTheStepThatBrokeIt()
    {
        SymptomAnswer answer = Ask("not-finite");
        Assert.True(answer.Network.IsDiverged);
        Assert.True(answer.Network.Steps < answer.Network.Planned);
        Assert.False(double.IsFinite(answer.Network.Losses[^1]));
        Assert.Null(answer.Network.ValidationLoss);
    }

    [Fact]
    public void Answer_LastWords_UsesLessThanTheTaskNeeds() =>
        Assert.InRange(Ask("last-words").Network.Context!.Value, 0, 10);

    [Fact]
    public void Answer_UnknownSymptom_NamesThoseThereAre()
    {
        ExperimentException mistake = Assert.Throws<ExperimentException>(static () => Ask("headache"));
        Assert.Contains("loss-stands", mistake.Message, StringComparison.Ordinal);
    }

    private static SymptomAnswer Ask(string name) =>
        SymptomCatalogue.Answer(new QuestionValues(new Dictionary<string, string> { ["symptom"] = name }));
}
