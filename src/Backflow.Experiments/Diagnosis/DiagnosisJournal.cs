using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Runs.Recording;
using Backflow.Telemetry;

namespace Backflow.Experiments.Diagnosis;

/// <summary>What a diagnosis has done, so that the same one goes on after a kill and comes to the same end.</summary>
/// <remarks>
/// Trials depend on time: a round's steps are planned from measured speeds, and a round ends with its share of the
/// budget. So every reading of a clock is kept beside the finished trials. The diagnosis that is done again takes the
/// same decisions from the same readings, and time goes on from the last one.
/// </remarks>
internal sealed class DiagnosisJournal : IDisposable
{
    private const string Word = "diagnose";
    private const string SpeedKey = "seconds per cost";

    private readonly TitledParts _titled;
    private readonly PartJournal _parts;
    private readonly Func<double> _seconds;
    private double _spent;
    private double _since;
    private int _readings;
    private int _trials;

    /// <summary>Opens what is known of a diagnosis, or begins it.</summary>
    /// <param name="store">The store that has the trials.</param>
    /// <param name="subject">All that decides what the diagnosis does, beside time.</param>
    /// <param name="isFresh">Whether to begin anew.</param>
    /// <param name="makeRun">Makes the run that keeps the report, where a diagnosis begins; its id is the
    /// title.</param>
    /// <param name="seconds">A clock.</param>
    public DiagnosisJournal(
        RunStore store, string subject, bool isFresh, Func<string> makeRun, Func<double> seconds)
    {
        _seconds = seconds;
        _titled = new TitledParts(
            store, Word, subject, isFresh, (parts, title) => HasAllRuns(store, title, parts), makeRun);
        _parts = _titled.Journal;
        _since = seconds();
    }

    /// <summary>All that decides what a diagnosis does, beside time.</summary>
    /// <param name="remedies">What is tried: of one name, remedies differ with what does harm.</param>
    /// <param name="data">The digest of the data.</param>
    /// <param name="budget">The time for all trials.</param>
    public static string SubjectOf(ImmutableArray<Remedy> remedies, string data, TimeSpan budget) => string.Join(
        '\n',
        remedies.Select(static remedy => $"{remedy.Name} {(remedy.Configuration with { Threads = 1 }).ToJson()}")
            .Append(data)
            .Append(FormattableString.Invariant($"{budget.TotalSeconds}")));

    /// <summary>The id of the run that keeps the report, with which the names of its trials begin.</summary>
    public string Title => _titled.Title;

    /// <summary>Why it is not kept; null while it is.</summary>
    public string? Fault => _parts.Fault;

    /// <summary>How many trials are not computed again; null where all are computed.</summary>
    public string? Note { get; private set; }

    /// <summary>Called once, with the seconds spent before, when a trial begins that was not done before.</summary>
    public Action<double>? Begins { get; set; }

    /// <summary>Reads the clock: seconds that all parts of the diagnosis took together.</summary>
    /// <returns>The reading of before, as long as there is one.</returns>
    public double Elapsed()
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"reading {_readings++}");
        _spent = Number(key, () => _spent + _seconds() - _since);
        _since = _seconds();
        return _spent;
    }

    /// <summary>The speed that the first round is planned by.</summary>
    /// <param name="measure">Measures it.</param>
    public double Speed(Func<double> measure) => Number(SpeedKey, measure);

    /// <summary>The name of the run of a trial, the same whenever the diagnosis is done.</summary>
    /// <param name="remedy">What is tried.</param>
    /// <param name="seed">The seed of the trial.</param>
    public string NameOf(string remedy, ulong seed)
    {
        string words = remedy.Replace("×", "times", StringComparison.Ordinal)
            .Replace("÷", "divided by", StringComparison.Ordinal)
            .Replace("Ω", "omega", StringComparison.Ordinal);
        string[] parts = words.ToLowerInvariant().Split([' ', ',', '.'], StringSplitOptions.RemoveEmptyEntries);
        return string.Create(CultureInfo.InvariantCulture, $"{Title}/{string.Join('-', parts)}/{seed}");
    }

    /// <summary>Does a trial, or finds that it is done.</summary>
    /// <param name="key">The trial's run, its steps, and what it is measured on.</param>
    /// <param name="train">Does it; null where time or the user ended it.</param>
    /// <param name="cancellation">The user's: such a trial is done again.</param>
    public TrialRun? Trial(string key, Func<TrialRun?> train, CancellationToken cancellation)
    {
        if (_parts.Find(key) is string kept)
        {
            Note = ++_trials == 1
                ? "One trial was finished before; it is not computed again."
                : $"{NumberText.Count(_trials)} trials were finished before; they are not computed again.";
            return JsonSerializer.Deserialize(kept, DiagnosisJson.Default.TrialRun);
        }

        Begins?.Invoke(_spent);
        Begins = null;
        TrialRun? run = train();
        if (run is not null || !cancellation.IsCancellationRequested)
        {
            _parts.Add(key, JsonSerializer.Serialize(run, DiagnosisJson.Default.TrialRun));
        }

        return run;
    }

    /// <inheritdoc/>
    public void Dispose() => _titled.Dispose();

    // A reader may have deleted trials, or the report.
    private static bool HasAllRuns(RunStore store, string title, PartJournal parts)
    {
        HashSet<string> runs = [.. store.ListRuns().Select(static run => run.Id)];
        return runs.Contains(title) && parts.Where(static key => key.Contains('/', StringComparison.Ordinal))
            .Select(static json => JsonSerializer.Deserialize(json, DiagnosisJson.Default.TrialRun))
            .All(run => run is null || runs.Contains(run.RunId));
    }

    private double Number(string key, Func<double> measure)
    {
        if (_parts.Find(key) is string kept)
        {
            return JsonSerializer.Deserialize(kept, DiagnosisJson.Default.Double);
        }

        double value = measure();
        _parts.Add(key, JsonSerializer.Serialize(value, DiagnosisJson.Default.Double));
        return value;
    }
}

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TrialRun))]
[JsonSerializable(typeof(double))]
internal sealed partial class DiagnosisJson : JsonSerializerContext;
