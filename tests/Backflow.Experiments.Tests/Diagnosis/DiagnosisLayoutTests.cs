using System.Net;
using Backflow.Experiments.Diagnosis;
using Xunit;

namespace Backflow.Experiments.Tests.Diagnosis;

/// <summary>A diagnosis is text wherever its page shows it, whatever characters it has.</summary>
public sealed class DiagnosisLayoutTests
{
    private static readonly string Page = DiagnosisLayout.Html(Report());

    [Theory]
    [InlineData("run")]
    [InlineData("description")]
    [InlineData("command")]
    [InlineData("cause")]
    [InlineData("reach")]
    [InlineData("reason")]
    [InlineData("kept")]
    [InlineData("rest")]
    [InlineData("path")]
    [InlineData("remedy")]
    [InlineData("trial-run")]
    [InlineData("best-command")]
    [InlineData("measure")]
    [InlineData("not-tried")]
    public void Write_TextWithMarkup_IsShownAndNotObeyed(string place)
    {
        Assert.Contains(WebUtility.HtmlEncode(Marked(place)), Page, StringComparison.Ordinal);
        Assert.DoesNotContain($"<{place}>", Page, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"{place}\"", Page, StringComparison.Ordinal);
    }

    private static string Marked(string place) => $"<{place}> & \"{place}\"";

    private static DiagnosisReport Report()
    {
        TrialResult asItIs = Trial(TrialResult.AsItIs, "backflow train", 0.5, "run-1");
        TrialResult best = Trial(Marked("remedy"), Marked("best-command"), 0.1, Marked("trial-run"));
        return new DiagnosisReport
        {
            RunId = Marked("run"),
            Command = Marked("command"),
            Description = Marked("description"),
            Step = 0,
            Dependency = 2,
            MemorylessLoss = 0.52,
            SuccessMeasure = Marked("measure"),
            FullSteps = 40,
            IsRegression = false,
            Layers = [Layer(0) with { NotMeasured = Marked("reason") }, Layer(1), Layer(2) with { Paths = [] }],
            ReachText = Marked("reach"),
            Causes = [new DiagnosisCause("cause", Marked("cause"), [])],
            Trials = [best, asItIs],
            NotTried = [Marked("not-tried")],
            Best = best,
            Confirmation = new Confirmation(
                best.Name, best.Command, 3, asItIs.Runs[0], best.Runs[0]),
        };
    }

    private static LayerDiagnosis Layer(int layer) => new(
        layer,
        "rnn-tanh",
        1,
        [0.1f, 0.5f, 1],
        Marked("kept"),
        Marked("rest"),
        [-1, -1],
        [0, 0],
        [new GradientPath(Marked("path"), [0, 0])],
        [0, 0, 0]);

    private static TrialResult Trial(string name, string command, double loss, string runId) =>
        new(name, command, 40, [new TrialRun(runId, 1, 40, loss, 0.5, 2, 0.01)]);
}
