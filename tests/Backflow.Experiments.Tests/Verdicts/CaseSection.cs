using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.Intrinsics;

namespace Backflow.Experiments.Tests.Verdicts;

/// <summary>A section of docs/verdicts.md: a part of the catalogue, and the vector width at which it ran.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Set">The cases.</param>
/// <param name="VectorBits">The width; null for a part that runs at one width only.</param>
internal sealed record CaseSection(string Title, CaseSet Set, int? VectorBits)
{
    /// <summary>The sections in the order of the page.</summary>
    public static ImmutableArray<CaseSection> All { get; } =
    [
        new("### Tuned", CaseSet.Tuned, null),
        new("### Held out", CaseSet.HeldOut, null),
        OfSecond(512),
        OfSecond(256),
    ];

    /// <summary>The width of the running process.</summary>
    public static int Width => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Whether this process runs its cases as the section says.</summary>
    public bool IsOfThisWidth => VectorBits is null || VectorBits == Width;

    private static CaseSection OfSecond(int bits) => new(
        string.Create(CultureInfo.InvariantCulture, $"### Second held-out set, {bits} bits"), CaseSet.Second, bits);
}
