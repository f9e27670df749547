using System.Collections.Immutable;
using System.Globalization;
using Backflow.Training;

namespace Backflow.Experiments.Sweeps;

/// <summary>One combination of swept settings: a training that differs from all others, from every seed.</summary>
/// <param name="Index">Its place in the definition, from 0.</param>
/// <param name="Values">A value per swept option; null where the option has no effect on this training.</param>
/// <param name="Configuration">What is trained, but for the seed.</param>
public sealed record SweepPoint(
    int Index, ImmutableArray<string?> Values, TrainingConfiguration Configuration);

/// <summary>One training of a sweep: a point from a seed.</summary>
/// <param name="Number">From 1, as the name of its run ends.</param>
/// <param name="Point">What is trained.</param>
/// <param name="Seed">What it begins from.</param>
public sealed record SweepMember(int Number, SweepPoint Point, ulong Seed)
{
    private const char BeforeNumber = '-';

    /// <summary>What is trained.</summary>
    public TrainingConfiguration Configuration => Point.Configuration with { Seed = Seed, Threads = 1 };

    /// <summary>The name of its run.</summary>
    /// <param name="sweep">The sweep's name.</param>
    /// <returns>Such as lags-017.</returns>
    public string NameIn(string sweep) =>
        string.Create(CultureInfo.InvariantCulture, $"{sweep}{BeforeNumber}{Number:000}");

    /// <summary>The end of a run's name, by which it is known where the sweep was given another name.</summary>
    /// <param name="run">The name of a run of a sweep.</param>
    internal static string NumberIn(string run) => run[(run.LastIndexOf(BeforeNumber) + 1)..];
}

/// <summary>A combination that the definition asks for, and the point that stands for it.</summary>
/// <remarks>Combinations that differ only in what has no effect are one training.</remarks>
/// <param name="Values">A value per swept option, as the definition has it.</param>
/// <param name="Point">The index of the point.</param>
internal sealed record DesignRow(ImmutableArray<string> Values, int Point);
