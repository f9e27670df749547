using Backflow.Exchange.TensorBoard;
using Google.Protobuf;
using Tensorboard;

namespace Backflow.Exchange.Tests.TensorBoard;

/// <summary>Scalars out of event files: TorchSharp's own, and what its classes make.</summary>
public sealed class ScalarLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backflow-events-").FullName;

    /// <summary>What TorchSharp's SummaryWriter wrote; make_files.sh says how.</summary>
    internal static string TorchSharpFile { get; } = Path.Combine(
        RepositoryRoot.Path, "tests", "Backflow.Exchange.Tests", "TensorBoard", "files", "torchsharp.tfevents");

    [Fact]
    public void Read_WhatTorchSharpWrote_IsEachScalarAtItsStep()
    {
        ScalarLog log = Read(TorchSharpFile);
        Assert.Equal(["loss/train", "accuracy"], log.Series.Select(static one => one.Tag));
        Assert.Equal([0, 1, 2, 3, 4, 5], log.Series[0].Steps);
        Assert.Equal([1, 0.5, 0.25, double.NaN, double.PositiveInfinity, 0.125], log.Series[0].Values);
        Assert.Equal([10, 20], log.Series[1].Steps);
        Assert.Equal([0.5, 0.75], log.Series[1].Values);
        Assert.Equal(["Left out: 1 other than scalars, such as histograms, pictures and texts."], log.Remarks);
    }

    [Fact]
    public void Read_FileThatIsBeingWritten_IsWhatIsWhole()
    {
        byte[] file = File.ReadAllBytes(TorchSharpFile);
        Write("a.tfevents", file[..^5]);
        ScalarLog log = Read(_folder);
        Assert.Equal([0.5, 0.75], log.Series[1].Values);
        Assert.StartsWith("a.tfevents ends within the record that begins at byte ", log.Remarks[0],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "the checksum of its length is another one, of the record that begins at byte 0.")]
    [InlineData(30, "its checksum is another one, of the record that begins at byte 0.")]
    [InlineData(60, "its checksum is another one, of the record that begins at byte 40.")]
    public void Read_DamagedRecord_IsNamedByFileAndOffset(int place, string said)
    {
        byte[] file = File.ReadAllBytes(TorchSharpFile);
        file[place] ^= 1;
        ExchangeException refused = Assert.Throws<ExchangeException>(
            () => Read(Write("a.tfevents", file)));
        Assert.Equal($"a.tfevents is damaged: {said}", refused.Message);
    }

    [Fact]
    public void Read_NoEventInARecord_IsSaid()
    {
        ExchangeException refused = Assert.Throws<ExchangeException>(
            () => Read(Write("a.tfevents", RecordedEvents.Frame([0xFF, 0xFF, 0xFF]))));
        Assert.Equal(
            "a.tfevents is damaged: it is no event, of the record that begins at byte 0.", refused.Message);
    }

    [Fact]
    public void Read_SessionThatStartsAgain_TakesBackWhatCameBefore()
    {
        Write("1.tfevents", Scalar("loss", 1, 10), Scalar("loss", 2, 20), Scalar("loss", 3, 30));
        Write(
            "2.tfevents",
            RecordedEvents.Frame(new Event
            {
                Step = 2,
                SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start },
            }.ToByteArray()),
            Scalar("loss", 2, 21));
        LoggedSeries loss = Read(_folder).Series.Single();
        Assert.Equal([1, 2], loss.Steps);
        Assert.Equal([10, 21], loss.Values);
    }

    [Fact]
    public void Read_StepsInAnyOrderAndTwice_AreOnceAndAscend()
    {
        Write("1.tfevents", Scalar("loss", 3, 1), Scalar("loss", 1, 2), Scalar("loss", 3, 4), Scalar("loss", -1, 8));
        ScalarLog log = Read(_folder);
        Assert.Equal([1, 3], log.Series[0].Steps);
        Assert.Equal([2, 4], log.Series[0].Values);
        Assert.Equal(["Left out: 1 with a step below 0."], log.Remarks);
    }

    [Fact]
    public void Read_TensorsOfTheScalarPlugin_AreScalars()
    {
        TensorProto inBytes = new()
        {
            Dtype = DataType.DtFloat,
            TensorContent = ByteString.CopyFrom(BitConverter.GetBytes(0.5f)),
        };
        TensorProto asDouble = new() { Dtype = DataType.DtDouble, DoubleVal = { 0.1 } };
        TensorProto notOne = new()
        {
            Dtype = DataType.DtFloat,
            FloatVal = { 1 },
            TensorShape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dim { Size = 3 } } },
        };
        Write(
            "1.tfevents",
            Tensor("loss", 1, inBytes, "scalars"),
            Tensor("loss", 2, asDouble, plugin: null),
            Tensor("loss", 3, notOne, plugin: null),
            Tensor("other", 1, asDouble, "pr_curves"));
        ScalarLog log = Read(_folder);
        Assert.Equal([0.5, 0.1], log.Series.Single().Values);
        Assert.StartsWith("Left out: 2 other than scalars", log.Remarks[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RecordOfAGreatPicture_IsPassedOver()
    {
        Event picture = new() { GraphDef = ByteString.CopyFrom(new byte[3 << 20]) };
        Write("1.tfevents", Scalar("loss", 1, 1), RecordedEvents.Frame(picture.ToByteArray()), Scalar("loss", 2, 2));
        ScalarLog log = Read(_folder);
        Assert.Equal([1, 2], log.Series[0].Values);
        Assert.StartsWith("Left out: 1 other than scalars", log.Remarks[0], StringComparison.Ordinal);

        byte[] damaged = RecordedEvents.Frame(picture.ToByteArray());
        damaged[2 << 20] ^= 1;
        ExchangeException refused = Assert.Throws<ExchangeException>(
            () => Read(Write("2.tfevents", damaged)));
        Assert.Contains("its checksum is another one", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MoreThanCanBeKept_IsRefused()
    {
        ExchangeException tags = Assert.Throws<ExchangeException>(() => Read(Write(
            "1.tfevents",
            [.. Enumerable.Range(0, ScalarLog.MostTags + 1).Select(static i => Scalar($"tag{i}", 1, 1))])));
        Assert.Contains($"has more than {ScalarLog.MostTags} tags", tags.Message, StringComparison.Ordinal);
        ExchangeException length = Assert.Throws<ExchangeException>(() => Read(
            Write("2.tfevents", Scalar(new string('x', ScalarLog.LongestTag + 1), 1, 1))));
        Assert.Contains("a tag of more than 500 characters", length.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FolderOfRuns_NamesOneOfThem()
    {
        string run = Directory.CreateDirectory(Path.Combine(_folder, "logs", "run1")).FullName;
        File.Copy(TorchSharpFile, Path.Combine(run, "events.out.tfevents.1"));
        ExchangeException refused =
            Assert.Throws<ExchangeException>(() => Read(Path.Combine(_folder, "logs")));
        Assert.Contains("no name in it contains 'tfevents'", refused.Message, StringComparison.Ordinal);
        Assert.Equal($"Name the folder of one run, such as {run}.", refused.Remedy);
        Assert.Equal(2, Read(run).Series.Length);
    }

    [Fact]
    public void Read_NothingToRead_IsSaid()
    {
        Assert.Contains(
            "has no scalars",
            Assert.Throws<ExchangeException>(() => Read(Write("1.tfevents", []))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "could not be read",
            Assert.Throws<ExchangeException>(() => Read(Path.Combine(_folder, "none"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void IsAt_FileOfAnotherKind_IsFalse()
    {
        Assert.True(ScalarLog.IsAt(TorchSharpFile));
        Assert.True(ScalarLog.IsAt(_folder));
        Assert.False(ScalarLog.IsAt(Path.Combine(RepositoryRoot.Path, "README.md")));
        Assert.False(ScalarLog.IsAt(Path.Combine(_folder, "none")));
        Assert.False(ScalarLog.IsAt(Write("short", [1, 2])));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ScalarLog Read(string path) => ScalarLog.Read(path, TestContext.Current.CancellationToken);

    private static byte[] Scalar(string tag, long step, float value) => RecordedEvents.Frame(new Event
    {
        Step = step,
        Summary = new Summary { Value = { new Summary.Types.Value { Tag = tag, SimpleValue = value } } },
    }.ToByteArray());

    private static byte[] Tensor(string tag, long step, TensorProto tensor, string? plugin)
    {
        Summary.Types.Value value = new() { Tag = tag, Tensor = tensor };
        if (plugin is not null)
        {
            value.Metadata = new SummaryMetadata
            {
                PluginData = new SummaryMetadata.Types.PluginData { PluginName = plugin },
            };
        }

        return RecordedEvents.Frame(new Event { Step = step, Summary = new Summary { Value = { value } } }
            .ToByteArray());
    }

    private string Write(string name, params byte[][] records)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, [.. records.SelectMany(static one => one)]);
        return path;
    }
}
