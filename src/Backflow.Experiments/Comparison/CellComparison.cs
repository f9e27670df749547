using System.Collections.Immutable;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Comparison;

/// <summary>
/// Several cells trained in lockstep on the same batches from the same seed, each kept as a run of its own.
/// </summary>
/// <remarks>
/// The runs do one step each in turn. Everything but the cell is the same, and the hidden size where the number of
/// parameters is to be the first cell's. A run that diverges stops alone. The same comparison, asked for again, goes on
/// with its runs: one that ended is not trained again.
/// </remarks>
public sealed class CellComparison : IDisposable
{
    /// <summary>The fewest cells that can be compared.</summary>
    public const int FewestCells = 2;

    /// <summary>The most cells that can be compared.</summary>
    public const int MostCells = 4;

    private const string ComparedCells = "ComparedCells";
    private const string Word = "compare";

    private static readonly ImmutableArray<string> Shown =
    [
        .. RecordedReach.Metrics,
        MetricColumn.OfLayer(GradientHorizon.MetricName, layer: 0),
        MetricColumn.OfLayer(GradientHorizon.DecayMetricName, layer: 0),
    ];

    private readonly RunStore _store;
    private readonly ImmutableArray<TrainingConfiguration> _configurations;
    private readonly TitledParts _parts;
    private readonly List<TrainingRun> _runs = [];
    private readonly List<TrainingSummary?> _finished = [];

    private CellComparison(
        RunStore store, ImmutableArray<TrainingConfiguration> configurations, TitledParts parts)
    {
        _store = store;
        _configurations = configurations;
        _parts = parts;
    }

    /// <summary>The comparison's name; its runs are called NAME/CELL.</summary>
    public string Name => _parts.Title;

    /// <summary>The runs' ids, in the order of the cells; a dashboard may show them while they train.</summary>
    public ImmutableArray<string> RunIds { get; private set; } = [];

    /// <summary>What an earlier process has done of it; null where it begins.</summary>
    public string? Note => !_parts.GoesOn ? null
        : _runs.Count == 0 ? "All runs were finished before; they are not trained again."
        : _runs.Count == _finished.Count ? "All runs go on from their checkpoints."
        : FormattableString.Invariant($"{_finished.Count - _runs.Count} of {_finished.Count} runs were finished ")
            + "before; the others go on from their checkpoints.";

    /// <summary>Why it begins anew when it is killed, as the system says it; null where it goes on.</summary>
    public string? Fault => _parts.Journal.Fault;

    /// <summary>Prepares the runs.</summary>
    /// <param name="store">The store that keeps a run for every cell.</param>
    /// <param name="configuration">What all have in common; its cells do not matter, its hidden size is the
    /// first's.</param>
    /// <param name="cells">2 to 4 different cells by name.</param>
    /// <param name="sameSize">Whether all have the same hidden size instead of the same number of parameters.</param>
    /// <param name="name">The comparison's name; null for compare-0001 and so on.</param>
    /// <param name="commandLine">The command that asked for it.</param>
    /// <param name="observerOf">Makes the one who watches a cell, by its name.</param>
    /// <param name="clock">What tells the time.</param>
    /// <param name="commands">Who writes the commands of remedies; null for settings alone.</param>
    /// <param name="isFresh">Whether to train all anew, where an earlier process has begun the same.</param>
    /// <param name="data">What the runs read; null for what the configuration asks for.</param>
    /// <returns>The comparison, which the caller disposes of.</returns>
    /// <exception cref="ExperimentException">The cells, the configuration or the data do not allow it.</exception>
    public static CellComparison Create(
        RunStore store,
        TrainingConfiguration configuration,
        ImmutableArray<string> cells,
        bool sameSize,
        string? name,
        string commandLine,
        Func<string, ITrainingObserver> observerOf,
        TimeProvider clock,
        ICommandWriter? commands = null,
        bool isFresh = false,
        ITrainingData? data = null)
    {
        Validate(configuration, cells);
        data ??= TrainingDataSource.Load(configuration with { Cells = [cells[0]] });
        ImmutableArray<TrainingConfiguration> configurations =
        [
            .. Configurations(configuration, cells, sameSize, data.Shape)
                .Select(one => TrainingDataSource.Fit(one, data)),
        ];
        TitledParts parts = new(
            store,
            Word,
            string.Join('\n', configurations.Select(LeftRun.Identity).Append(data.Digest).Append(name)),
            isFresh,
            (_, title) => IsKnown(store, title, configurations),
            name is null ? null : () => name);
        CellComparison comparison = new(store, configurations, parts);
        try
        {
            foreach (TrainingConfiguration one in configurations)
            {
                comparison.Add(one, data, commandLine, observerOf(one.Cells[0]), clock, commands);
            }

            return comparison;
        }
        catch
        {
            comparison.Dispose();
            throw;
        }
    }

    /// <summary>Checks what can be checked without the data.</summary>
    /// <param name="configuration">What all have in common.</param>
    /// <param name="cells">The cells by name.</param>
    /// <exception cref="ExperimentException">An option is outside its range; the message names it.</exception>
    public static void Validate(TrainingConfiguration configuration, ImmutableArray<string> cells)
    {
        if (cells.Length is < FewestCells or > MostCells || cells.Distinct().Count() < cells.Length)
        {
            throw new ExperimentException(
                $"{ComparedCells:setting} must name {FewestCells} to {MostCells} different cells, got "
                    + $"'{string.Join(',', cells)}'.",
                new Setting(ComparedCells, "rnn,lstm,gru"));
        }

        foreach (string cell in cells)
        {
            if (!ConfigurationRules.CellNames.Contains(cell))
            {
                throw new ExperimentException(
                    $"{ComparedCells:setting} must be among {string.Join(", ", ConfigurationRules.CellNames)}, got "
                        + $"'{cell}'.",
                    new Setting(ComparedCells, "rnn,lstm,gru"));
            }

            TrainingOptions.Validate(configuration with { Cells = [cell] });
        }
    }

    /// <summary>Trains all to the end, or until cancelled; either way every checkpoint is saved.</summary>
    /// <param name="cancellation">Ends training after the current step.</param>
    /// <returns>How each cell ended, in their order.</returns>
    /// <exception cref="RunStoreException">The store or a checkpoint cannot be written.</exception>
    public ImmutableArray<ComparedCell> Train(CancellationToken cancellation)
    {
        foreach (TrainingRun run in _runs)
        {
            run.Begin();
        }

        Dictionary<string, TrainingSummary> ended = [];
        while (ended.Count < _runs.Count)
        {
            foreach (TrainingRun run in _runs.Where(run => !ended.ContainsKey(run.RunId)))
            {
                if (!run.Advance(cancellation))
                {
                    ended.Add(run.RunId, run.End());
                }
            }
        }

        return
        [
            .. _configurations.Select((configuration, i) =>
                Describe(configuration, _finished[i] ?? ended[RunIds[i]])),
        ];
    }

    /// <summary>Has every run save a checkpoint after its current step, and go on. Any thread may ask.</summary>
    public void RequestCheckpoints()
    {
        foreach (TrainingRun run in _runs)
        {
            run.RequestCheckpoint();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (TrainingRun run in _runs)
        {
            run.Dispose();
        }

        _parts.Dispose();
    }

    // A reader may have deleted its runs, or given their names to others.
    private static bool IsKnown(
        RunStore store, string title, ImmutableArray<TrainingConfiguration> configurations)
    {
        LeftRun[] cells = [.. configurations.Select(one => new LeftRun(store, NameOf(title, one), one))];
        return cells.Any(static cell => cell.IsThere) && cells.All(static cell => cell.Fits);
    }

    private static string NameOf(string title, TrainingConfiguration configuration) =>
        $"{title}/{configuration.Cells[0]}";

    private void Add(
        TrainingConfiguration configuration,
        ITrainingData data,
        string commandLine,
        ITrainingObserver observer,
        TimeProvider clock,
        ICommandWriter? commands)
    {
        string name = NameOf(Name, configuration);
        LeftRun? known = _parts.GoesOn ? new LeftRun(_store, name, configuration) : null;
        TrainingSummary? finished = known?.Finished(data.Shape);
        _finished.Add(finished);
        if (finished is null)
        {
            _runs.Add(known?.Open(Create, Resume) ?? Create());
        }

        RunIds = RunIds.Add(finished?.RunId ?? _runs[^1].RunId);

        TrainingRun Create() => RecordedRun.Create(
            _store, configuration, name, commandLine, observer, clock, commands,
            TrainingDataSource.LoadAgain(data, configuration));

        TrainingRun Resume(string runId, long? fromStep) => RecordedRun.Resume(
            _store,
            runId,
            trained => trained with { Threads = configuration.Threads, TextPath = configuration.TextPath },
            fromStep,
            observer,
            clock,
            commands,
            TrainingDataSource.LoadAgain(data, configuration));
    }

    private static ImmutableArray<TrainingConfiguration> Configurations(
        TrainingConfiguration configuration, ImmutableArray<string> cells, bool sameSize, TaskShape shape)
    {
        TrainingConfiguration first = configuration with { Cells = [cells[0]] };
        long parameters = ConfigurationRules.Network(first, shape).ParameterCount;
        return
        [
            first,
            .. cells.Skip(1).Select(cell => configuration with { Cells = [cell] }).Select(one =>
                sameSize
                    ? one
                    : one with { HiddenSize = MatchedSize.Nearest(hidden => Count(one, hidden), parameters) }),
        ];

        long Count(TrainingConfiguration one, int hidden) =>
            ConfigurationRules.Network(one with { HiddenSize = hidden }, shape).ParameterCount;
    }

    private ComparedCell Describe(TrainingConfiguration configuration, TrainingSummary summary)
    {
        ImmutableArray<double?> newest = _store.GetOverview(summary.RunId, Shown).Newest;
        return new ComparedCell(
            configuration.Cells[0],
            configuration.HiddenSize,
            summary,
            RecordedReach.Of(newest.AsSpan()),
            newest[^2],
            newest[^1]);
    }
}
