using System.Reflection;

namespace Backflow.Telemetry.Tests;

public class MetricRegistryTests
{
    [Fact]
    public void All_HoldsEveryMetricNameOnce()
    {
        string[] constants = [.. typeof(MetricRegistry).Assembly.GetExportedTypes()
            .SelectMany(static type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(static field => field.IsLiteral && field.Name.EndsWith("MetricName", StringComparison.Ordinal))
            .Select(static field => (string)field.GetRawConstantValue()!)];
        Assert.Equal(constants.Order(), MetricRegistry.All.Select(static metric => metric.Name).Order());
        Assert.Distinct(constants);
    }

    [Fact]
    public void Page_TableAndSectionsAgreeWithTheRegistry()
    {
        string[] lines = File.ReadAllLines(TelemetryPage.Path);
        string[] rows = [.. lines.Where(static line => line.StartsWith("| [", StringComparison.Ordinal))];
        string[] sections = [.. lines.Where(static line => line.StartsWith("## ", StringComparison.Ordinal))
            .Select(static line => line[3..])];
        Assert.Equal(
            MetricRegistry.All.Select(static m =>
                $"| [{m.Name}](#{m.Name}) | {m.Level} | {m.Kind} | {m.Unit} | {m.Cost} |"),
            rows);
        Assert.Equal(MetricRegistry.All.Select(static metric => metric.Name), sections.Where(
            static section => !section.Contains(' ', StringComparison.Ordinal)));
    }

    [Fact]
    public void Page_SectionsSayWhatTheRegistrySays()
    {
        string text = File.ReadAllText(TelemetryPage.Path);
        foreach (MetricDescription metric in MetricRegistry.All)
        {
            int begin = text.IndexOf($"\n## {metric.Name}\n", StringComparison.Ordinal) + 1;
            int end = text.IndexOf("\n## ", begin, StringComparison.Ordinal);
            string[] lines = text[begin..(end < 0 ? text.Length : end)].Split('\n');
            Assert.Equal(metric.Meaning, lines[2]);
            Assert.Contains($"- **Formula** {metric.Formula}", lines);
            Assert.Contains($"- **Shape, norm and reduction** {metric.Reduction}", lines);
            Assert.Contains($"- **Range** {metric.Range}; unit: {metric.Unit}", lines);
            Assert.Contains($"- **How to read it** {metric.HowToRead}", lines);
        }
    }

    [Fact]
    public void All_HaveWordsForThePage() => Assert.All(MetricRegistry.All, static metric =>
    {
        Assert.NotEmpty(metric.Label);
        Assert.NotEmpty(metric.Caption);
        Assert.Equal(
            metric.Name.StartsWith("gate-", StringComparison.Ordinal),
            metric.Title.Contains("{gate}", StringComparison.Ordinal));
    });

    /// <summary>Only panels of one metric, and what pages open with, name theirs.</summary>
    [Fact]
    public void Page_NamesNoMetricThatHasNoPanelOfItsOwn()
    {
        string[] withPanels =
        [
            "total-gradient-norm", "last-answer-gradient-norm", "gradient-decay", "gate-mean", "unit-saturation",
            "recurrent-spectrum", "spectral-norm", "gradient-norm", "clipped-gradient-norm", "clipped-step-share",
            "layer-gradient-norm", "spectral-radius", "effective-context", "effective-context-limit",
            "gradient-reach", "gradient-reach-lower", "gradient-reach-upper", "gradient-reach-limit",
            "gradient-growth",
        ];
        string folder = Path.Combine(TelemetryPage.Path, "..", "..", "web", "dashboard", "src");
        string[] files = [.. Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)];
        Assert.True(files.Length > 50, "nothing is tested");
        string page = string.Concat(files.Select(File.ReadAllText));
        Assert.All(
            MetricRegistry.All.Select(static metric => metric.Name).Except(withPanels),
            name => Assert.DoesNotContain(name, page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("total-gradient-norm", "There is a metric 'total-gradient-norm' already.")]
    [InlineData("Total", "'Total' is no name of a metric")]
    [InlineData("gate-mean:forget", "'gate-mean:forget' is no name of a metric")]
    public void Register_NameThatCannotBe_SaysWhy(string name, string expected)
    {
        MetricDescription[] before = [.. MetricRegistry.All];
        ArgumentException refusal = Assert.Throws<ArgumentException>(
            () => MetricRegistry.Register(new NamedMetric(name)));
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, MetricRegistry.All);
    }

    [Fact]
    public void ScheduleOf_Off_MeasuresNothing() => Assert.All(
        MetricRegistry.All,
        static metric => Assert.False(MetricRegistry.ScheduleOf(metric, TelemetryLevel.Off).IsDue(0)));

    [Fact]
    public void ScheduleOf_Economy_LeavesProductsToFull()
    {
        Assert.All(MetricRegistry.All, static metric =>
        {
            bool economy = MetricRegistry.ScheduleOf(metric, TelemetryLevel.Economy).IsDue(0);
            bool full = MetricRegistry.ScheduleOf(metric, TelemetryLevel.Full).IsDue(0);
            Assert.True(full || !economy, metric.Name);
            Assert.False(economy && metric.Cost is CostClass.Product or CostClass.OnDemand, metric.Name);
        });
    }

    [Fact]
    public void Logarithmic_HasItsStepsInEveryDecade()
    {
        MeasurementSchedule schedule = MeasurementSchedule.Logarithmic(perDecade: 5);
        long[] due = [.. Enumerable.Range(0, 101).Select(static step => (long)step).Where(schedule.IsDue)];
        Assert.Equal([0, 1, 2, 3, 4, 6, 10, 16, 25, 40, 63, 100], due);
    }

    [Fact]
    public void Every_IsDueAtMultiples()
    {
        MeasurementSchedule schedule = MeasurementSchedule.Every(3);
        Assert.Equal([0, 3, 6], Enumerable.Range(0, 8).Where(step => schedule.IsDue(step)));
    }

    private sealed class NamedMetric(string name) : Metric(TotalGradientNorm.Description with { Name = name });
}
