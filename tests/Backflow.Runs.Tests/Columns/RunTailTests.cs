using Backflow.Runs.Columns;

namespace Backflow.Runs.Tests.Columns;

public sealed class RunTailTests : IDisposable
{
    private readonly OpenRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Read_AfterEachFlush_GivesWhatCameAndNothingTwice()
    {
        RunTail tail = _run.Reader.Tail();
        Assert.True(tail.Read().IsEmpty);

        Record(step: 1);
        RunChanges first = tail.Read();
        Assert.Equal([1L], Assert.Single(first.Scalars).Steps);
        Assert.Equal([0, 1], first.Rows.Select(rows => rows.Layer));
        Assert.Equal("1", Assert.Single(first.Samples).Text);
        Assert.Single(first.Events);
        Assert.False(first.StartedOver);
        Assert.Equal(1, first.Run.LastStep);

        Assert.True(tail.Read().IsEmpty);
        Record(step: 2);
        Assert.Equal([2L], Assert.Single(tail.Read().Scalars).Steps);
    }

    [Fact]
    public void Read_SlowMetricWritesAnEarlierStep_IsSeen()
    {
        RunTail tail = _run.Reader.Tail();
        _run.Recorder.Scalar("loss", 105, 1);
        _run.Recorder.Flush();
        _ = tail.Read();

        _run.Recorder.Scalar("spectral-radius", 100, 1);
        _run.Recorder.Flush();
        Assert.Equal("spectral-radius", Assert.Single(tail.Read().Scalars).Metric);
    }

    [Fact]
    public void Read_MoreThanTheMaximum_GoesOnAtTheNextLook()
    {
        for (int step = 1; step <= 25; step++)
        {
            _run.Recorder.Scalar("loss", step, step);
        }

        _run.Recorder.Flush();
        RunTail tail = _run.Reader.Tail();
        Assert.Equal([10, 10, 5], Enumerable.Range(0, 3).Select(_ => tail.Read(10).Scalars[0].Count));
        Assert.True(tail.Read(10).IsEmpty);
    }

    [Fact]
    public void SkipAll_RunWithHistory_GivesWhatComesFromNowOn()
    {
        Record(step: 1);
        RunTail tail = _run.Reader.Tail();
        tail.SkipAll();
        Assert.True(tail.Read().IsEmpty);

        Record(step: 2);
        RunChanges next = tail.Read();
        Assert.Equal([2L], Assert.Single(next.Scalars).Steps);
        Assert.All(next.Rows, static rows => Assert.Equal([2L], rows.Steps));
        Assert.Single(next.Samples);
        Assert.Single(next.Events);
        Assert.False(next.StartedOver);
    }

    [Fact]
    public void Read_AfterStepsWereDiscarded_StartsOver()
    {
        Record(step: 1);
        Record(step: 2);
        RunTail tail = _run.Reader.Tail();
        _ = tail.Read();
        _run.Recorder.DiscardAfter(1);
        Record(step: 2);

        RunChanges changes = tail.Read();
        Assert.True(changes.StartedOver);
        Assert.Equal([1L, 2L], Assert.Single(changes.Scalars).Steps);
        Assert.Equal(["1", "2"], changes.Samples.Select(sample => sample.Text));
        Assert.False(tail.Read().StartedOver);
    }

    private void Record(int step)
    {
        _run.Recorder.Scalar("loss", step, step);
        _run.Recorder.Row("norm", layer: 0, step, [step]);
        _run.Recorder.Row("norm", layer: 1, step, [step]);
        _run.Recorder.Sample(step, $"{step}");
        _run.Recorder.Event(step, RunEventLevel.Information, "title", "text");
        _run.Recorder.Flush();
    }
}
