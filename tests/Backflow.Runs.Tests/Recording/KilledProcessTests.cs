using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Runs.Tests.Children;

namespace Backflow.Runs.Tests.Recording;

public sealed class KilledProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(23)]
    [InlineData(61)]
    [InlineData(128)]
    public void Kill_WhileRecording_LeavesAPrefixWithEveryFlushedStep(int delayMs)
    {
        using ChildProcess child = ChildProcess.Start(Child.RecordJob, _folder.StorePath);
        long flushed = child.WaitFor("flushed", atLeast: 100);
        Thread.Sleep(delayMs);
        flushed = Math.Max(flushed, child.Kill("flushed"));

        using RunStore store = _folder.Open();
        Assert.Equal("ok", _folder.Sql("PRAGMA integrity_check;"));
        RunManifest run = store.GetRun(child.RunId);
        Assert.Equal(RunStatus.Interrupted, run.Status);
        RunReader reader = store.OpenReader(child.RunId);

        ScalarSeries losses = reader.Scalars("training-loss");
        Assert.True(losses.Count >= flushed, $"{losses.Count} steps are there; {flushed} were flushed.");
        Assert.Equal(Enumerable.Range(1, losses.Count).Select(step => (long)step), losses.Steps);
        Assert.Equal(losses.Steps.Select(Child.Loss), losses.Values);
        // The second scalar of a step comes after the first: at most the newest step has only one.
        Assert.InRange(losses.Count - reader.Scalars("learning-rate").Count, 0, 1);
        Assert.True(reader.Samples().Length >= flushed / 10);
        Assert.Equal(
            Enumerable.Range(1, reader.Samples().Length).Select(i => $"sample {10 * i}"),
            reader.Samples().Select(sample => sample.Text));
        AssertRows(reader, layer: 0, flushed);
        AssertRows(reader, layer: 1, flushed);
        Assert.True(run.LastStep >= losses.Count);
        Assert.Equal(0, run.DroppedRows);
    }

    [Fact]
    public void Kill_ThenResume_RepeatsTheStepsWithoutDoublingThem()
    {
        using ChildProcess child = ChildProcess.Start(Child.RecordJob, _folder.StorePath);
        child.WaitFor("flushed", atLeast: 100);
        child.Kill("flushed");

        using RunStore store = _folder.Open();
        using RunRecorder recorder = store.OpenRecorder(child.RunId);
        recorder.DiscardAfter(60);
        for (int step = 61; step <= 80; step++)
        {
            recorder.Scalar("training-loss", step, Child.Loss(step));
        }

        recorder.Flush();
        ScalarSeries losses = store.OpenReader(child.RunId).Scalars("training-loss");
        Assert.Equal(Enumerable.Range(1, 80).Select(step => (long)step), losses.Steps);
        Assert.Equal(RunStatus.Running, store.GetRun(child.RunId).Status);
    }

    [Fact]
    public void Read_WhileAnotherProcessWrites_SeesAGrowingPrefix()
    {
        using ChildProcess child = ChildProcess.Start(Child.RecordJob, _folder.StorePath);
        long flushed = child.WaitFor("flushed", atLeast: 50);
        using RunStore store = RunStore.OpenExisting(_folder.StorePath);
        RunReader reader = store.OpenReader(child.RunId);
        RunTail tail = reader.Tail();
        List<long> tailed = [];
        while (flushed < 1_000)
        {
            tailed.AddRange(tail.Read(100_000).Scalars
                .Where(series => series.Metric == "training-loss")
                .SelectMany(series => series.Steps));
            Assert.Equal(Enumerable.Range(1, tailed.Count).Select(step => (long)step), tailed);
            Assert.True(tailed.Count >= flushed, $"{tailed.Count} steps are seen; {flushed} were flushed.");
            flushed = child.WaitFor("flushed", atLeast: flushed + 100);
        }
    }

    private static void AssertRows(RunReader reader, int layer, long flushed)
    {
        RowSeries rows = reader.Rows("total-hidden-gradient-norm", layer);
        Assert.True(rows.Count >= flushed, $"{rows.Count} rows are there; {flushed} were flushed.");
        for (int i = 0; i < rows.Count; i++)
        {
            long step = rows.Steps[i];
            Assert.Equal(i + 1, step);
            Assert.Equal(
                Enumerable.Range(0, Child.RowLength).Select(t => Child.Norm(step, layer, t)), rows.Row(i).ToArray());
        }
    }
}
