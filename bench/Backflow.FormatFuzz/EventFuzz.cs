using System.Text.Json;
using Backflow.Engine;
using Backflow.Exchange.TensorBoard;

namespace Backflow.FormatFuzz;

/// <summary>Damages event files of TensorBoard: a third of them anywhere, the others inside of a record that is whole
/// again.</summary>
internal static class EventFuzz
{
    private const int FramedBy = RecordFrame.HeadLength + RecordFrame.FootLength;

    // What changes a message without breaking it: small numbers, tags of the first fields, and the ends of long
    // numbers.
    private static readonly byte[] Bytes =
    [
        0, 1, 2, 3, 4, 7, 8, 0x09, 0x0A, 0x10, 0x12, 0x15, 0x1A, 0x22, 0x2A, 0x3A, 0x42, 0x4A, 0x52, 0x7F, 0x80, 0xFF,
    ];

    /// <summary>The files of a folder, and one of every kind of record.</summary>
    public static byte[][] Files(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*.tfevents").Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
        OfEveryKind(),
    ];

    /// <summary>Reads the scalars.</summary>
    public static void Read(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        _ = ScalarLog.Read(stream, "mutated");
    }

    /// <summary>Changes a file, or the content of one of its records.</summary>
    public static byte[] Mutate(byte[] file, SplittableRandom random)
    {
        if (random.NextInt32(3) == 0)
        {
            return FuzzedFormat.Change(file, 0, file.Length, [], random);
        }

        List<(int From, int Length)> records = [];
        for (int at = 0; at < file.Length;)
        {
            int length = BitConverter.ToInt32(file, at);
            records.Add((at, length));
            at += length + FramedBy;
        }

        (int from, int count) = records[random.NextInt32(records.Count)];
        byte[] content = file[(from + RecordFrame.HeadLength)..(from + RecordFrame.HeadLength + count)];
        using MemoryStream changed = new();
        changed.Write(file, 0, from);
        RecordFrame.Write(changed, FuzzedFormat.Change(content, 0, content.Length, Bytes, random));
        changed.Write(file, from + count + FramedBy, file.Length - from - count - FramedBy);
        return changed.ToArray();
    }

    private static byte[] OfEveryKind()
    {
        using MemoryStream stream = new();
        EventFileWriter writer = new(stream);
        DateTimeOffset time = DateTimeOffset.UnixEpoch;
        writer.Begin(time);
        writer.Hyperparameters(time, JsonElement.Parse("""{"steps":3}"""));
        LogHistogram histogram = new();
        histogram.Count([1, 2, 0.001f]);
        for (int step = 0; step < 3; step++)
        {
            writer.Scalar(time, step, "train/training-loss", step);
            writer.Histogram(time, step, "layer0/total-gradient-norm", histogram);
            writer.Text(time, step, "verdicts", "text");
        }

        writer.Restart(time, 2);
        writer.Scalar(time, 2, "train/training-loss", 5);
        writer.Image(time, 2, "layer0/total-gradient-norm", "picture", 1, 1, [1, 2, 3]);
        return stream.ToArray();
    }
}
