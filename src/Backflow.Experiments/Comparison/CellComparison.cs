using System.Collections.Immutable;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Comparison;

/// <summary>
/// Several cells trained in lockstep on the same batches from the same seed, each kept as a run of its own.
/// </summary>
/// <remarks>
/// The runs do one step each in turn. Everything but the cell is the same, and the hidden size where the number of
/// parameters is to be the first cell's. A run that diverges stops alone.
/// </remarks>
public sealed class CellComparison : IDisposable
{
    /// <summary>The fewest cells that can be compared.</summary>
    public const int FewestCells = 2;

    /// <summary>The most cells that can be compared.</summary>
    public const int MostCells = 4;

    private const string ComparedCells = "ComparedCells";

    private readonly RunStore _store;
    private readonly ImmutableArray<TrainingConfiguration> _configurations;
    private readonly ImmutableArray<TrainingRun> _runs;

    private CellComparison(
        RunStore store,
        string name,
        ImmutableArray<TrainingConfiguration> configurations,
        ImmutableArray<TrainingRun> runs)
    {
        _store = store;
        Name = name;
        _configurations = configurations;
        _runs = runs;
    }

    /// <summary>The comparison's name; its runs are called NAME/CELL.</summary>
    public string Name { get; }

    /// <summary>The runs' ids, in the order of the cells; a dashboard may show them while they train.</summary>
    public ImmutableArray<string> RunIds => [.. _runs.Select(static run => run.RunId)];

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
        ICommandWriter? commands = null)
    {
        Validate(configuration, cells);
        ITrainingData data = TrainingDataSource.Load(configuration with { Cells = [cells[0]] });
        ImmutableArray<TrainingConfiguration> configurations =
            Configurations(configuration, cells, sameSize, data.Shape);
        string title = name ?? RunTitles.Next(store, "compare");
        List<TrainingRun> runs = [];
        try
        {
            foreach (TrainingConfiguration one in configurations)
            {
                string cell = one.Cells[0];
                runs.Add(RecordedRun.Create(store, one, $"{title}/{cell}", commandLine, observerOf(cell), clock,
                    commands, TrainingDataSource.LoadAgain(data, one)));
            }

            return new CellComparison(store, title, configurations, [.. runs]);
        }
        catch
        {
            runs.ForEach(static run => run.Dispose());
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

        TrainingSummary?[] summaries = new TrainingSummary?[_runs.Length];
        while (summaries.Contains(null))
        {
            for (int i = 0; i < summaries.Length; i++)
            {
                if (summaries[i] is null && !_runs[i].Advance(cancellation))
                {
                    summaries[i] = _runs[i].End();
                }
            }
        }

        return [.. summaries.Select((summary, i) => Describe(_configurations[i], summary!))];
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
        RunReader reader = _store.OpenReader(summary.RunId);
        return new ComparedCell(
            configuration.Cells[0],
            configuration.HiddenSize,
            summary,
            Newest(reader, GradientHorizon.MetricName),
            Newest(reader, GradientHorizon.DecayMetricName));
    }

    private static double? Newest(RunReader reader, string metric)
    {
        ScalarSeries series = reader.Scalars(MetricColumn.OfLayer(metric, layer: 0));
        return series.Count > 0 ? series.Values[^1] : null;
    }
}
