using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Backflow.Exchange.TensorBoard.Protobuf;

namespace Backflow.Exchange.TensorBoard;

/// <summary>One number per step, under a tag.</summary>
/// <param name="Tag">Its name in TensorBoard.</param>
/// <param name="Steps">[N], ascending, each once.</param>
/// <param name="Values">[N]; NaN and infinities are values.</param>
public sealed record LoggedSeries(string Tag, ImmutableArray<long> Steps, ImmutableArray<double> Values);

/// <summary>The scalars of a folder of event files, as TensorBoard shows them.</summary>
/// <remarks>
/// Files count in the order of their names. Of two values of a step the later one counts, and the start of a session
/// takes back what came before of its step and later ones. Times are not read: the first record of some programs has
/// them in another unit.
/// </remarks>
public sealed class ScalarLog
{
    /// <summary>The most values of all tags.</summary>
    public const int MostValues = 10_000_000;

    /// <summary>The most tags.</summary>
    public const int MostTags = 10_000;

    /// <summary>The longest tag, in characters.</summary>
    public const int LongestTag = 500;

    private const string ScalarPlugin = "scalars";

    private readonly Dictionary<string, List<(long Step, double Value)>> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _plugins = new(StringComparer.Ordinal);
    private readonly List<string> _remarks = [];
    private long _count;
    private long _others;
    private long _negative;

    private ScalarLog()
    {
    }

    /// <summary>The tags with scalars, in the order in which they first came.</summary>
    public ImmutableArray<LoggedSeries> Series { get; private set; } = [];

    /// <summary>What the files say and this log does not have.</summary>
    public ImmutableArray<string> Remarks => [.. _remarks];

    /// <summary>Whether a path is that of event files: a folder, or a file that begins with a record.</summary>
    /// <param name="path">Any path.</param>
    public static bool IsAt(string path)
    {
        if (Directory.Exists(path))
        {
            return true;
        }

        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: >= RecordFrame.HeadLength })
            {
                return false;
            }

            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            byte[] head = new byte[RecordFrame.HeadLength];
            stream.ReadExactly(head);
            return RecordFrame.LengthOf(head) is not null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Reading it as a model says what is wrong.
            return false;
        }
    }

    /// <summary>Reads a file, or the files of a folder.</summary>
    /// <param name="path">An event file, or the folder of one run.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The scalars.</returns>
    /// <exception cref="ExchangeException">It has none, is damaged, or cannot be read.</exception>
    public static ScalarLog Read(string path, CancellationToken cancellation = default)
    {
        ScalarLog log = new();
        try
        {
            foreach (string file in FilesOf(path))
            {
                using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                log.Add(stream, Path.GetFileName(file), cancellation);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ExchangeException(
                $"{path} could not be read ({failure.Message.TrimEnd('.')}).",
                "Check its name, and that it is yours to read.",
                failure);
        }

        return log.Finish(path);
    }

    /// <summary>Reads one file.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <returns>The scalars.</returns>
    /// <exception cref="ExchangeException">It has none, or is damaged.</exception>
    public static ScalarLog Read(Stream stream, string file)
    {
        ScalarLog log = new();
        log.Add(stream, file, CancellationToken.None);
        return log.Finish(file);
    }

    private static string[] FilesOf(string path)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        string[] files = EventFiles.In(path);
        if (files.Length > 0)
        {
            return files;
        }

        string? run = Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal)
            .FirstOrDefault(static folder => EventFiles.In(folder).Length > 0);
        throw new ExchangeException(
            $"{path} is a folder without an event file of TensorBoard: no name in it contains '{EventFiles.Mark}'.",
            run is null ? "Name a file, or the folder that has them." : $"Name the folder of one run, such as {run}.");
    }

    private void Add(Stream stream, string file, CancellationToken cancellation)
    {
        EventFileReader reader = new(stream, file);
        while (reader.Read() is Event record)
        {
            cancellation.ThrowIfCancellationRequested();
            if (record.SessionLog is { Status: SessionLog.Types.Status.Start })
            {
                TakeBackFrom(record.Step);
            }

            foreach (Summary.Types.Value value in record.Summary?.Value ?? [])
            {
                Add(record.Step, value, file);
            }

            _others += record.WhatCase == Event.WhatOneofCase.None && record.SourceMetadata is null ? 1 : 0;
        }

        if (reader.EndsWithin)
        {
            _remarks.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{file} ends within the record that begins at byte {reader.Offset}; what stands before it was read."));
        }
    }

    private void Add(long step, Summary.Types.Value value, string file)
    {
        // Only the first record of a tag says whose it is.
        if (value.Metadata?.PluginData is { PluginName.Length: > 0 } plugin && value.Tag.Length <= LongestTag
            && _plugins.Count < MostTags)
        {
            _plugins.TryAdd(value.Tag, plugin.PluginName);
        }

        if (NumberOf(value) is not double number || string.IsNullOrWhiteSpace(value.Tag))
        {
            _others++;
            return;
        }

        if (step < 0)
        {
            _negative++;
            return;
        }

        if (!_values.TryGetValue(value.Tag, out List<(long Step, double Value)>? values))
        {
            values = [];
            RequireRoom(value.Tag.Length <= LongestTag, file, $"a tag of more than {LongestTag} characters");
            RequireRoom(_values.Count < MostTags, file, $"more than {MostTags} tags");
            _values.Add(value.Tag, values);
        }

        RequireRoom(++_count <= MostValues, file, $"more than {MostValues} scalars");
        values.Add((step, number));
    }

    private double? NumberOf(Summary.Types.Value value)
    {
        if (value.ContentCase == Summary.Types.Value.ContentOneofCase.SimpleValue)
        {
            return value.SimpleValue;
        }

        return value.Tensor is Tensor tensor && _plugins.GetValueOrDefault(value.Tag) == ScalarPlugin
            ? NumberOf(tensor)
            : null;
    }

    private static double? NumberOf(Tensor tensor) => tensor.Dtype switch
    {
        _ when tensor.TensorShape?.Dim.Any(static dim => dim.Size != 1) == true => null,
        Tensor.Types.Type.Float when tensor.FloatVal.Count == 1 => tensor.FloatVal[0],
        Tensor.Types.Type.Float when tensor.TensorContent.Length == sizeof(float) =>
            BinaryPrimitives.ReadSingleLittleEndian(tensor.TensorContent.Span),
        Tensor.Types.Type.Double when tensor.DoubleVal.Count == 1 => tensor.DoubleVal[0],
        Tensor.Types.Type.Double when tensor.TensorContent.Length == sizeof(double) =>
            BinaryPrimitives.ReadDoubleLittleEndian(tensor.TensorContent.Span),
        _ => null,
    };

    private void TakeBackFrom(long step)
    {
        foreach (List<(long Step, double Value)> values in _values.Values)
        {
            _count -= values.RemoveAll(one => one.Step >= step);
        }
    }

    private ScalarLog Finish(string name)
    {
        Series =
        [
            .. _values.Where(static tag => tag.Value.Count > 0).Select(static tag =>
            {
                // The last one of a step counts, and the order of equal ones is kept.
                (long Step, double Value)[] values =
                [
                    .. tag.Value.AsEnumerable().Reverse().DistinctBy(static one => one.Step)
                        .OrderBy(static one => one.Step),
                ];
                return new LoggedSeries(
                    tag.Key, [.. values.Select(static one => one.Step)], [.. values.Select(static one => one.Value)]);
            }),
        ];
        _values.Clear();
        if (Series.IsEmpty)
        {
            throw new ExchangeException(
                $"{name} has no scalars.", "Name the event files of a training that logged some, such as its loss.");
        }

        AddRemark(_others, "other than scalars, such as histograms, pictures and texts");
        AddRemark(_negative, "with a step below 0");
        return this;
    }

    private void AddRemark(long count, string what)
    {
        if (count > 0)
        {
            _remarks.Add(string.Create(CultureInfo.InvariantCulture, $"Left out: {count:#,0} {what}."));
        }
    }

    private static void RequireRoom(bool hasRoom, string file, string what)
    {
        if (!hasRoom)
        {
            throw new ExchangeException(
                $"{file} has {what}, which are too many to keep.", "Log fewer, or name a shorter run.");
        }
    }
}
