using System.Globalization;
using System.Text;
using Backflow.Exchange.TensorBoard;
using Backflow.Experiments.Figures;
using Backflow.Experiments.Recording;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Training;
using DuckDB.NET.Data;
using Xunit;

namespace Backflow.Experiments.Tests.Figures;

/// <summary>The numbers of a run as files, asked by DuckDB.</summary>
public sealed class FigureExportTests : IDisposable
{
    private const int Rows = RecordedFigures.Steps * (2 + RecordedFigures.Timesteps + 2);

    private readonly TemporaryStore _temporary = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-figures-").FullName;
    private readonly string _run;

    public FigureExportTests()
    {
        _run = RecordedFigures.Add(_temporary.Store, "mine");
        using RunRecorder recorder = _temporary.Store.OpenRecorder(_run);
        RecordedFigures.Record(recorder);
        recorder.Event(9, RunEventLevel.Warning, "Vanishing gradient", "It uses 3 timesteps.");
        recorder.Sample(12, "the text\nof the network");
        recorder.Finish(RunStatus.Completed);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("run.parquet")]
    [InlineData("run.csv")]
    public void Table_AskedByDuckDb_HasEveryNumber(string name)
    {
        string path = Write(name);
        Assert.Equal($"{Rows}", Ask($"SELECT count(*) FROM '{path}'"));
        Assert.Equal(_run, Ask($"SELECT DISTINCT run FROM '{path}'"));
        Assert.Equal(
            "gate-mean:forget 0, spectral-norm:forget 1, total-gradient-norm 1, training-loss -",
            Ask($"""
                SELECT string_agg(words, ', ' ORDER BY words) FROM
                (SELECT DISTINCT metric || ' ' || coalesce(layer::VARCHAR, '-') AS words FROM '{path}')
                """));

        // What is not finite is found by its column, and only there.
        Assert.Equal(
            "3 training-loss - NaN, 7 total-gradient-norm 3 Infinity",
            Ask($"""
                SELECT string_agg(step || ' ' || metric || ' ' || coalesce(timestep::VARCHAR, '-') || ' '
                    || CASE WHEN isnan(value) THEN 'NaN' ELSE 'Infinity' END, ', ' ORDER BY step)
                FROM '{path}' WHERE NOT is_finite
                """));
        double expected = Enumerable.Range(1, RecordedFigures.Steps).Where(static step => step != 3)
            .Average(RecordedFigures.Loss);
        Assert.Equal(
            expected,
            double.Parse(
                Ask($"SELECT avg(value) FROM '{path}' WHERE metric = 'training-loss' AND is_finite"),
                CultureInfo.InvariantCulture),
            1e-12);
        double[] profile = [.. RecordedFigures.Row(40).Select(static one => (double)one)];
        Assert.Equal(
            string.Join(' ', profile.Select(static one => one.ToString("R", CultureInfo.InvariantCulture))),
            Ask($"""
                SELECT string_agg(value, ' ' ORDER BY timestep) FROM '{path}'
                WHERE metric = 'total-gradient-norm' AND step = 40
                """),
            new NumbersAlike());
    }

    [Fact]
    public void Parquet_SaysWhichRunItIs()
    {
        string path = Write("run.parquet");
        string about = Ask($"""
            SELECT string_agg(decode(key) || '=' || decode(value), '|' ORDER BY key)
            FROM parquet_kv_metadata('{path}')
            """);
        Assert.Contains("backflow.name=mine", about, StringComparison.Ordinal);
        Assert.Contains($"backflow.run={_run}", about, StringComparison.Ordinal);
        Assert.Contains("backflow.configuration={\"steps\":40,\"task\":\"adding\"}", about, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_HaveEveryScalarUnderItsGroup()
    {
        string path = Open().WriteEvents(_folder, overwrite: false, static _ => { }, Cancellation);
        Assert.Equal(Path.Combine(_folder, _run), Path.GetDirectoryName(path));
        ScalarLog log = ScalarLog.Read(path, Cancellation);
        Assert.Equal(
            [
                "train/training-loss", "layer1/spectral-norm:forget", "layer1/total-gradient-norm/zeros",
                "layer1/total-gradient-norm/not-finite",
            ],
            log.Series.Select(static one => one.Tag).OrderDescending(StringComparer.Ordinal)
                .OrderBy(static tag => tag.StartsWith("train", StringComparison.Ordinal) ? 0
                    : tag.Contains("spectral", StringComparison.Ordinal) ? 1 : 2));
        LoggedSeries loss = log.Series.Single(static one => one.Tag == "train/training-loss");
        Assert.Equal(Enumerable.Range(1, RecordedFigures.Steps).Select(static step => (long)step), loss.Steps);
        Assert.Equal(
            Enumerable.Range(1, RecordedFigures.Steps).Select(static step => (double)(float)RecordedFigures.Loss(step)),
            loss.Values);
        LoggedSeries odd =
            log.Series.Single(static one => one.Tag.EndsWith("not-finite", StringComparison.Ordinal));
        Assert.Equal(1, odd.Values.Sum());
        Assert.Equal(1, odd.Values[6]);

        // A histogram for each step, a picture, an event, a sample and the settings.
        Assert.Equal(
            [$"Left out: {RecordedFigures.Steps + 4} other than scalars, such as histograms, pictures and texts."],
            log.Remarks);
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(path));
        Assert.Contains("**Vanishing gradient**\n\nIt uses 3 timesteps.", text, StringComparison.Ordinal);
        Assert.Contains("    the text\n    of the network", text, StringComparison.Ordinal);
        Assert.Contains("\u0089PNG", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_WrittenAgain_TakeThePlaceOfTheFirst()
    {
        string first = Open().WriteEvents(_folder, overwrite: false, static _ => { }, Cancellation);
        string second = Open().WriteEvents(_folder, overwrite: false, static _ => { }, Cancellation);
        Assert.NotEqual(first, second);
        Assert.Equal([second], Directory.GetFiles(Path.GetDirectoryName(second)!));
    }

    [Fact]
    public void Events_OfAnotherProgram_AreKept()
    {
        string own = Directory.CreateDirectory(Path.Combine(_folder, _run)).FullName;
        string other = Path.Combine(own, "events.out.tfevents.1.theirs");
        File.WriteAllText(other, "theirs");
        ReportException refused = Assert.Throws<ReportException>(
            () => Open().WriteEvents(_folder, overwrite: false, static _ => { }, Cancellation));
        Assert.Equal(
            $"The run was not written to {own}: events.out.tfevents.1.theirs is there, which is no earlier export.",
            refused.Message);
        Assert.Equal("theirs", File.ReadAllText(other));
        string path = Open().WriteEvents(_folder, overwrite: true, static _ => { }, Cancellation);
        Assert.Equal([path], Directory.GetFiles(own));
    }

    [Fact]
    public void Events_OfARunThatIsTrained_AreNotReplaced()
    {
        string other = RecordedFigures.Add(_temporary.Store);
        using RunRecorder recorder = _temporary.Store.OpenRecorder(other);
        RecordedFigures.Record(recorder);
        recorder.Flush();
        FigureExport export = FigureExport.Open(_temporary.Store, other);
        export.WriteEvents(_folder, overwrite: false, static _ => { }, Cancellation);
        ReportException refused = Assert.Throws<ReportException>(
            () => export.WriteEvents(_folder, overwrite: true, static _ => { }, Cancellation));
        Assert.Contains("it is being trained", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run.parquet")]
    [InlineData("run.csv")]
    public void Table_OntoAFileOfAnotherKind_KeepsIt(string name)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, "run,of,mine");
        ReportException refused = Assert.Throws<ReportException>(() => Write(name));
        Assert.Equal(
            $"The run was not written to {path}: a file is there that is no earlier export.", refused.Message);
        Assert.Equal("run,of,mine", File.ReadAllText(path));
        Write(name, overwrite: true);
        byte[] first = File.ReadAllBytes(path);
        Write(name);
        Assert.Equal(first.Length, new FileInfo(path).Length);
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("run.parquet")]
    [InlineData("run.csv")]
    [InlineData("events")]
    public void Export_ThatIsInterrupted_LeavesNothing(string name)
    {
        using CancellationTokenSource source = new();
        FigureExport export = Open();
        Action<double> interrupt = _ => source.Cancel();
        Assert.Throws<OperationCanceledException>(() => _ = name switch
        {
            "run.csv" => export.WriteCsv(Path.Combine(_folder, name), false, interrupt, source.Token),
            "run.parquet" => export.WriteParquet(Path.Combine(_folder, name), false, interrupt, source.Token),
            _ => export.WriteEvents(_folder, false, interrupt, source.Token).Length,
        });
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Export_OntoAFullDevice_SaysSo()
    {
        foreach (Action write in (Action[])
            [
                () => Open().WriteParquet("/dev/full", false, static _ => { }, Cancellation),
                () => Open().WriteCsv("/dev/full", false, static _ => { }, Cancellation),
            ])
        {
            ReportException failure = Assert.Throws<ReportException>(write);
            Assert.StartsWith(
                "The run was not written to /dev/full: No space left on device", failure.Message,
                StringComparison.Ordinal);
        }
    }

    /// <summary>A million numbers go through, and what is held does not grow with them.</summary>
    [Fact]
    public void Parquet_OfAMillionNumbers_HoldsFew()
    {
        const int Steps = 1000;
        const int Timesteps = 1000;
        const long Most = 64_000_000;
        string run = RecordedFigures.Add(_temporary.Store);
        using (RunRecorder recorder = _temporary.Store.OpenRecorder(run))
        {
            float[] row = new float[Timesteps];
            for (int step = 1; step <= Steps; step++)
            {
                row.AsSpan().Fill(step);
                recorder.Row("total-gradient-norm", 0, step, row);
                if (step % 50 == 0)
                {
                    recorder.Flush();
                }
            }

            recorder.Finish(RunStatus.Completed);
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        List<double> shares = [];
        long rows = FigureExport.Open(_temporary.Store, run).WriteParquet(
            Path.Combine(_folder, "great.parquet"),
            overwrite: false,
            share =>
            {
                shares.Add(share);
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: shares.Count % 4 == 0));
            },
            Cancellation);
        Assert.Equal(Steps * Timesteps, rows);
        Assert.True(most - before < Most, $"{most - before} bytes were held.");
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(1, shares[^1]);
        Assert.Equal($"{rows}", Ask($"SELECT count(*) FROM '{Path.Combine(_folder, "great.parquet")}'"));
    }

    [Fact]
    public void Open_RunWithoutAStep_IsRefused()
    {
        string run = RecordedFigures.Add(_temporary.Store);
        ExperimentException refused =
            Assert.Throws<ExperimentException>(() => FigureExport.Open(_temporary.Store, run));
        Assert.Equal($"Run {run} has no figures: no step of it was recorded.", refused.Message);
    }

    public void Dispose()
    {
        _temporary.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private FigureExport Open() => FigureExport.Open(_temporary.Store, "mine");

    private string Write(string name, bool overwrite = false)
    {
        string path = Path.Combine(_folder, name);
        long rows = Path.GetExtension(name) == ".csv"
            ? Open().WriteCsv(path, overwrite, static _ => { }, Cancellation)
            : Open().WriteParquet(path, overwrite, static _ => { }, Cancellation);
        Assert.Equal(Rows, rows);
        return path;
    }

    private static string Ask(string query)
    {
        using DuckDBConnection connection = new("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The paths are of a temporary folder.
        command.CommandText = query;
#pragma warning restore CA2100
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
    }

    // DuckDB writes numbers in its own way.
    private sealed class NumbersAlike : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => Numbers(x!).SequenceEqual(Numbers(y!));

        public int GetHashCode(string obj) => 0;

        private static IEnumerable<double> Numbers(string list) =>
            list.Split(' ').Select(static one => double.Parse(one, CultureInfo.InvariantCulture));
    }
}
