using System.Text.Json.Serialization;

namespace Backflow.Experiments.Studies;

/// <summary>How much a study does.</summary>
public enum StudySize
{
    /// <summary>So little that a test can run it; its numbers say nothing.</summary>
    Quick,

    /// <summary>A few minutes on two cores.</summary>
    Default,

    /// <summary>The published settings, which take hours where networks are trained.</summary>
    Full,
}

/// <summary>What a study is asked for.</summary>
/// <param name="Size">How much it does.</param>
/// <param name="Seed">The first seed; further ones count up from it.</param>
/// <param name="Threads">Networks that are measured at once; they change no number.</param>
/// <param name="Seeds">How many seeds; null for what the size says.</param>
public sealed record StudyOptions(StudySize Size, ulong Seed, int Threads, int? Seeds = null)
{
    /// <summary>Where finished pieces are kept, and found again; null for nowhere.</summary>
    [JsonIgnore]
    public StudyParts? Parts { get; init; }

    /// <summary>The seeds, from the first one on.</summary>
    /// <param name="quick">How many for a test.</param>
    /// <param name="usual">How many by default.</param>
    /// <param name="full">How many for the published settings.</param>
    /// <returns>Consecutive seeds.</returns>
    internal IEnumerable<ulong> SeedsOf(int quick, int usual, int full)
    {
        int count = Seeds ?? Size switch { StudySize.Quick => quick, StudySize.Default => usual, _ => full };
        return Enumerable.Range(0, count).Select(i => Seed + (ulong)i);
    }
}

/// <summary>Where a study stands.</summary>
/// <param name="Done">Work done, of <paramref name="Total"/>.</param>
/// <param name="Total">All work, in units of the study's own.</param>
/// <param name="Text">What was done last.</param>
public sealed record StudyProgress(double Done, double Total, string Text);
