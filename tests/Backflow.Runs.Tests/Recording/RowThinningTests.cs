using Backflow.Runs.Columns;
using Backflow.Runs.Recording;

namespace Backflow.Runs.Tests.Recording;

public sealed class RowThinningTests : IDisposable
{
    private const string Metric = "total-gradient-norm";
    private const int Seed = 7;
    private static readonly RecorderOptions Coarse = new() { RowBucketsPerDoubling = 8 };

    private readonly TemporaryFolder _folder = new();
    private readonly RunStore _store;
    private readonly string _id;

    public RowThinningTests()
    {
        _store = _folder.Open();
        _id = _store.CreateRun(Example.Description()).Id;
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Row_StepsBelowTwiceTheBuckets_AllStay()
    {
        Record(_id, Coarse, 1, 15);
        Assert.Equal(Enumerable.Range(1, 15).Select(step => (long)step), Rows(_id).Steps);
    }

    [Fact]
    public void Row_LongRun_KeepsFirstExtremesAndNonFiniteOfEveryBucket()
    {
        Record(_id, Coarse, 1, 3_000);
        RowSeries rows = Rows(_id);
        List<long> expected = [];
        for (long begin = 1; begin <= 3_000;)
        {
            long end = Math.Min(3_001, BucketEnd(begin));
            expected.AddRange(Survivors(begin, end));
            begin = end;
        }

        Assert.Equal(expected.Append(3_000).Distinct(), rows.Steps);
        Assert.InRange(rows.Count, 8, 400);
        for (int i = 0; i < rows.Count; i++)
        {
            Assert.Equal(Values(rows.Steps[i]), rows.Row(i).ToArray());
        }
    }

    [Fact]
    public void Row_EveryStep_NewestIsThereAtOnce()
    {
        using RunRecorder recorder = _store.OpenRecorder(_id, Coarse);
        for (long step = 400; step < 440; step++)
        {
            recorder.Row(Metric, layer: 0, step, Values(step));
            recorder.Flush();
            Assert.Equal(step, Rows(_id).Steps[^1]);
        }
    }

    [Theory]
    [InlineData(700, 701)]
    [InlineData(700, 730)]
    [InlineData(700, 1_400)]
    [InlineData(767, 768)]
    [InlineData(768, 2_000)]
    public void DiscardAfter_ThenRepeated_LeavesTheRowsOfAnUninterruptedRun(long checkpoint, long killed)
    {
        string other = _store.CreateRun(Example.Description()).Id;
        Record(_id, Coarse, 1, 2_500);
        Record(other, Coarse, 1, killed);
        using (RunRecorder recorder = _store.OpenRecorder(other, Coarse))
        {
            recorder.DiscardAfter(checkpoint);
            Record(recorder, checkpoint + 1, 2_500);
        }

        Assert.Equal(Rows(_id).Steps, Rows(other).Steps);
    }

    [Fact]
    public void DiscardAfter_WithinOneRecorder_LeavesTheSameRows()
    {
        string other = _store.CreateRun(Example.Description()).Id;
        Record(_id, Coarse, 1, 1_000);
        using (RunRecorder recorder = _store.OpenRecorder(other, Coarse))
        {
            Record(recorder, 1, 903);
            recorder.DiscardAfter(801);
            Record(recorder, 802, 1_000);
        }

        Assert.Equal(Rows(_id).Steps, Rows(other).Steps);
    }

    [Fact]
    public void OpenRecorder_BucketsNoPowerOfTwo_IsRefused() => Assert.Throws<ArgumentException>(
        () => _store.OpenRecorder(_id, new RecorderOptions { RowBucketsPerDoubling = 12 }));

    /// <summary>
    /// The first step after a bucket, written down from the documentation: widths double with the steps.
    /// </summary>
    private static long BucketEnd(long step)
    {
        long width = 1;
        while (step >= 2 * 8 * width)
        {
            width *= 2;
        }

        return ((step / width) + 1) * width;
    }

    private static IEnumerable<long> Survivors(long begin, long end)
    {
        List<long> steps = [.. Enumerable.Range(0, (int)(end - begin)).Select(i => begin + i)];
        List<long> finite = [.. steps.Where(step => Values(step).Any(float.IsFinite))];
        long[] kept =
        [
            begin,
            finite.MaxBy(step => Values(step).Where(float.IsFinite).Max()),
            finite.MinBy(step => Values(step).Where(float.IsFinite).Min()),
            .. steps.Where(step => Values(step).Any(value => !float.IsFinite(value))).Take(1),
        ];
        return kept.Distinct().Order();
    }

    // Every 97th row holds a NaN, every 101st an infinity.
    private static float[] Values(long step)
    {
        float[] values = new float[4];
        for (int t = 0; t < values.Length; t++)
        {
            ulong bits = (((ulong)step * 4) + (ulong)t + Seed) * 0x9E37_79B9_7F4A_7C15;
            values[t] = (bits >> 40) / (float)(1 << 24);
        }

        values[1] = step % 97 == 0 ? float.NaN : step % 101 == 0 ? float.PositiveInfinity : values[1];
        return values;
    }

    private static void Record(RunRecorder recorder, long first, long last)
    {
        for (long step = first; step <= last; step++)
        {
            recorder.Row(Metric, layer: 0, step, Values(step));
            if (step % 1_000 == 0)
            {
                recorder.Flush();
            }
        }
    }

    private void Record(string id, RecorderOptions options, long first, long last)
    {
        using RunRecorder recorder = _store.OpenRecorder(id, options);
        Record(recorder, first, last);
    }

    private RowSeries Rows(string id) => _store.OpenReader(id).Rows(Metric, layer: 0);
}
