using System.Collections.Immutable;
using System.Numerics;
using System.Text.Json.Nodes;
using Backflow.Exchange;
using Backflow.Exchange.Probes;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Recording;

namespace Backflow.Experiments.Probing;

/// <summary>Hears what a watch does.</summary>
public interface IProbeObserver
{
    /// <summary>The first sample has come, and its run is in the store.</summary>
    /// <param name="runId">The run.</param>
    void Began(string runId);

    /// <summary>A sample was analysed and recorded.</summary>
    /// <param name="report">What it says.</param>
    /// <param name="isNew">The verdicts that no earlier sample had.</param>
    void Took(ProbeReport report, ImmutableArray<ProbeVerdict> isNew);

    /// <summary>An effective context that the training measured was recorded.</summary>
    /// <param name="step">The step of the training, from 0.</param>
    /// <param name="sequences">How many sequences it rests on.</param>
    /// <param name="context">What was measured.</param>
    void TookContext(long step, long sequences, EffectiveContext context);

    /// <summary>A file was passed over.</summary>
    /// <param name="message">Which, and why.</param>
    /// <param name="remedy">What to do.</param>
    void PassedOver(string message, string remedy);
}

/// <summary>Turns the files that a probe writes into a run, while they come.</summary>
/// <remarks>
/// A run has the samples of one process and of the first backward pass of a step; others are passed over. Rows have as
/// many timesteps as the longest sequence of the first sample: what is longer or shorter later is aligned at the end. A
/// file that is damaged, of another kind, or older than what was recorded is passed over and said.
/// </remarks>
public sealed class ProbeWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly RunStore _store;
    private readonly string _folder;
    private readonly string? _name;
    private readonly string _commandLine;
    private readonly IProbeObserver _observer;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<(string Rule, string Module, int Layer, string Direction)> _said = [];
    private StoreRecord? _record;
    private long _last = -1;
    private long _lastContext = -1;
    private int _rank;
    private bool _saysRanks;
    private double? _loss;
    private ImmutableArray<int> _timesteps = [];
    private ImmutableArray<string> _titles = [];

    /// <summary>Prepares a watch.</summary>
    /// <param name="store">The store that gets the run.</param>
    /// <param name="folder">The folder that the probe writes to; it may not be there yet.</param>
    /// <param name="name">The run's name; null for its id.</param>
    /// <param name="commandLine">The command that asked for it.</param>
    /// <param name="observer">Hears what happens.</param>
    public ProbeWatch(RunStore store, string folder, string? name, string commandLine, IProbeObserver observer)
    {
        _store = store;
        _folder = folder;
        _name = name;
        _commandLine = commandLine;
        _observer = observer;
    }

    /// <summary>Takes samples as they come.</summary>
    /// <param name="once">Whether only those that are there now are taken.</param>
    /// <param name="threads">Threads that compute.</param>
    /// <param name="cancellation">Ends the watch.</param>
    /// <returns>How many samples were recorded.</returns>
    public int Run(bool once, int threads, CancellationToken cancellation)
    {
        int taken = 0;
        using ProbeReading reading = new(threads, measures: true);
        while (!cancellation.IsCancellationRequested)
        {
            foreach (string file in NewFiles())
            {
                cancellation.ThrowIfCancellationRequested();
                taken += Take(file, reading) ? 1 : 0;
            }

            if (once)
            {
                // Those that the first look left for the run.
                foreach (string file in NewFiles())
                {
                    Take(file, reading);
                }

                break;
            }

            cancellation.WaitHandle.WaitOne(Pause);
        }

        return taken;
    }

    /// <summary>Closes the run.</summary>
    public void Dispose()
    {
        if (_record is not null)
        {
            _record.Finish(TrainingEnd.Completed, _loss, validationLoss: null);
            _record.Dispose();
            _record = null;
        }
    }

    // By name, which begins with the step; the probe gives a file its name when it is whole.
    private IEnumerable<string> NewFiles()
    {
        string[] files = [];
        try
        {
            files = Directory.Exists(_folder) ? Directory.GetFiles(_folder, "*.safetensors") : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It may be back at the next look.
        }

        // A context belongs to the run that a sample has begun.
        return files
            .Where(file => _record is not null || !IsContext(file))
            .Where(_seen.Add)
            .Order(StringComparer.Ordinal);
    }

    private static bool IsContext(string file) =>
        Path.GetFileName(file).StartsWith(ProbeContextFile.Prefix, StringComparison.Ordinal);

    private void TakeContext(string file)
    {
        ProbedContext context;
        try
        {
            context = ProbeContextFile.Read(file);
        }
        catch (ExchangeException) when (!File.Exists(file))
        {
            // The probe keeps its newest files alone.
            return;
        }
        catch (ExchangeException mistake)
        {
            _observer.PassedOver(mistake.Message, mistake.Remedy);
            return;
        }

        if (context.Rank != _rank)
        {
            return;
        }

        if (context.Step <= _lastContext)
        {
            _observer.PassedOver(
                $"{Path.GetFileName(file)} is of step {NumberText.Count(context.Step)}, and the context of step "
                    + $"{NumberText.Count(_lastContext)} is recorded already.",
                "Give each training a folder of its own.");
            return;
        }

        _lastContext = context.Step;
        long step = context.Step + 1;
        _record!.Scalar(EffectiveContext.MetricName, step, context.Context.Lags);
        _record.Scalar(EffectiveContext.LimitMetricName, step, context.Context.Limit);
        _record.Event(
            step,
            VerdictSeverity.Information,
            ReachPayload.EventTitle,
            $"Effective context {ReachText.Of(context.Context)}: how many timesteps back it uses its input.",
            ReachPayload.ToJson(context.Context, reach: null, "timesteps"));
        _observer.TookContext(context.Step, context.Sequences, context.Context);
    }

    private bool Take(string file, ProbeReading reading)
    {
        if (IsContext(file))
        {
            TakeContext(file);
            return false;
        }

        ProbeReport report;
        try
        {
            report = reading.Read(file);
        }
        catch (ExperimentException) when (!File.Exists(file))
        {
            // The probe keeps its newest files alone.
            return false;
        }
        catch (ExperimentException mistake)
        {
            _observer.PassedOver(mistake.Message, mistake.Remedy);
            return false;
        }

        if (_record is not null && report.Rank != _rank && !_saysRanks)
        {
            _saysRanks = true;
            _observer.PassedOver(
                $"{report.File} is of process {NumberText.Count(report.Rank)}, and this run has the samples of process "
                    + $"{NumberText.Count(_rank)}; those of others are passed over from now on without a word.",
                "Nothing is needed: the processes have the same weights. To see another one's gradients, watch a "
                    + "folder that has its files alone.");
        }

        if (report.Pass > 0 || (_record is not null && report.Rank != _rank))
        {
            return false;
        }

        if (report.Step <= _last)
        {
            _observer.PassedOver(
                $"{report.File} is of step {NumberText.Count(report.Step)}, and step {NumberText.Count(_last)} is "
                    + "recorded already.",
                "Give each training a folder of its own.");
            return false;
        }

        if (_record is not null && !report.Layers.Select(static layer => layer.Title)
            .SequenceEqual(_titles))
        {
            _observer.PassedOver(
                $"{report.File} has other layers than the samples before it.",
                "Give each training a folder of its own.");
            return false;
        }

        _record ??= Begin(report);
        Record(_record, report);
        return true;
    }

    private StoreRecord Begin(ProbeReport report)
    {
        _rank = report.Rank;
        _titles = [.. report.Layers.Select(static layer => layer.Title)];
        _timesteps = [.. report.Layers.Select(static layer => layer.Timesteps)];
        ImmutableArray<string> cells = [.. report.Layers.Select(static layer => CellOf(layer.Kind))];
        RunManifest manifest = _store.CreateRun(new RunDescription
        {
            Prefix = "watched",
            Name = _name,
            Task = WatchedRun.Task,
            Cell = string.Join(',', cells.Distinct()),
            ConfigurationJson = Configuration(report, cells),
            Seed = 0,
            ProductVersion = MachineDescription.ProductVersion,
            Machine = MachineDescription.Current,
            CommandLine = _commandLine,
        });
        _observer.Began(manifest.Id);
        return new StoreRecord(_store, manifest.Id);
    }

    // Read as a training's configuration, and by the page, which shows the layers by their names.
    private string Configuration(ProbeReport report, ImmutableArray<string> cells)
    {
        JsonObject json = new()
        {
            ["cells"] = Texts(cells),
            ["hiddenSize"] = report.Layers[0].Units,
            ["sequenceLength"] = report.Layers.Max(static layer => layer.Timesteps),
            ["batchSize"] = report.Layers[0].Sequences,
            ["layerNames"] = Texts(_titles),
            ["framework"] = report.Framework,
            ["model"] = report.Model,
        };
        return json.ToJsonString();

        static JsonArray Texts(ImmutableArray<string> texts) =>
            new([.. texts.Select(static text => (JsonNode)JsonValue.Create(text))]);
    }

    private static string CellOf(string kind) => ProbedKind.All.Single(one => one.Name == kind).Cell.Name;

    private void Record(StoreRecord record, ProbeReport report)
    {
        // Step 0 of a training is the state before its first update, and a column begins with step 1.
        long step = report.Step + 1;
        _last = report.Step;
        if (report.Loss is double loss)
        {
            _loss = loss;
            record.Scalar(TrainingMetrics.TrainingLoss, step, loss);
        }

        for (int i = 0; i < report.Layers.Length; i++)
        {
            ProbedLayerReport layer = report.Layers[i];
            Row(record, TotalGradientNorm.MetricName, i, step, layer.HiddenGradientNorm);
            Row(record, CellGradientNorm.MetricName, i, step, layer.CellGradientNorm ?? []);
            foreach ((string column, ImmutableArray<float> row) in layer.Rows)
            {
                Row(record, column, i, step, row);
            }
        }

        if (report.Layers.LastOrDefault(static layer => layer.GradientReachLimit is not null) is { } measured)
        {
            record.Scalar(GradientReach.LimitMetricName, step, measured.GradientReachLimit!.Value);
            record.Scalar(GradientReach.GrowthMetricName, step, measured.GradientGrowth ?? 1);
            if (measured.GradientReach is double reach)
            {
                record.Scalar(GradientReach.MetricName, step, reach);
                record.Scalar(GradientReach.LowerMetricName, step, measured.GradientReachLower!.Value);
                record.Scalar(GradientReach.UpperMetricName, step, measured.GradientReachUpper!.Value);
            }
        }

        ImmutableArray<ProbeVerdict> isNew =
        [
            .. report.Verdicts.Where(verdict =>
                _said.Add((verdict.Rule, verdict.Module, verdict.Layer, verdict.Direction))),
        ];
        foreach (ProbeVerdict verdict in isNew)
        {
            int index = _titles.IndexOf(report.Layers.First(layer => layer.Module == verdict.Module
                && layer.Layer == verdict.Layer && layer.Direction == verdict.Direction).Title);
            record.Event(
                step,
                verdict.Severity,
                Verdict.TitleOf(verdict.Rule) + (_titles.Length > 1 ? $": {_titles[index]}" : ""),
                verdict.Meaning,
                VerdictPayload.ToJson(Payload(verdict, index, step)));
        }

        record.Flush();
        _observer.Took(report, isNew);
    }

    private void Row<T>(StoreRecord record, string metric, int layer, long step, ImmutableArray<T> norms)
        where T : INumberBase<T>
    {
        if (norms.IsEmpty)
        {
            return;
        }

        float[] row = new float[_timesteps[layer]];
        for (int lag = 0; lag < Math.Min(row.Length, norms.Length); lag++)
        {
            row[^(lag + 1)] = float.CreateTruncating(norms[^(lag + 1)]);
        }

        record.Row(metric, layer, step, row);
    }

    private static Verdict Payload(ProbeVerdict verdict, int layer, long step) => new()
    {
        Rule = verdict.Rule,
        Severity = verdict.Severity,
        Step = step,
        Layer = layer,
        Metric = TotalGradientNorm.MetricName,
        Value = double.NaN,
        Threshold = double.NaN,
        Evidence = [],
        Meaning = verdict.Meaning,
        Remedies = [.. verdict.Remedies.Select(static text => new Telemetry.Remedy(text, []))],
    };
}
