using System.Text.Json;
using Backflow.Exchange.TensorBoard.Protobuf;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Backflow.Exchange.TensorBoard;

/// <summary>Writes records of an event file of TensorBoard, each at once and whole.</summary>
/// <param name="stream">Where they go; not closed.</param>
public sealed class EventFileWriter(Stream stream)
{
    private const string Version = "brain.Event:2";
    private const string Writer = "backflow";
    private const string TextPlugin = "text";
    private const string HparamsPlugin = "hparams";
    private const string HparamsTag = "_hparams_/session_start_info";
    private const int TensorClass = 2;
    private const int RedGreenBlue = 3;

    /// <summary>Records written so far.</summary>
    public long Count { get; private set; }

    /// <summary>Writes what every file begins with.</summary>
    /// <param name="time">When.</param>
    public void Begin(DateTimeOffset time) => Write(time, step: 0, new Event
    {
        FileVersion = Version,
        SourceMetadata = new SourceMetadata { Writer = Writer },
    });

    /// <summary>Takes back what other files of the folder say of a step and of later ones.</summary>
    /// <param name="time">When.</param>
    /// <param name="step">The first step that is written anew.</param>
    public void Restart(DateTimeOffset time, long step) => Write(time, step, new Event
    {
        SessionLog = new SessionLog { Status = SessionLog.Types.Status.Start },
    });

    /// <summary>Writes a number, which the format keeps with the 24 bits of a float.</summary>
    /// <param name="time">When it was measured.</param>
    /// <param name="step">The step that was measured, at least 0.</param>
    /// <param name="tag">The name of its chart, with a slash behind the name of its group.</param>
    /// <param name="value">Any number.</param>
    public void Scalar(DateTimeOffset time, long step, string tag, double value) =>
        Write(time, step, new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });

    /// <summary>Writes a histogram of log₁₀; none where no value has a logarithm.</summary>
    /// <param name="time">When it was measured.</param>
    /// <param name="step">The step that was measured, at least 0.</param>
    /// <param name="tag">The name of its chart.</param>
    /// <param name="values">The counts.</param>
    public void Histogram(DateTimeOffset time, long step, string tag, LogHistogram values)
    {
        if (values.Binned == 0)
        {
            return;
        }

        Histogram histogram = new()
        {
            Min = values.Minimum,
            Max = values.Maximum,
            Num = values.Binned,
            Sum = values.Sum,
            SumSquares = values.SumOfSquares,
        };
        foreach ((double limit, long count) in values.Bins())
        {
            histogram.BucketLimit.Add(limit);
            histogram.Bucket.Add(count);
        }

        Write(time, step, new Summary.Types.Value { Tag = tag, Histo = histogram });
    }

    /// <summary>Writes a picture.</summary>
    /// <param name="time">When it was made.</param>
    /// <param name="step">The newest step in it.</param>
    /// <param name="tag">Its name.</param>
    /// <param name="description">What it shows, in a sentence or two.</param>
    /// <param name="width">Pixels of a line.</param>
    /// <param name="height">Lines.</param>
    /// <param name="rgb">[height, width, 3], line by line from the top.</param>
    public void Image(
        DateTimeOffset time,
        long step,
        string tag,
        string description,
        int width,
        int height,
        ReadOnlySpan<byte> rgb) => Write(time, step, new Summary.Types.Value
        {
            Tag = tag,
            Metadata = new SummaryMetadata { SummaryDescription = description },
            Image = new Summary.Types.Image
            {
                Width = width,
                Height = height,
                Colorspace = RedGreenBlue,
                EncodedImageString = ByteString.CopyFrom(PngImage.Encode(width, height, rgb)),
            },
        });

    /// <summary>Writes a text, which TensorBoard shows as Markdown.</summary>
    /// <param name="time">When it was made.</param>
    /// <param name="step">The step that it belongs to.</param>
    /// <param name="tag">Its name.</param>
    /// <param name="text">What is shown; a line that begins with four blanks stands as it is.</param>
    public void Text(DateTimeOffset time, long step, string tag, string text)
    {
        Tensor tensor = new()
        {
            Dtype = Tensor.Types.Type.String,
            TensorShape = new TensorShape { Dim = { new TensorShape.Types.Dim { Size = 1 } } },
        };
        tensor.StringVal.Add(ByteString.CopyFromUtf8(text));
        Write(time, step, new Summary.Types.Value
        {
            Tag = tag,
            Metadata = Plugin(TextPlugin, ByteString.Empty),
            Tensor = tensor,
        });
    }

    /// <summary>Writes the settings of a run for the table of hyperparameters.</summary>
    /// <param name="time">When the run began.</param>
    /// <param name="configuration">An object; what is neither number nor text nor true or false is written as its
    /// JSON.</param>
    public void Hyperparameters(DateTimeOffset time, JsonElement configuration)
    {
        SessionStart start = new() { StartTimeSecs = Seconds(time) };
        foreach (JsonProperty setting in configuration.EnumerateObject())
        {
            if (setting.Value.ValueKind != JsonValueKind.Null)
            {
                start.Hparams[setting.Name] = ValueOf(setting.Value);
            }
        }

        Write(time, step: 0, new Summary.Types.Value
        {
            Tag = HparamsTag,
            Metadata = Plugin(HparamsPlugin, new HparamsData { SessionStartInfo = start }.ToByteString()),

            // Readers of later versions skip a value without a tensor.
            Tensor = new Tensor { Dtype = Tensor.Types.Type.Float, TensorShape = new TensorShape(), FloatVal = { 0f } },
        });
    }

    /// <summary>Whether a file was written by Backflow.</summary>
    /// <param name="stream">The file, from its beginning.</param>
    public static bool Wrote(Stream stream)
    {
        try
        {
            return new EventFileReader(stream, "event file").Read()?.SourceMetadata?.Writer == Writer;
        }
        catch (ExchangeException)
        {
            return false;
        }
    }

    private static Value ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => Value.ForBool(value.GetBoolean()),
        JsonValueKind.Number => Value.ForNumber(value.GetDouble()),
        JsonValueKind.String => Value.ForString(value.GetString()),
        _ => Value.ForString(value.GetRawText()),
    };

    private static SummaryMetadata Plugin(string name, ByteString content) => new()
    {
        PluginData = new SummaryMetadata.Types.PluginData { PluginName = name, Content = content },
        DataClass = TensorClass,
    };

    private void Write(DateTimeOffset time, long step, Summary.Types.Value value) =>
        Write(time, step, new Event { Summary = new Summary { Value = { value } } });

    private void Write(DateTimeOffset time, long step, Event what)
    {
        what.WallTime = Seconds(time);
        what.Step = step;
        RecordFrame.Write(stream, what.ToByteArray());
        Count++;
    }

    private static double Seconds(DateTimeOffset time) =>
        (time - DateTimeOffset.UnixEpoch).Ticks / (double)TimeSpan.TicksPerSecond;
}
