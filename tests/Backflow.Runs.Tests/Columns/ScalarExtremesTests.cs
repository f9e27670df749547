using Backflow.Runs.Columns;

namespace Backflow.Runs.Tests.Columns;

public sealed class ScalarExtremesTests : IDisposable
{
    private const string Metric = "loss";

    private readonly OpenRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void ScalarExtremes_FewValues_AreAllThere()
    {
        Record(100);
        Assert.Equal(100, _run.Reader.ScalarExtremes(Metric, range: null, maximumPoints: 100).Count);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(40)]
    [InlineData(2000)]
    public void ScalarExtremes_ManyValues_KeepSpikesGapsAndTheNewest(int points)
    {
        Record(5000);
        ScalarSeries all = _run.Reader.Scalars(Metric);
        ScalarSeries kept = _run.Reader.ScalarExtremes(Metric, range: null, points);

        Assert.InRange(kept.Count, 3, points);
        Assert.Equal(kept.Steps.Order(), kept.Steps);
        for (int i = 0; i < kept.Count; i++)
        {
            Assert.Equal(all.Values[(int)kept.Steps[i]], kept.Values[i]);
        }

        Assert.Equal(all.Values.Where(double.IsFinite).Max(), kept.Values.Where(double.IsFinite).Max());
        Assert.Equal(all.Values.Where(double.IsFinite).Min(), kept.Values.Where(double.IsFinite).Min());
        Assert.Contains(double.NaN, kept.Values);
        Assert.Equal(4999, kept.Steps[^1]);
    }

    [Fact]
    public void ScalarExtremes_Range_IncludesBothEnds()
    {
        Record(1000);
        ScalarSeries kept = _run.Reader.ScalarExtremes(Metric, new StepRange(10, 20), maximumPoints: 100);
        Assert.Equal(Enumerable.Range(10, 11).Select(static step => (long)step), kept.Steps);
    }

    private void Record(int count)
    {
        for (int step = 0; step < count; step++)
        {
            double value = step == 777 ? double.NaN : step == 1234 ? 1e6 : Math.Sin(step * 0.01);
            _run.Recorder.Scalar(Metric, step, value);
        }

        _run.Recorder.Flush();
    }
}
