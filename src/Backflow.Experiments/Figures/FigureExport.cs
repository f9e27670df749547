using System.Collections.Immutable;
using Backflow.Exchange.Tables;
using Backflow.Exchange.TensorBoard;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Training;

namespace Backflow.Experiments.Figures;

/// <summary>The numbers of a run, on their way into files of other programs.</summary>
public sealed class FigureExport
{
    private const string What = "The run";

    private readonly RunStore _store;
    private readonly RunManifest _run;
    private readonly RunPages _pages;

    private FigureExport(RunStore store, RunManifest run)
    {
        _store = store;
        _run = run;
        _pages = new RunPages(store, run);
    }

    /// <summary>The run.</summary>
    public string RunId => _run.Id;

    /// <summary>Opens a run as it stands now; no checkpoint of it is needed.</summary>
    /// <param name="store">The store that has it.</param>
    /// <param name="word">The run's id, name, or a unique beginning of either.</param>
    /// <returns>The export.</returns>
    /// <exception cref="RunStoreException">There is no such run.</exception>
    /// <exception cref="ExperimentException">Nothing was recorded of it.</exception>
    public static FigureExport Open(RunStore store, string word) => new(store, store.FindRun(word));

    /// <summary>Writes a table as Parquet.</summary>
    /// <param name="path">The file; an earlier export that is there is replaced.</param>
    /// <param name="overwrite">Whether any other file is replaced too.</param>
    /// <param name="progress">Is told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the export; what was there stays.</param>
    /// <returns>How many rows it has.</returns>
    /// <exception cref="ReportException">The file cannot be written, or may not be replaced.</exception>
    public long WriteParquet(
        string path, bool overwrite, Action<double> progress, CancellationToken cancellation) => WriteTable(
            path,
            overwrite ? null : ParquetTable.Wrote,
            stream => new ParquetTable(stream, _run.Id, About()),
            progress,
            cancellation);

    /// <summary>Writes a table as CSV.</summary>
    /// <param name="path">The file; an earlier export that is there is replaced.</param>
    /// <param name="overwrite">Whether any other file is replaced too.</param>
    /// <param name="progress">Is told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the export; what was there stays.</param>
    /// <returns>How many rows it has.</returns>
    /// <exception cref="ReportException">The file cannot be written, or may not be replaced.</exception>
    public long WriteCsv(
        string path, bool overwrite, Action<double> progress, CancellationToken cancellation) => WriteTable(
            path,
            overwrite ? null : CsvTable.Wrote,
            stream => new CsvTable(stream, _run.Id),
            progress,
            cancellation);

    /// <summary>Writes an event file of TensorBoard into the run's folder of a folder of runs.</summary>
    /// <param name="folder">The folder of runs, TensorBoard's log directory.</param>
    /// <param name="overwrite">Whether event files of other programs there are replaced too.</param>
    /// <param name="progress">Is told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the export; what was there stays.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ReportException">The file cannot be written, or others may not be replaced.</exception>
    public string WriteEvents(
        string folder, bool overwrite, Action<double> progress, CancellationToken cancellation)
    {
        string own = Path.Combine(folder, _run.Id);
        string[] earlier = EarlierIn(own, overwrite);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string path = EventFiles.NextIn(own, now);
        ReportFile.Export(What, path, isEarlier: null, stream =>
        {
            ImmutableArray<RunEvent> events = _pages.Reader.Events(_pages.Range);
            StepTimes times = new(_run, events, _store.Checkpoints.List(_run.Id));
            EventFigures figures = new(new EventFileWriter(stream), times.Of);
            figures.Begin(_run, now);
            _pages.Read(figures, progress, cancellation);
            foreach (RunEvent happened in events)
            {
                figures.Add(happened);
            }

            foreach (RunSample sample in _pages.Reader.Samples(_pages.Range))
            {
                figures.Add(sample);
            }

            figures.AddHeatmaps(_pages.Reader, _pages.Metrics, _pages.Range, cancellation);
        });
        foreach (string file in earlier)
        {
            File.Delete(file);
        }

        return path;
    }

    // TensorBoard reads all files of a folder as one run: what an earlier export wrote would count twice.
    private string[] EarlierIn(string folder, bool overwrite)
    {
        string[] files = EventFiles.In(folder);
        if (files.Length > 0 && _run.Status == RunStatus.Running)
        {
            throw new ReportException(
                $"{What} was not written to {folder}: it is being trained, and its training may write there.",
                "Name another folder, or wait until it ends.");
        }

        if (!overwrite && files.FirstOrDefault(static file => !IsOurs(file)) is string other)
        {
            throw new ReportException(
                $"{What} was not written to {folder}: {Path.GetFileName(other)} is there, which is no earlier export.",
                $"Name another folder, or give {ReportFile.Overwrite:setting} to replace it.");
        }

        return files;
    }

    private static bool IsOurs(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return EventFileWriter.Wrote(file);
    }

    private long WriteTable(
        string path,
        Func<Stream, bool>? isEarlier,
        Func<Stream, IMetricTable> begin,
        Action<double> progress,
        CancellationToken cancellation)
    {
        long count = 0;
        ReportFile.Export(What, path, isEarlier, stream =>
        {
            using IMetricTable table = begin(stream);
            TableFigures figures = new(table);
            _pages.Read(figures, progress, cancellation);
            count = figures.Count;
        });
        return count;
    }

    private Dictionary<string, string> About() => new(StringComparer.Ordinal)
    {
        ["backflow.name"] = _run.Name,
        ["backflow.version"] = _run.ProductVersion,
        ["backflow.configuration"] = _run.ConfigurationJson,
    };
}
