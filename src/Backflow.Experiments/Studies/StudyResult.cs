using System.Collections.Immutable;

namespace Backflow.Experiments.Studies;

/// <summary>What a study found.</summary>
public sealed record StudyResult
{
    /// <summary>Two sentences, written from the numbers.</summary>
    public required ImmutableArray<string> Findings { get; init; }

    /// <summary>The charts of the report.</summary>
    public ImmutableArray<IFigure> Figures { get; init; } = [];

    /// <summary>Questions answered step by step, where the study has such.</summary>
    public ImmutableArray<WorkedAnswer> Answers { get; init; } = [];

    /// <summary>What the terminal shows.</summary>
    public required StudyTable Summary { get; init; }

    /// <summary>Every number, for the CSV file.</summary>
    public required StudyTable Numbers { get; init; }

    /// <summary>Whether everything that was planned is done.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>The result of a study that was interrupted before it had anything.</summary>
    internal static StudyResult Nothing { get; } = new()
    {
        Findings = ["Nothing was measured.", "The study was interrupted before its first network was done."],
        Summary = new StudyTable([], []),
        Numbers = new StudyTable([], []),
        IsComplete = false,
    };
}

/// <summary>A table of texts.</summary>
/// <param name="Columns">The headings.</param>
/// <param name="Rows">The rows, each as long as the headings.</param>
public sealed record StudyTable(ImmutableArray<string> Columns, ImmutableArray<ImmutableArray<string>> Rows);

/// <summary>An exercise with its answer.</summary>
/// <param name="Question">What is asked.</param>
/// <param name="Steps">The reasoning, line by line, with the computed numbers in it.</param>
/// <param name="Answer">The answer, in a sentence or two.</param>
public sealed record WorkedAnswer(string Question, ImmutableArray<string> Steps, string Answer);
