using Backflow.Runs.Columns;

namespace Backflow.Runs.Tests.Columns;

public sealed class RunReaderTests : IDisposable
{
    private readonly FixedClock _clock = new();
    private readonly OpenRun _run;

    public RunReaderTests() => _run = new OpenRun(_clock);

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Scalars_EveryKindOfDouble_ComesBackBitForBit()
    {
        double[] values =
        [
            0, -0.0, 1, -1.5, 1e300, double.Epsilon, double.MaxValue, 1.0 / 3, 9_007_199_254_740_993,
            double.NaN, double.PositiveInfinity, double.NegativeInfinity,
        ];
        for (int step = 0; step < values.Length; step++)
        {
            _run.Recorder.Scalar("training-loss", step, values[step]);
        }

        _run.Recorder.Flush();
        ScalarSeries series = _run.Reader.Scalars("training-loss");
        Assert.Equal(Enumerable.Range(0, values.Length).Select(step => (long)step), series.Steps);
        Assert.Equal(
            values.Select(BitConverter.DoubleToInt64Bits), series.Values.Select(BitConverter.DoubleToInt64Bits));
    }

    [Fact]
    public void ScalarsAndRows_WithALimit_AreTheOldest()
    {
        for (int step = 0; step < 5; step++)
        {
            _run.Recorder.Scalar("training-loss", step, step);
            _run.Recorder.Row("norm", layer: 0, step, [step]);
        }

        _run.Recorder.Flush();
        Assert.Equal([1L, 2L], _run.Reader.Scalars("training-loss", StepRange.After(0), limit: 2).Steps);
        Assert.Equal([1L, 2L], _run.Reader.Rows("norm", layer: 0, StepRange.After(0), limit: 2).Steps);
        Assert.Equal(5, _run.Reader.Scalars("training-loss", limit: 9).Count);
    }

    [Fact]
    public void Scalars_NonFinite_IsAWordThatOtherToolsRead()
    {
        _run.Recorder.Scalar("a", 0, double.NaN);
        _run.Recorder.Scalar("b", 0, double.NegativeInfinity);
        _run.Recorder.Scalar("c", 0, 1);
        _run.Recorder.Flush();
        Assert.Equal("NaN,-Infinity,1.0", _run.Folder.Sql("SELECT group_concat(value) FROM scalar;"));
    }

    [Fact]
    public void Rows_EveryKindOfFloat_ComesBackBitForBit()
    {
        float[] values = [0, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, 1 / 3f];
        _run.Recorder.Row("norm", layer: 2, step: 5, values);
        _run.Recorder.Row("norm", layer: 2, step: 6, [7]);
        _run.Recorder.Flush();

        RowSeries series = _run.Reader.Rows("norm", layer: 2);
        Assert.Equal([5L, 6L], series.Steps);
        Assert.Equal(
            values.Select(BitConverter.SingleToInt32Bits),
            series.Row(0).ToArray().Select(BitConverter.SingleToInt32Bits));
        Assert.Equal([7f], series.Row(1).ToArray());
        Assert.Equal("0000803F", Convert.ToHexString(RowBytes(1)));
    }

    [Theory]
    [InlineData(3L, 5L, new long[] { 3, 4, 5 })]
    [InlineData(9L, 99L, new long[] { 9, 10 })]
    [InlineData(11L, 99L, new long[] { })]
    [InlineData(5L, 3L, new long[] { })]
    public void Scalars_Range_IncludesBothEnds(long first, long last, long[] expected)
    {
        for (int step = 1; step <= 10; step++)
        {
            _run.Recorder.Scalar("a", step, step);
            _run.Recorder.Row("a", layer: 0, step, [step]);
        }

        _run.Recorder.Flush();
        Assert.Equal(expected, _run.Reader.Scalars("a", new StepRange(first, last)).Steps);
        Assert.Equal(expected, _run.Reader.Rows("a", layer: 0, new StepRange(first, last)).Steps);
    }

    [Fact]
    public void Scalars_UnknownMetric_IsEmpty()
    {
        Assert.Equal(0, _run.Reader.Scalars("a").Count);
        Assert.Equal(0, _run.Reader.Rows("a", layer: 0).Count);
        Assert.Empty(_run.Reader.Metrics());
    }

    [Fact]
    public void Metrics_ScalarsAndRows_AreSummarised()
    {
        _run.Recorder.Scalar("loss", 3, 1);
        _run.Recorder.Scalar("loss", 8, 1);
        _run.Recorder.Row("norm", layer: 4, step: 2, [1]);
        _run.Recorder.Row("norm", layer: 1, step: 9, [1]);
        _run.Recorder.Flush();

        MetricSummary[] metrics = [.. _run.Reader.Metrics()];
        Assert.Equal(2, metrics.Length);
        Assert.Equal(("loss", MetricKind.Scalar, 3L, 8L), Facts(metrics[0]));
        Assert.Equal(("norm", MetricKind.Row, 2L, 9L), Facts(metrics[1]));
        Assert.Equal([1, 4], metrics[1].Layers);
    }

    [Fact]
    public void SamplesAndEvents_EveryText_ComesBack()
    {
        string text = "line\n\0∂ö😀\u0007";
        _run.Recorder.Sample(1, text);
        _run.Recorder.Sample(2, "");
        _run.Recorder.Event(3, RunEventLevel.Warning, "Vanishing gradient", text, """{"layer":1}""");
        _run.Recorder.Event(4, RunEventLevel.Information, "", "");
        _run.Recorder.Flush();

        RunSample[] samples = [.. _run.Reader.Samples()];
        Assert.Equal(
            [(1, text, _clock.Now), (2, "", _clock.Now)], samples.Select(s => ((int)s.Step, s.Text, s.Created)));
        Assert.Equal(
            [
                new RunEvent(1, 3, _clock.Now, RunEventLevel.Warning, "Vanishing gradient", text, """{"layer":1}"""),
                new RunEvent(2, 4, _clock.Now, RunEventLevel.Information, "", "", PayloadJson: null),
            ],
            _run.Reader.Events());
        Assert.Equal(2, Assert.Single(_run.Reader.Samples(StepRange.After(1))).Step);
        Assert.Equal(3, Assert.Single(_run.Reader.Events(StepRange.At(3))).Step);
    }

    [Fact]
    public void OpenReader_UnknownRun_IsRefused() =>
        Assert.Throws<RunNotFoundException>(() => _run.Store.OpenReader("lstm-9999"));

    private static (string Name, MetricKind Kind, long First, long Last) Facts(MetricSummary metric) =>
        (metric.Name, metric.Kind, metric.FirstStep, metric.LastStep);

    private byte[] RowBytes(float value)
    {
        _run.Recorder.Row("bytes", layer: 0, step: 0, [value]);
        _run.Recorder.Flush();
        return (byte[])_run.Folder.Sql(
            "SELECT data FROM timestep_row JOIN metric USING (metric_key) WHERE name = 'bytes';")!;
    }
}
