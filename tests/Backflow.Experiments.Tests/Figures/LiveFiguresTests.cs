using System.Text;
using Backflow.Exchange.TensorBoard;
using Backflow.Experiments.Figures;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Figures;

/// <summary>Event files that are written while a run is.</summary>
public sealed class LiveFiguresTests : IDisposable
{
    private const string Loss = "train/training-loss";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly TemporaryStore _temporary = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-live-").FullName;

    private RunStore Store => _temporary.Store;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Run_ThatIsFollowed_IsThereWithinSecondsAndAtTheEnd()
    {
        string run = RecordedFigures.Add(Store);
        using LiveFigures figures = new(Store, _folder, TimeProvider.System);
        using RunRecorder recorder = Store.OpenRecorder(run);
        figures.Begin(run, firstStep: 0);
        RecordedFigures.Record(recorder, 1, 10);
        recorder.Flush();
        string folder = Path.Combine(_folder, run);
        Assert.True(SpinWait.SpinUntil(() => Steps(folder).Length == 10, TimeSpan.FromSeconds(20)));

        RecordedFigures.Record(recorder, 11);
        recorder.Finish(RunStatus.Completed);
        Assert.Null(figures.Finish());
        Assert.Equal(Ascending(1, RecordedFigures.Steps), Steps(folder));
        string file = Assert.Single(Directory.GetFiles(folder));
        Assert.Contains("\u0089PNG", Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal);
    }

    /// <summary>A run that goes on from a checkpoint repeats steps: the new file takes back what the old one has of
    /// them.</summary>
    [Fact]
    public void Run_ThatGoesOn_GetsAnotherFileOfItsOwnSteps()
    {
        string run = RecordedFigures.Add(Store);
        string folder = Path.Combine(_folder, run);
        Follow(run, firstStep: 0, static recorder => RecordedFigures.Record(recorder, 1, 30));
        Follow(run, firstStep: 20, static recorder =>
        {
            recorder.DiscardAfter(20);
            RecordedFigures.Record(recorder, 21, 25);
        });
        string[] files = EventFiles.In(folder);
        Assert.Equal(2, files.Length);
        Assert.Equal(Ascending(21, 25), Steps(files[1]));
        Assert.Equal(Ascending(1, 25), Steps(folder));
    }

    [Fact]
    public void Run_ThatGoesOnIntoAnEmptyFolder_IsThereFromItsBeginning()
    {
        string run = RecordedFigures.Add(Store);
        using (RunRecorder recorder = Store.OpenRecorder(run))
        {
            RecordedFigures.Record(recorder, 1, 10);
            recorder.Finish(RunStatus.Interrupted);
        }

        Follow(run, firstStep: 10, static recorder => RecordedFigures.Record(recorder, 11, 15));
        Assert.Equal(Ascending(1, 15), Steps(Path.Combine(_folder, run)));
    }

    [Fact]
    public void Run_ThatIsRolledBack_IsTheRunThatTheStoreHas()
    {
        string run = RecordedFigures.Add(Store);
        string folder = Path.Combine(_folder, run);
        using LiveFigures figures =
            new(Store, _folder, TimeProvider.System, static path => new FullDisk(path), Pause);
        using RunRecorder recorder = Store.OpenRecorder(run);
        figures.Begin(run, firstStep: 0);
        RecordedFigures.Record(recorder, 1, 20);
        recorder.Flush();
        Assert.True(SpinWait.SpinUntil(() => Steps(folder).Length == 20, TimeSpan.FromSeconds(20)));
        recorder.DiscardAfter(5);
        recorder.Scalar("training-loss", 6, 7);
        recorder.Finish(RunStatus.Completed);
        Assert.Null(figures.Finish());
        LoggedSeries loss = ScalarLog.Read(folder, Cancellation).Series.Single(static one => one.Tag == Loss);
        Assert.Equal(Ascending(1, 6), loss.Steps);
        Assert.Equal(7, loss.Values[^1]);
    }

    /// <summary>What does not get onto the disk is counted, and the file stays one that can be read.</summary>
    [Fact]
    public void Disk_ThatIsFullForAWhile_CostsItsRecordsAlone()
    {
        string run = RecordedFigures.Add(Store);
        string folder = Path.Combine(_folder, run);
        FullDisk? disk = null;
        using LiveFigures figures =
            new(Store, _folder, TimeProvider.System, path => disk = new FullDisk(path), Pause);
        using RunRecorder recorder = Store.OpenRecorder(run);
        figures.Begin(run, firstStep: 0);
        RecordedFigures.Record(recorder, 1, 10);
        recorder.Flush();
        Assert.True(SpinWait.SpinUntil(() => Steps(folder).Length == 10, TimeSpan.FromSeconds(20)));
        disk!.IsFull = true;
        RecordedFigures.Record(recorder, 11, 20);
        recorder.Flush();
        Assert.True(SpinWait.SpinUntil(() => disk.Refused > 0, TimeSpan.FromSeconds(20)));
        disk.IsFull = false;
        RecordedFigures.Record(recorder, 21, 30);
        recorder.Finish(RunStatus.Completed);
        string lost = figures.Finish()!;
        Assert.Contains($" of the event files in {_folder} could not be written: ", lost, StringComparison.Ordinal);
        Assert.Contains(FullDisk.Reason, lost, StringComparison.Ordinal);
        Assert.Equal([.. Ascending(1, 10), .. Ascending(21, 30)], Steps(folder));
        Assert.Equal(30, Store.OpenReader(run).Scalars("training-loss").Count);
    }

    [Fact]
    public void Disk_ThatIsFullFromTheFirstRecord_BeginsLater()
    {
        string run = RecordedFigures.Add(Store);
        FullDisk? disk = null;
        using LiveFigures figures =
            new(Store, _folder, TimeProvider.System, path => disk = new FullDisk(path) { IsFull = true }, Pause);
        using RunRecorder recorder = Store.OpenRecorder(run);
        figures.Begin(run, firstStep: 0);
        RecordedFigures.Record(recorder, 1, 10);
        recorder.Flush();
        Assert.True(SpinWait.SpinUntil(() => disk?.Refused > 0, TimeSpan.FromSeconds(20)));
        disk!.IsFull = false;
        RecordedFigures.Record(recorder, 11, 12);
        recorder.Finish(RunStatus.Completed);
        Assert.NotNull(figures.Finish());
        string file = Assert.Single(Directory.GetFiles(Path.Combine(_folder, run)));
        using FileStream stream = File.OpenRead(file);
        Assert.True(EventFileWriter.Wrote(stream));
        Assert.Equal([11, 12], Steps(file));
    }

    [Fact]
    public void Folder_ThatIsNone_IsRefusedBeforeTraining()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "mine");
        ExperimentException refused =
            Assert.Throws<ExperimentException>(() => new LiveFigures(Store, file, TimeProvider.System));
        Assert.StartsWith("Tensorboard must be a folder that can be written to, got ", refused.Message,
            StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(file));
    }

    public void Dispose()
    {
        _temporary.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Follow(string run, long firstStep, Action<RunRecorder> record)
    {
        using LiveFigures figures = new(Store, _folder, TimeProvider.System);
        using RunRecorder recorder = Store.OpenRecorder(run);
        figures.Begin(run, firstStep);
        record(recorder);
        recorder.Finish(RunStatus.Interrupted);
        Assert.Null(figures.Finish());
    }

    private static long[] Steps(string path)
    {
        try
        {
            return
            [
                .. ScalarLog.Read(path, Cancellation).Series.Where(static one => one.Tag == Loss)
                    .SelectMany(static one => one.Steps),
            ];
        }
        catch (Exchange.ExchangeException)
        {
            // Nothing is there yet.
            return [];
        }
    }

    private static long[] Ascending(int from, int to) =>
        [.. Enumerable.Range(from, to - from + 1).Select(static step => (long)step)];

    // Takes a part of what it is given, as a disk does that becomes full.
    private sealed class FullDisk(string path)
        : FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)
    {
        public const string Reason = "No space left on device";

        private int _refused;

        public bool IsFull { get; set; }

        public int Refused => Volatile.Read(ref _refused);

        public override void Write(byte[] buffer, int offset, int count)
        {
            base.Write(buffer, offset, IsFull ? count / 2 : count);
            if (IsFull)
            {
                Interlocked.Increment(ref _refused);
                throw new IOException(Reason);
            }
        }
    }
}
