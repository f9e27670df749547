using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Training;

namespace Backflow.Experiments.Figures;

/// <summary>Takes the numbers of a run, some steps of one metric at a time.</summary>
internal interface IFigureSink
{
    /// <summary>Takes numbers of one metric.</summary>
    /// <param name="series">One number per step.</param>
    void Add(ScalarSeries series);

    /// <summary>Takes rows of one metric and layer.</summary>
    /// <param name="series">One row per step.</param>
    void Add(RowSeries series);
}

/// <summary>Reads all numbers of a run as it stood when it was opened, in pages, so that memory does not grow with
/// its steps.</summary>
internal sealed class RunPages
{
    // With rows of 10,000 timesteps a page of rows has 2.5 MB.
    private const int ScalarsPerPage = 8192;
    private const int RowsPerPage = 64;

    private readonly RunStore _store;
    private readonly RunManifest _run;

    /// <summary>Opens a run.</summary>
    /// <param name="store">The store that has it.</param>
    /// <param name="run">The run as it stands.</param>
    /// <exception cref="ExperimentException">Nothing was recorded of it.</exception>
    public RunPages(RunStore store, RunManifest run)
    {
        _store = store;
        _run = run;
        Reader = store.OpenReader(run.Id);
        Metrics = [.. Reader.Metrics()];
        if (Metrics.Count == 0)
        {
            throw new ExperimentException(
                $"Run {run.Id} has no figures: no step of it was recorded.", "Take a run that was trained.");
        }
    }

    /// <summary>Reads the run in other ways.</summary>
    public RunReader Reader { get; }

    /// <summary>What it has values of.</summary>
    public IReadOnlyList<MetricSummary> Metrics { get; }

    /// <summary>The steps that are read.</summary>
    public StepRange Range => new(long.MinValue, _run.LastStep ?? long.MaxValue);

    /// <summary>Hands everything over, metric by metric.</summary>
    /// <param name="sink">Who takes it.</param>
    /// <param name="progress">Is told the share that is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ExperimentException">The run went back to an earlier step meanwhile.</exception>
    public void Read(IFigureSink sink, Action<double> progress, CancellationToken cancellation)
    {
        for (int i = 0; i < Metrics.Count; i++)
        {
            MetricSummary metric = Metrics[i];
            if (metric.Kind == MetricKind.Scalar)
            {
                Read(
                    range => Reader.Scalars(metric.Name, range, ScalarsPerPage),
                    static page => page.Steps.Length == 0 ? null : page.Steps[^1],
                    sink.Add,
                    step => progress(ShareDone(i, layer: 0, step)),
                    cancellation);
                continue;
            }

            for (int k = 0; k < metric.Layers.Length; k++)
            {
                Read(
                    range => Reader.Rows(metric.Name, metric.Layers[k], range, RowsPerPage),
                    static page => page.Steps.Length == 0 ? null : page.Steps[^1],
                    sink.Add,
                    step => progress(ShareDone(i, k, step)),
                    cancellation);
            }
        }

        if (_store.GetRun(_run.Id).Rewinds != _run.Rewinds)
        {
            throw new ExperimentException(
                $"Run {_run.Id} went back to an earlier step while it was exported.", "Export it again.");
        }
    }

    private void Read<TPage>(
        Func<StepRange, TPage> read,
        Func<TPage, long?> lastStep,
        Action<TPage> add,
        Action<long> progress,
        CancellationToken cancellation)
    {
        StepRange left = Range;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            TPage page = read(left);
            if (lastStep(page) is not long last)
            {
                return;
            }

            add(page);
            progress(last);
            if (last >= left.Last)
            {
                return;
            }

            left = left with { First = last + 1 };
        }
    }

    private double ShareDone(int index, int layer, long step)
    {
        MetricSummary metric = Metrics[index];
        double steps = Math.Max(1, metric.LastStep - metric.FirstStep + 1);
        double ofLayer = Math.Clamp((step - metric.FirstStep + 1) / steps, 0, 1);
        return (index + ((layer + ofLayer) / Math.Max(1, metric.Layers.Length))) / Metrics.Count;
    }
}
