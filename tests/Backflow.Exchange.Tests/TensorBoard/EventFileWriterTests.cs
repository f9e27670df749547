using System.Text.Json;
using Backflow.Exchange.TensorBoard;
using Tensorboard;

namespace Backflow.Exchange.Tests.TensorBoard;

/// <summary>Event files as TorchSharp's classes read them.</summary>
public sealed class EventFileWriterTests : IDisposable
{
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 0, 0, 250, TimeSpan.Zero);

    private readonly MemoryStream _file = new();
    private readonly EventFileWriter _writer;

    public EventFileWriterTests() => _writer = new EventFileWriter(_file);

    [Fact]
    public void Begin_IsTheVersionInUnixSeconds()
    {
        _writer.Begin(Time);
        Event first = Events().Single();
        Assert.Equal("brain.Event:2", first.FileVersion);
        Assert.Equal(1772366400.25, first.WallTime);
        Assert.Equal(0, first.Step);
        _file.Position = 0;
        Assert.True(EventFileWriter.Wrote(_file));
    }

    [Theory]
    [InlineData(0, 1.5)]
    [InlineData(7, double.NaN)]
    [InlineData(long.MaxValue, double.NegativeInfinity)]
    [InlineData(3, 1e-45)]
    public void Scalar_IsASimpleValue(long step, double value)
    {
        _writer.Scalar(Time, step, "train/training-loss", value);
        Event record = Events().Single();
        Assert.Equal(step, record.Step);
        Summary.Types.Value one = record.Summary.Value.Single();
        Assert.Equal("train/training-loss", one.Tag);
        Assert.Equal((float)value, one.SimpleValue);
        Assert.Equal(1, _writer.Count);
    }

    [Fact]
    public void Histogram_CountsByPowersOfTen()
    {
        LogHistogram counts = new();
        counts.Count([float.Epsilon, 1e-3f, 1e-3f, 2f, -2f, 0f, -0f, float.NaN, float.PositiveInfinity, 3e38f]);
        Assert.Equal((2, 2, 6), (counts.Zeros, counts.NotFinite, counts.Binned));
        _writer.Histogram(Time, 4, "layer0/total-gradient-norm", counts);
        HistogramProto histogram = Events().Single().Summary.Value.Single().Histo;
        Assert.Equal(6, histogram.Num);
        Assert.Equal(6, histogram.Bucket.Sum());
        Assert.Equal(histogram.Bucket.Count, histogram.BucketLimit.Count);
        Assert.Equal(Math.Log10(float.Epsilon), histogram.Min);
        Assert.Equal(Math.Log10(3e38f), histogram.Max);
        double[] exponents =
        [
            Math.Log10(float.Epsilon), Math.Log10(1e-3f), Math.Log10(1e-3f), Math.Log10(2), Math.Log10(2),
            Math.Log10(3e38f),
        ];
        Assert.Equal(exponents.Sum(), histogram.Sum, 1e-9);
        Assert.Equal(exponents.Sum(static one => one * one), histogram.SumSquares, 1e-9);
        for (int i = 0; i < histogram.Bucket.Count; i++)
        {
            double from = i == 0 ? double.NegativeInfinity : histogram.BucketLimit[i - 1];
            Assert.Equal(
                exponents.Count(one => one > from && one <= histogram.BucketLimit[i]), histogram.Bucket[i]);
        }
    }

    [Fact]
    public void Histogram_WithoutALogarithm_IsLeftOut()
    {
        LogHistogram counts = new();
        counts.Count([0, float.NaN]);
        _writer.Histogram(Time, 4, "layer0/total-gradient-norm", counts);
        Assert.Empty(Events());
        Assert.Equal((1, 1), (counts.Zeros, counts.NotFinite));
    }

    [Fact]
    public void Image_IsThePictureAsPng()
    {
        byte[] rgb = [.. Enumerable.Range(0, 3 * 2 * 3).Select(static i => (byte)(i * 13))];
        _writer.Image(Time, 9, "layer0/total-gradient-norm", "Red is NaN.", width: 3, height: 2, rgb);
        Summary.Types.Value value = Events().Single().Summary.Value.Single();
        Assert.Equal((3, 2, 3), (value.Image.Width, value.Image.Height, value.Image.Colorspace));
        Assert.Equal("Red is NaN.", value.Metadata.SummaryDescription);

        // Skia, which comes with TorchSharp, has no library for Linux here: the chunks are read by hand.
        Assert.Equal(rgb, DecodedPng.Read(value.Image.EncodedImageString.Span, 3, 2));
    }

    [Fact]
    public void Text_IsATensorOfThePlugin()
    {
        _writer.Text(Time, 3, "verdicts", "**Vanishing** ∂");
        Summary.Types.Value value = Events().Single().Summary.Value.Single();
        Assert.Equal("text", value.Metadata.PluginData.PluginName);
        Assert.Equal(DataType.DtString, value.Tensor.Dtype);
        Assert.Equal(1, value.Tensor.TensorShape.Dim.Single().Size);
        Assert.Equal("**Vanishing** ∂", value.Tensor.StringVal.Single().ToStringUtf8());
    }

    [Fact]
    public void Restart_IsTheStartOfASession()
    {
        _writer.Restart(Time, 40);
        Event record = Events().Single();
        Assert.Equal(SessionLog.Types.SessionStatus.Start, record.SessionLog.Status);
        Assert.Equal(40, record.Step);
    }

    [Fact]
    public void Hyperparameters_AreSettingsOfTheirKind()
    {
        using JsonDocument settings = JsonDocument.Parse(
            """{"steps":500,"chrono":null,"task":"adding","nesterov":true,"cells":["lstm"]}""");
        _writer.Hyperparameters(Time, settings.RootElement);
        Summary.Types.Value value = Events().Single().Summary.Value.Single();
        Assert.Equal("_hparams_/session_start_info", value.Tag);
        Assert.Equal("hparams", value.Metadata.PluginData.PluginName);
        string content = value.Metadata.PluginData.Content.ToStringUtf8();
        foreach (string name in (string[])["steps", "task", "adding", "nesterov", "[\"lstm\"]"])
        {
            Assert.Contains(name, content, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("chrono", content, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrote_FileOfAnotherProgram_IsFalse()
    {
        using FileStream other = File.OpenRead(ScalarLogTests.TorchSharpFile);
        Assert.False(EventFileWriter.Wrote(other));
        Assert.False(EventFileWriter.Wrote(new MemoryStream()));
        Assert.False(EventFileWriter.Wrote(new MemoryStream(new byte[100])));
    }

    public void Dispose() => _file.Dispose();

    private IReadOnlyList<Event> Events() => RecordedEvents.Read(_file.ToArray());
}
