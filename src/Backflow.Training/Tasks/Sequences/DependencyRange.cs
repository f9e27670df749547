using Backflow.Telemetry;

namespace Backflow.Training.Tasks.Sequences;

/// <summary>How far back the earliest input lies that an answer needs, over many sequences, in timesteps.</summary>
/// <param name="Low">One sequence in twenty needs less.</param>
/// <param name="Median">Half of the sequences need more.</param>
/// <param name="High">One sequence in twenty needs more.</param>
/// <param name="Longest">The most that any of them needs.</param>
public sealed record DependencyRange(int Low, int Median, int High, int Longest)
{
    /// <summary>The title of the event that a run begins with.</summary>
    public const string EventTitle = "Dependency";

    private const double Tail = 0.05;

    /// <summary>Summarises lags.</summary>
    /// <param name="lags">One per sequence, at least one.</param>
    internal static DependencyRange Of(int[] lags)
    {
        Array.Sort(lags);
        return new DependencyRange(At(Tail), At(0.5), At(1 - Tail), lags[^1]);

        int At(double share) => lags[(int)Math.Round(share * (lags.Length - 1))];
    }

    /// <summary>Writes {"low", "median", "high", "longest"}.</summary>
    /// <returns>One line of JSON.</returns>
    public string ToJson() => FormattableString.Invariant(
        $$"""{"low":{{Low}},"median":{{Median}},"high":{{High}},"longest":{{Longest}}}""");

    /// <summary>The range in words: "25 to 49 timesteps", "8 timesteps" where all sequences need the same.</summary>
    public override string ToString() =>
        Low == High ? NumberText.Counted(NumberText.Count(High), "timestep")
        : $"{NumberText.Count(Low)} to {NumberText.Counted(NumberText.Count(High), "timestep")}";
}
