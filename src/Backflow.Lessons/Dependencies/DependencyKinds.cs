using System.Collections.Immutable;
using Backflow.Training;

namespace Backflow.Lessons.Dependencies;

/// <summary>The kinds of sentences with one long dependency.</summary>
/// <remarks>
/// Between key and answer stand words that pull the other way wherever the kind has some: nouns of the other number,
/// of the other gender, other countries, other speakers, other brackets.
/// </remarks>
internal static class DependencyKinds
{
    /// <summary>The longest distance from key to answer, in words.</summary>
    public const int Longest = 20;

    public static ImmutableArray<DependencyKind> All { get; } =
    [
        new()
        {
            Name = "agreement",
            Title = "Subject and verb",
            Rule = "The number of the subject decides the form of the verb.",
            Before = ["the"],
            Keys =
            [
                ("cat", "sits"), ("cats", "sit"), ("dog", "sits"), ("dogs", "sit"),
                ("girl", "sits"), ("girls", "sit"), ("child", "sits"), ("children", "sit"),
            ],
            Phrases =
            [
                "often", "still", "quietly", "always", "of mine", "in town", "at home",
                "near the dog", "near the dogs", "behind the girl", "behind the girls", "on the roof",
                "under the bridge", "in the old garden", "by the tall houses",
            ],
        },
        new()
        {
            Name = "gender",
            Title = "Gender in French",
            Rule = "The noun at the beginning decides whether the white things at the end are blancs or blanches.",
            Before = ["les"],
            Keys =
            [
                ("maisons", "blanches"), ("murs", "blancs"), ("portes", "blanches"), ("bateaux", "blancs"),
                ("fleurs", "blanches"), ("chevaux", "blancs"), ("voiles", "blanches"), ("vélos", "blancs"),
            ],
            Phrases =
            [
                "encore", "toujours", "souvent", "presque", "du village", "du port", "tout près",
                "de notre rue", "près du lac", "sous les arbres", "derrière les portes", "devant les murs",
                "entre les fleurs", "avec les bateaux", "de nos vieux amis",
            ],
        },
        new()
        {
            Name = "language",
            Title = "Country and language",
            Rule = "The country of birth decides the language.",
            Before = ["born", "in"],
            Keys = [("France", "French"), ("Italy", "Italian"), ("Spain", "Spanish"), ("Poland", "Polish")],
            Phrases =
            [
                "today", "still", "near France", "near Italy", "near Spain", "near Poland", "long ago",
                "by the sea", "with two sisters", "in a village", "as the third child",
            ],
            End = ["she", "speaks"],
        },
        new()
        {
            Name = "speaker",
            Title = "Who began",
            Rule = "The one who calls at the beginning is answered at the end.",
            Keys = [("Anna", "Anna"), ("Ben", "Ben"), ("Clara", "Clara"), ("David", "David")],
            After = ["calls"],
            Phrases =
            [
                "then", "and", "Anna laughs", "Ben laughs", "Clara laughs", "David laughs", "Anna waits",
                "Ben waits", "Clara waits", "David waits", "the door opens", "a phone rings",
            ],
            End = ["we", "answer"],
        },
        new()
        {
            Name = "music",
            Title = "A theme that returns",
            Rule = "The note on which a piece opens returns at the reprise.",
            Keys = [("do", "do"), ("mi", "mi"), ("sol", "sol"), ("la", "la")],
            Phrases = ["do", "re", "mi", "fa", "sol", "la", "si"],
            End = ["reprise"],
        },
        new()
        {
            Name = "brackets",
            Title = "Brackets",
            Rule = "The first bracket is closed by its own kind.",
            Keys = [("(", ")"), ("[", "]"), ("{", "}")],
            Phrases = ["x", "y", "z", "( )", "[ ]", "{ }", "( x )", "[ y ]", "{ z }", "[ ( ) ]", "{ [ ] }", "( { } )"],
        },
        new()
        {
            Name = "code",
            Title = "Blocks of code",
            Rule = "A block of a shell script is closed by the word of the command that opened it.",
            Keys = [("if", "fi"), ("case", "esac"), ("while", "done")],
            Phrases =
            [
                "wait", "date", "pwd", "uptime", "print x", "print y", "sleep 5", "if y fi", "case x esac",
                "while x done", "if print x fi", "while sleep 5 done",
            ],
        },
        new()
        {
            Name = "memory",
            Title = "A game of memory",
            Rule = "The first of all letters is asked for at the end.",
            Keys =
            [
                ("A", "A"), ("E", "E"), ("H", "H"), ("K", "K"), ("M", "M"), ("R", "R"), ("S", "S"), ("T", "T"),
            ],
            Phrases = ["A", "E", "H", "K", "M", "R", "S", "T"],
            End = ["?"],
        },
    ];

    /// <summary>The kind of the game that a reader plays.</summary>
    public static DependencyKind Memory { get; } = Of("memory");

    /// <summary>The longest sentence without its answer, in words.</summary>
    public static int LongestBeginning { get; } = All.Max(static kind => kind.Before.Length) + Longest;

    /// <summary>The kind of a name.</summary>
    /// <exception cref="ExperimentException">There is no such kind.</exception>
    public static DependencyKind Of(string name) =>
        All.FirstOrDefault(kind => kind.Name == name) ?? throw new ExperimentException(
            $"There is no kind of sentence '{name}'.",
            $"Choose one of {string.Join(", ", All.Select(static kind => kind.Name))}.");
}
