using System.Collections.Immutable;

namespace Backflow.Lessons.Exercises;

/// <summary>An exercise with the numbers of one draw, and all that a page needs to check a reader's answer.</summary>
public sealed record ExerciseAnswer
{
    /// <summary>What is asked.</summary>
    public required string Task { get; init; }

    /// <summary>What an answer in words should have; empty where numbers are checked.</summary>
    public ImmutableArray<string> Points { get; init; } = [];

    /// <summary>An answer of ours, a paragraph each.</summary>
    public required ImmutableArray<string> Solution { get; init; }

    /// <summary>The numbers that a reader enters.</summary>
    public ImmutableArray<ExerciseField> Fields { get; init; } = [];

    /// <summary>What a reader chooses; null where there is nothing to choose.</summary>
    public ExerciseChoice? Choice { get; init; }

    /// <summary>A program to complete, in C#; null where nothing is programmed.</summary>
    public string? Skeleton { get; init; }

    /// <summary>A run of the store that answers as well as a program does; null where none does.</summary>
    public ExerciseRun? Run { get; init; }
}

/// <summary>What a run has to be to answer an exercise.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Cell">The cell's name.</param>
/// <param name="LeastLag">The shortest delay that counts.</param>
/// <param name="LeastSteps">Steps before which it is too early to say.</param>
/// <param name="GreatestSuccess">The greatest share that is still a failure.</param>
/// <param name="Chance">The share that guessing has.</param>
public sealed record ExerciseRun(
    string Task, string Cell, int LeastLag, long LeastSteps, double GreatestSuccess, double Chance);

/// <summary>A place for one number or for several.</summary>
/// <param name="Label">What belongs there.</param>
/// <param name="Hint">An example of how to write it.</param>
/// <param name="IsAnyOrder">Whether the order of the numbers means nothing.</param>
/// <param name="Numbers">What is expected; with keys it is a line of what a program printed.</param>
public sealed record ExerciseField(
    string Label, string Hint, bool IsAnyOrder, ImmutableArray<ExpectedNumber> Numbers);

/// <summary>A number that an exercise expects.</summary>
/// <param name="Label">What the number is.</param>
/// <param name="Key">The numbers before it on its line; empty where it stands alone.</param>
/// <param name="Least">The least that is right.</param>
/// <param name="Greatest">The greatest that is right.</param>
/// <param name="Below">What is said of a smaller number.</param>
/// <param name="Above">What is said of a greater number.</param>
/// <param name="Mistakes">Numbers that known mistakes lead to; the first that fits counts.</param>
public sealed record ExpectedNumber(
    string Label,
    ImmutableArray<double> Key,
    double Least,
    double Greatest,
    string Below,
    string Above,
    ImmutableArray<KnownMistake> Mistakes);

/// <summary>A number that a mistake leads to, and the mistake.</summary>
/// <param name="Least">The least number that the mistake gives, rounding included.</param>
/// <param name="Greatest">The greatest number that the mistake gives, rounding included.</param>
/// <param name="Why">What went wrong.</param>
public sealed record KnownMistake(double Least, double Greatest, string Why);

/// <summary>A choice of which one option is right.</summary>
/// <param name="Label">What is asked.</param>
/// <param name="Options">All of them, in the order of the page.</param>
public sealed record ExerciseChoice(string Label, ImmutableArray<ExerciseOption> Options);

/// <summary>An option with what is said of it.</summary>
/// <param name="Text">What a reader chooses.</param>
/// <param name="IsRight">Whether it answers the question.</param>
/// <param name="Why">Why it is right, or what is wrong with it.</param>
public sealed record ExerciseOption(string Text, bool IsRight, string Why);
