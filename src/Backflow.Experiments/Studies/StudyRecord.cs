using Backflow.Training;

namespace Backflow.Experiments.Studies;

/// <summary>A study's result as its run keeps it, and as <c>--json</c> prints it.</summary>
/// <param name="Experiment">The study.</param>
/// <param name="Question">The question that the study answers.</param>
/// <param name="Command">The command, as typed.</param>
/// <param name="Seed">The first seed.</param>
/// <param name="Version">Backflow's version.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Complete">Whether everything that was planned is done.</param>
/// <param name="Findings">The two sentences.</param>
/// <param name="Summary">What the terminal shows.</param>
/// <param name="Numbers">Every number.</param>
public sealed record StudyRecord(
    string Experiment,
    string Question,
    string Command,
    ulong Seed,
    string Version,
    double Seconds,
    bool Complete,
    IReadOnlyList<string> Findings,
    StudyTable Summary,
    StudyTable Numbers)
{
    /// <summary>The record of a result.</summary>
    /// <param name="study">The study that was run.</param>
    /// <param name="options">What was asked of it.</param>
    /// <param name="command">The command, as typed.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="result">The result, whole or of what was done.</param>
    /// <returns>The record.</returns>
    public static StudyRecord Of(
        IStudy study, StudyOptions options, string command, TimeSpan elapsed, StudyResult result) => new(
        study.Name,
        study.Question,
        command,
        options.Seed,
        MachineDescription.ProductVersion,
        elapsed.TotalSeconds,
        result.IsComplete,
        result.Findings,
        result.Summary,
        result.Numbers);
}
