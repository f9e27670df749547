using System.Collections.Immutable;
using Backflow.Exchange.TensorBoard;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;

namespace Backflow.Experiments.Figures;

/// <summary>Writes what comes into a run to an event file, look by look. For one thread.</summary>
internal sealed class RunFollower : IDisposable
{
    // Of one column in one reading: bounds what is held at once.
    private const int MostPerColumn = 64;

    private static readonly TimeSpan BetweenHeatmaps = TimeSpan.FromMinutes(1);

    private readonly RunStore _store;
    private readonly string _runId;
    private readonly string _folder;
    private readonly TimeProvider _clock;
    private readonly Func<string, Stream> _create;
    private readonly long _firstStep;
    private readonly MemoryStream _batch = new();
    private readonly EventFileWriter _writer;
    private readonly EventFigures _figures;
    private RunTail? _tail;
    private bool _goesOn;
    private long _from;
    private long _drawn;
    private long _written;
    private Stream? _file;
    private long _length;

    /// <summary>Prepares to follow a run.</summary>
    /// <param name="store">The store that has it.</param>
    /// <param name="runId">The run.</param>
    /// <param name="firstStep">Steps that were done before, of which other files of the folder tell.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="create">Makes a file; lets a test be a full disk.</param>
    public RunFollower(
        RunStore store,
        string runId,
        long firstStep,
        string folder,
        TimeProvider clock,
        Func<string, Stream> create)
    {
        _store = store;
        _runId = runId;
        _folder = folder;
        _clock = clock;
        _create = create;
        _firstStep = firstStep;
        _writer = new EventFileWriter(_batch);
        _figures = new EventFigures(_writer, _ => clock.GetUtcNow());
        _drawn = clock.GetTimestamp();
    }

    /// <summary>Records that did not get onto the disk.</summary>
    public long Lost { get; private set; }

    /// <summary>Why the first of them did not.</summary>
    public string? Reason { get; private set; }

    /// <summary>Writes what came since the last look.</summary>
    /// <param name="isLast">Whether no other look follows.</param>
    public void Look(bool isLast)
    {
        try
        {
            _tail ??= Open();
            for (RunChanges changes = _tail.Read(MostPerColumn); !changes.IsEmpty || changes.StartedOver;
                changes = _tail.Read(MostPerColumn))
            {
                Add(changes);
                Commit();
            }

            if (isLast || _clock.GetElapsedTime(_drawn) >= BetweenHeatmaps)
            {
                _drawn = _clock.GetTimestamp();
                RunReader reader = _store.OpenReader(_runId);
                Begin(_store.GetRun(_runId));
                _figures.AddHeatmaps(reader, reader.Metrics(), StepRange.All, CancellationToken.None);
                Commit();
            }
        }
#pragma warning disable CA1031 // Whatever fails here must not end a training; the next look tries again.
        catch (Exception failure)
        {
            Reason ??= failure.Message.TrimEnd('.');
        }
#pragma warning restore CA1031
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _batch.Dispose();
    }

    // A folder that has nothing of the run gets all of it.
    private RunTail Open()
    {
        _goesOn = _firstStep > 0 && EventFiles.In(_folder).Length > 0;
        _from = _goesOn ? _firstStep : -1;
        return _store.OpenReader(_runId).Tail();
    }

    private void Add(RunChanges changes)
    {
        if (changes.StartedOver)
        {
            // Steps were discarded to be repeated, and the tail tells everything anew.
            _from = -1;
            Begin(changes.Run);
            _writer.Restart(_clock.GetUtcNow(), step: 0);
        }

        Begin(changes.Run);
        foreach (ScalarSeries series in changes.Scalars)
        {
            _figures.Add(After(series));
        }

        foreach (RowSeries series in changes.Rows)
        {
            _figures.Add(After(series));
        }

        foreach (RunEvent happened in changes.Events.Where(happened => happened.Step > _from))
        {
            _figures.Add(happened);
        }

        foreach (RunSample sample in changes.Samples.Where(sample => sample.Step > _from))
        {
            _figures.Add(sample);
        }
    }

    // What a file begins with, as long as the file has nothing.
    private void Begin(RunManifest run)
    {
        if (_length > 0 || _batch.Length > 0)
        {
            return;
        }

        DateTimeOffset now = _clock.GetUtcNow();
        _figures.Begin(run, now);
        if (_goesOn || EventFiles.In(_folder).Length > 0)
        {
            _writer.Restart(now, _from + 1);
        }
    }

    // Whole records or none: what is behind a part of one could not be read.
    private void Commit()
    {
        long records = _writer.Count - _written;
        _written = _writer.Count;
        try
        {
            if (_file is null)
            {
                Directory.CreateDirectory(_folder);
                _file = _create(EventFiles.NextIn(_folder, _clock.GetUtcNow()));
            }

            _file.Write(_batch.GetBuffer(), 0, (int)_batch.Length);
            _file.Flush();
            _length += _batch.Length;
        }
        catch (Exception failure) when (WriteFailure.ReasonOf(failure) is string reason)
        {
            Lost += records;
            Reason ??= reason;
            GoBack();
        }
        finally
        {
            _batch.SetLength(0);
        }
    }

    private void GoBack()
    {
        try
        {
            _file?.SetLength(_length);
            _ = _file?.Seek(_length, SeekOrigin.Begin);
        }
        catch (Exception failure) when (WriteFailure.ReasonOf(failure) is not null)
        {
            // A new file begins where this one ends.
            try
            {
                _file?.Dispose();
            }
            catch (Exception again) when (WriteFailure.ReasonOf(again) is not null)
            {
                // It has what it has.
            }

            _file = null;
            _length = 0;
        }
    }

    private ScalarSeries After(ScalarSeries series)
    {
        int skipped = SkippedOf(series.Steps);
        return skipped == 0 ? series
            : series with { Steps = series.Steps[skipped..], Values = series.Values[skipped..] };
    }

    private RowSeries After(RowSeries series)
    {
        int skipped = SkippedOf(series.Steps);
        return skipped == 0 ? series
            : new RowSeries(
                series.Metric,
                series.Layer,
                series.Steps[skipped..],
                [.. series.Offsets[skipped..].Select(offset => offset - series.Offsets[skipped])],
                series.Values[series.Offsets[skipped]..]);
    }

    private int SkippedOf(ImmutableArray<long> steps)
    {
        int skipped = 0;
        while (skipped < steps.Length && steps[skipped] <= _from)
        {
            skipped++;
        }

        return skipped;
    }
}
