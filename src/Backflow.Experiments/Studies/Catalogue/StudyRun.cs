using System.Text.Json;
using System.Text.Json.Serialization;
using Backflow.Experiments.Recording;
using Backflow.Experiments.Studies.Reports;
using Backflow.Runs;
using Backflow.Runs.Columns;
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
public sealed record StudyOutcome(
    string RunId, StudyResult Result, string ReportPath, string NumbersPath, TimeSpan Elapsed);

/// <summary>Runs a study and keeps its result: in the store, then as a report and as numbers.</summary>
/// <remarks>What is computed goes to the store and to the caller before a file is tried, which may fail.</remarks>
public sealed class StudyRun : IDisposable
{
    private readonly IStudy _study;
    private readonly StudyOptions _options;
    private readonly string _folder;
    private readonly string _command;
    private readonly TimeProvider _clock;
    private readonly RunManifest _manifest;
    private readonly RunRecorder _recorder;
    private readonly long _started;

    /// <summary>Prepares a study, which gets its run.</summary>
    /// <param name="study">The study, by any of its sizes.</param>
    /// <param name="options">What is asked of it.</param>
    /// <param name="store">The store that keeps the result.</param>
    /// <param name="folder">Where the report goes; made if missing. No file in it is ever replaced.</param>
    /// <param name="command">The command, as typed.</param>
    /// <param name="clock">What tells the time.</param>
    /// <exception cref="ExperimentException">The folder cannot be written to.</exception>
    public StudyRun(
        IStudy study, StudyOptions options, RunStore store, string folder, string command, TimeProvider clock)
    {
        MakeFolder(folder);
        (_study, _options, _folder, _command, _clock) = (study, options, folder, command, clock);
        _started = clock.GetTimestamp();
        _manifest = store.CreateRun(new RunDescription
        {
            Prefix = study.Name,
            Task = "experiment " + study.Name,
            Cell = string.Join(',', study.Cells),
            ConfigurationJson = JsonSerializer.Serialize(options, StudyJson.Default.StudyOptions),
            Seed = options.Seed,
            ProductVersion = MachineDescription.ProductVersion,
            Machine = MachineDescription.Current,
            CommandLine = command,
        });
        _recorder = store.OpenRecorder(_manifest.Id);
    }

    /// <summary>Computes the result.</summary>
    /// <param name="progress">Told from several threads.</param>
    /// <param name="cancellation">Ends the study; what is done is kept.</param>
    /// <returns>The result and where it is to be.</returns>
    public StudyOutcome Compute(Action<StudyProgress> progress, CancellationToken cancellation)
    {
        StudyResult result = QuickSize.Marked(_study.Run(_options, progress, cancellation), _options.Size);
        (string report, string numbers) = FreePaths(_folder, _manifest.Id);
        return new StudyOutcome(_manifest.Id, result, report, numbers, _clock.GetElapsedTime(_started));
    }

    /// <summary>Keeps a result in the store.</summary>
    /// <param name="outcome">What <see cref="Compute"/> returned.</param>
    /// <exception cref="RunStoreException">The store cannot be written.</exception>
    public void Record(StudyOutcome outcome)
    {
        StudyResult result = outcome.Result;
        _recorder.Event(
            0,
            RunEventLevel.Information,
            "Experiment " + _study.Name,
            $"{_study.Question} {string.Join(' ', result.Findings)}",
            JsonSerializer.Serialize(
                StudyRecord.Of(_study, _options, _command, outcome.Elapsed, result), StudyJson.Default.StudyRecord));
        _recorder.Sample(0, TextTable.Write(result.Summary));
        _recorder.Finish(result.IsComplete ? RunStatus.Completed : RunStatus.Interrupted);
    }

    /// <summary>Writes the report and the numbers.</summary>
    /// <param name="outcome">What <see cref="Compute"/> returned.</param>
    /// <exception cref="ReportException">One of them or both cannot be written.</exception>
    public void WriteFiles(StudyOutcome outcome)
    {
        ReportFile.Write(
            $"The result stands in run {_manifest.Id}. Free some space, or give {"Output":setting} another folder, and "
            + "run the same command again.",
            (outcome.ReportPath, HtmlReport.Write(Header(outcome.Elapsed), outcome.Result)),
            (outcome.NumbersPath, CsvTable.Write(outcome.Result.Numbers)));
    }

    /// <inheritdoc/>
    public void Dispose() => _recorder.Dispose();

    private ReportHeader Header(TimeSpan elapsed) => new()
    {
        Name = _study.Name,
        Question = _study.Question,
        Method = _study.Method,
        Terms =
        [
            ("Command", _command),
            ("First seed", StudyFigures.Exact(_options.Seed)),
            ("Run", _manifest.Id),
            ("Version", _manifest.ProductVersion),
            ("Machine", _manifest.Machine),
            ("Time", $"{NumberText.Count(elapsed.TotalSeconds)} s"),
        ],
    };

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, failure.Message);
        }

        // Found out before the computation, not after it.
        if (ReportFile.WhyClosed(folder) is string reason)
        {
            throw Unwritable(folder, reason);
        }
    }

    private static ExperimentException Unwritable(string folder, string reason) => new(
        $"{"Output":setting} must be a folder that can be written to, got '{folder}': {reason}",
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

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StudyOptions))]
[JsonSerializable(typeof(StudyRecord))]
internal sealed partial class StudyJson : JsonSerializerContext;
