using System.Text.Json;
using System.Text.Json.Serialization;
using Backflow.Experiments.Studies.Reports;
using Backflow.Runs;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Experiments.Studies;

/// <summary>Where a study's result went.</summary>
/// <param name="RunId">The run that keeps it.</param>
/// <param name="Result">The result, whole or of what was done.</param>
/// <param name="ReportPath">The HTML report.</param>
/// <param name="NumbersPath">The CSV file.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record StudyOutcome(
    string RunId, StudyResult Result, string ReportPath, string NumbersPath, TimeSpan Elapsed);

/// <summary>Runs a study and keeps its result: in the store, as a report, and as numbers.</summary>
public static class StudyRun
{
    /// <summary>Runs a study.</summary>
    /// <param name="study">The study, by any of its sizes.</param>
    /// <param name="options">What is asked of it.</param>
    /// <param name="store">The store that keeps the result.</param>
    /// <param name="folder">Where the report goes; made if missing. No file in it is ever replaced.</param>
    /// <param name="command">The command, as typed.</param>
    /// <param name="progress">Told from several threads.</param>
    /// <param name="clock">What tells the time.</param>
    /// <param name="cancellation">Ends the study; what is done is kept.</param>
    /// <returns>The result and where it is.</returns>
    /// <exception cref="ExperimentException">The folder cannot be written to.</exception>
    public static StudyOutcome Execute(
        IStudy study,
        StudyOptions options,
        RunStore store,
        string folder,
        string command,
        Action<StudyProgress> progress,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        MakeFolder(folder);
        long started = clock.GetTimestamp();
        RunManifest manifest = store.CreateRun(new RunDescription
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
        using RunRecorder recorder = store.OpenRecorder(manifest.Id);
        StudyResult result = QuickSize.Marked(study.Run(options, progress, cancellation), options.Size);
        TimeSpan elapsed = clock.GetElapsedTime(started);
        (string report, string numbers) = FreePaths(folder, manifest.Id);
        File.WriteAllText(report, HtmlReport.Write(Header(study, options, manifest, command, elapsed), result));
        File.WriteAllText(numbers, CsvTable.Write(result.Numbers));
        recorder.Event(
            0,
            RunEventLevel.Information,
            "Experiment " + study.Name,
            $"{study.Question} {string.Join(' ', result.Findings)}",
            JsonSerializer.Serialize(
                StudyRecord.Of(study, options, command, elapsed, result), StudyJson.Default.StudyRecord));
        recorder.Sample(0, TextTable.Write(result.Summary));
        recorder.Finish(result.IsComplete ? RunStatus.Completed : RunStatus.Interrupted);
        return new StudyOutcome(manifest.Id, result, report, numbers, elapsed);
    }

    private static ReportHeader Header(
        IStudy study, StudyOptions options, RunManifest manifest, string command, TimeSpan elapsed)
    {
        return new ReportHeader
        {
            Name = study.Name,
            Question = study.Question,
            Method = study.Method,
            Terms =
            [
                ("Command", command),
                ("First seed", StudyFigures.Exact(options.Seed)),
                ("Run", manifest.Id),
                ("Version", manifest.ProductVersion),
                ("Machine", manifest.Machine),
                ("Time", $"{NumberText.Count(elapsed.TotalSeconds)} s"),
            ],
        };
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException(
                $"{"Output":setting} must be a folder that can be written to, got '{folder}': {failure.Message}",
                $"Choose another folder, such as {"Output":setting} reports.",
                failure);
        }
    }

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
