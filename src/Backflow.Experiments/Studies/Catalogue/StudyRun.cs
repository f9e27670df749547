using System.Text.Json;
using System.Text.Json.Serialization;
using Backflow.Experiments.Recording;
using Backflow.Experiments.Studies.Reports;
using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Studies;

/// <summary>What a study came to, and where that is kept.</summary>
/// <param name="RunId">The run that keeps it.</param>
/// <param name="Result">The result, whole or of what was done.</param>
/// <param name="ReportPath">Where the HTML report goes.</param>
/// <param name="NumbersPath">Where the CSV file goes.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Reused">How many parts were finished before, in a sentence; null where all were computed.</param>
public sealed record StudyOutcome(
    string RunId, StudyResult Result, string ReportPath, string NumbersPath, TimeSpan Elapsed, string? Reused);

/// <summary>Runs a study and keeps its result: in the store, then as a report and as numbers.</summary>
/// <remarks>
/// What is computed goes to the store and to the caller before a file is tried, which may fail. Parts are kept beside
/// the store as they are finished: the same study goes on from there, in the run that a killed process left.
/// </remarks>
public sealed class StudyRun : IDisposable
{
    private readonly IStudy _study;
    private readonly StudyOptions _options;
    private readonly string _folder;
    private readonly string _command;
    private readonly TimeProvider _clock;
    private readonly RunManifest _manifest;
    private readonly ReportRecord _record;
    private readonly PartJournal _journal;
    private readonly long _started;

    /// <summary>Prepares a study, which gets its run.</summary>
    /// <param name="study">The study, by any of its sizes.</param>
    /// <param name="options">What is asked of it.</param>
    /// <param name="store">The store that keeps the result.</param>
    /// <param name="folder">Where the report goes; made if missing. No file in it is ever replaced.</param>
    /// <param name="command">The command, as typed.</param>
    /// <param name="clock">What tells the time.</param>
    /// <param name="isFresh">Whether parts that were finished before are computed again.</param>
    /// <exception cref="ExperimentException">The folder cannot be written to.</exception>
    public StudyRun(
        IStudy study,
        StudyOptions options,
        RunStore store,
        string folder,
        string command,
        TimeProvider clock,
        bool isFresh = false)
    {
        MakeFolder(folder);
        (_study, _folder, _command, _clock) = (study, folder, command, clock);
        _started = clock.GetTimestamp();
        RunDescription description = new()
        {
            Prefix = study.Name,
            Kind = RunKind.Experiment,
            Task = "experiment " + study.Name,
            Cell = string.Join(',', study.Cells),
            ConfigurationJson = JsonSerializer.Serialize(options, StudyJson.Default.StudyOptions),
            Seed = options.Seed,
            ProductVersion = MachineDescription.ProductVersion,
            Machine = MachineDescription.Current,
            CommandLine = command,
        };
        _manifest = (isFresh ? null : LeftBehind(store, description)) ?? store.CreateRun(description);
        _record = new ReportRecord(store, _manifest.Id, clock);
        _record.Begin();
        _journal = store.OpenParts(
            FormattableString.Invariant($"{study.Name}-{options.Size}-{options.Seed}").ToLowerInvariant(), isFresh);
        _options = options with { Parts = new StudyParts(_journal, study.Name, options.Size) };
    }

    /// <summary>Why finished parts are not kept, as the system says it; null while they are.</summary>
    public string? Fault => _journal.Fault;

    /// <summary>Computes the result.</summary>
    /// <param name="progress">Told from several threads.</param>
    /// <param name="cancellation">Ends the study; what is done is kept.</param>
    /// <returns>The result and where it is to be.</returns>
    public StudyOutcome Compute(Action<StudyProgress> progress, CancellationToken cancellation)
    {
        void Tell(StudyProgress done)
        {
            _record.Tell(done.Done, done.Total, done.Text);
            progress(done);
        }

        StudyResult result = QuickSize.Marked(_study.Run(_options, Tell, cancellation), _options.Size);
        (string report, string numbers) = FreePaths(_folder, _manifest.Id);
        return new StudyOutcome(
            _manifest.Id, result, report, numbers, _clock.GetElapsedTime(_started), _options.Parts!.Note);
    }

    /// <summary>Keeps a result in the store.</summary>
    /// <param name="outcome">What <see cref="Compute"/> returned.</param>
    /// <exception cref="RunStoreException">The store cannot be written.</exception>
    public void Record(StudyOutcome outcome)
    {
        StudyResult result = outcome.Result;
        _record.Keep(
            "Experiment " + _study.Name,
            $"{_study.Question} {string.Join(' ', result.Findings)}",
            JsonSerializer.Serialize(
                new StudyPayload(
                    StudyRecord.Of(_study, _options, _command, outcome.Elapsed, result), ReportOf(outcome)),
                StudyJson.Default.StudyPayload));
        _record.Sample(TextTable.Write(result.Summary));
        _record.Finish(result.IsComplete);
    }

    /// <summary>Writes the report and the numbers.</summary>
    /// <param name="outcome">What <see cref="Compute"/> returned.</param>
    /// <exception cref="ReportException">One of them or both cannot be written.</exception>
    public void WriteFiles(StudyOutcome outcome)
    {
        ReportFile.Write(
            $"The result stands in run {_manifest.Id}. Free some space, or give {"Output":setting} another folder, and "
            + $"run the same command again: finished parts are not computed again.",
            (outcome.ReportPath, HtmlReport.Write(ReportOf(outcome))),
            (outcome.NumbersPath, CsvTable.Write(outcome.Result.Numbers)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _journal.Dispose();
        _record.Dispose();
    }

    // A killed process left a run without a result, and its parts: that run is gone on with.
    private static RunManifest? LeftBehind(RunStore store, RunDescription description) =>
        store.ListRuns().FirstOrDefault(run =>
            run.Task == description.Task
            && run.ConfigurationJson == description.ConfigurationJson
            && run.Status == RunStatus.Interrupted
            && store.OpenReader(run.Id).Samples().IsEmpty);

    private ReportPage ReportOf(StudyOutcome outcome) => StudyLayout.Of(
        _study,
        outcome.Result,
        [
            new("Command", _command),
            new("First seed", StudyFigures.Exact(_options.Seed)),
            new("Run", _manifest.Id),
            new("Version", _manifest.ProductVersion),
            new("Machine", _manifest.Machine),
            new("Time", $"{NumberText.Count(outcome.Elapsed.TotalSeconds)} s"),
            .. outcome.Reused is string reused ? (ReportTerm[])[new("Parts", reused)] : [],
        ]);

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, failure.Message.TrimEnd('.'));
        }

        // Found out before the computation, not after it.
        if (ReportFile.WhyClosed(folder) is string reason)
        {
            throw Unwritable(folder, reason);
        }
    }

    private static ExperimentException Unwritable(string folder, string reason) => new(
        $"{"Output":setting} must be a folder that can be written to, got '{folder}': {reason}.",
        $"Choose another folder, such as {"Output":setting} reports.");

    // Another store may have used the same id: what lies there stays.
    private static (string Report, string Numbers) FreePaths(string folder, string id)
    {
        for (int copy = 1; ; copy++)
        {
            string name = copy == 1 ? id : FormattableString.Invariant($"{id}-{copy}");
            string report = Path.Combine(folder, name + ".html");
            string numbers = Path.Combine(folder, name + ".csv");
            if (!Path.Exists(report) && !Path.Exists(numbers))
            {
                return (report, numbers);
            }
        }
    }
}

/// <summary>What a study's run keeps.</summary>
/// <param name="Result">Every number.</param>
/// <param name="Report">What the page shows.</param>
internal sealed record StudyPayload(StudyRecord Result, ReportPage Report);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(StudyOptions))]
[JsonSerializable(typeof(StudyPayload))]
internal sealed partial class StudyJson : JsonSerializerContext;
