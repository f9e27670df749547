using Backflow.Runs.Columns;
using Backflow.Runs.Recording;

namespace Backflow.Runs.Tests.Columns;

public sealed class RowExtremesTests : IDisposable
{
    private const string Metric = "norm";

    private readonly OpenRun _run =
        new(options: new RecorderOptions { RowCapacity = 100_000, RowBucketsPerDoubling = 1 << 20 });

    public void Dispose() => _run.Dispose();

    [Fact]
    public void RowExtremes_NoRows_IsEmpty()
    {
        RowExtremes picture = _run.Reader.RowExtremes(Metric, layer: 0, range: null, maximumColumns: 10);
        Assert.Equal((0, 0), (picture.Count, picture.Height));
    }

    [Fact]
    public void RowExtremes_FewRows_AreExactWhateverTheirSteps()
    {
        for (int step = 0; step < 500; step += 10)
        {
            _run.Recorder.Row(Metric, 0, step, [step, float.NaN, -step]);
        }

        _run.Recorder.Flush();
        RowExtremes picture = _run.Reader.RowExtremes(Metric, layer: 0, range: null, maximumColumns: 50);
        Assert.Equal(50, picture.Count);
        Assert.Empty(picture.Minimum);
        Assert.Equal(picture.FirstSteps, picture.LastSteps);
        Assert.Equal([490f, float.NaN, -490f], picture.Maximum.AsSpan()[^3..].ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(64)]
    public void RowExtremes_ManyRows_MatchAPlainImplementation(int height)
    {
        List<float[]> rows = [];
        uint state = 12345;
        for (int step = 0; step < 3000; step++)
        {
            float[] row = new float[step % 7 == 0 ? height + 2 : height];
            for (int t = 0; t < row.Length; t++)
            {
                state = (state * 1664525) + 1013904223;
                row[t] = (state >> 8) % 400 == 0 ? float.NaN
                    : (state >> 8) % 400 == 1 ? float.NegativeInfinity
                    : (int)state / 1e3f;
            }

            rows.Add(row);
            _run.Recorder.Row(Metric, 0, step, row);
        }

        _run.Recorder.Flush();
        RowExtremes picture = _run.Reader.RowExtremes(Metric, 0, new StepRange(5, 2990), maximumColumns: 100);

        Assert.InRange(picture.Count, 51, 100);
        Assert.Equal(height + 2, picture.Height);
        Assert.Equal((5L, 2990L), (picture.FirstSteps[0], picture.LastSteps[^1]));
        for (int n = 0; n < picture.Count; n++)
        {
            float[][] inside = [.. rows[(int)picture.FirstSteps[n]..((int)picture.LastSteps[n] + 1)]];
            Assert.Equal(inside.Max(static row => row.Length), picture.Lengths[n]);
            for (int t = 0; t < picture.Height; t++)
            {
                float[] values = [.. inside.Where(row => row.Length > t).Select(row => row[t])];
                float[] finite = [.. values.Where(float.IsFinite)];
                float[] other = [.. values.Where(static value => !float.IsFinite(value))];
                float greatest = other.Length > 0 ? other[0] : finite.Length > 0 ? finite.Max() : float.NaN;
                float least = finite.Length > 0 ? finite.Min() : greatest;
                Assert.Equal(greatest, picture.Maximum[(n * picture.Height) + t]);
                Assert.Equal(least, picture.Minimum[(n * picture.Height) + t]);
            }
        }
    }

    [Fact]
    public void RowExtremes_RunGrows_OldColumnsStay()
    {
        Record(0, 1000);
        RowExtremes before = _run.Reader.RowExtremes(Metric, 0, range: null, maximumColumns: 128);
        Record(1000, 1010);
        RowExtremes after = _run.Reader.RowExtremes(Metric, 0, range: null, maximumColumns: 128);
        Assert.Equal(before.FirstSteps, after.FirstSteps[..before.Count]);
        Assert.Equal(before.Maximum.AsSpan()[..(before.Count - 1)], after.Maximum.AsSpan()[..(before.Count - 1)]);
    }

    [Theory]
    [InlineData(-5, 10)]
    [InlineData(10, 10)]
    [InlineData(19, 10)]
    [InlineData(20, 20)]
    [InlineData(99, 30)]
    public void RowAt_Step_IsTheNearestBeforeOrTheFirst(long step, long expected)
    {
        _run.Recorder.Row(Metric, 0, 10, [1]);
        _run.Recorder.Row(Metric, 0, 20, [2]);
        _run.Recorder.Row(Metric, 0, 30, [3]);
        _run.Recorder.Flush();
        RowSeries row = _run.Reader.RowAt(Metric, 0, step);
        Assert.Equal(expected, Assert.Single(row.Steps));
        Assert.Equal(expected / 10f, row.Row(0)[0]);
    }

    [Fact]
    public void RowAt_NoRow_IsEmpty() => Assert.Equal(0, _run.Reader.RowAt(Metric, 0, 3).Count);

    private void Record(int begin, int end)
    {
        for (int step = begin; step < end; step++)
        {
            _run.Recorder.Row(Metric, 0, step, [MathF.Sin(step)]);
        }

        _run.Recorder.Flush();
    }
}
