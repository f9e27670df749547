using System.Globalization;
using Backflow.Telemetry;

namespace Backflow.Experiments.Tests.Verdicts;

/// <summary>Where a verdict has to point.</summary>
/// <param name="Layer">The layer; null for a fault of the whole network, and then the verdict may name none.</param>
public sealed record ExpectedPlace(int? Layer = null)
{
    /// <summary>A fault of the whole network.</summary>
    public static ExpectedPlace Network { get; } = new();

    /// <summary>The gate; null where the verdict may name none.</summary>
    public string? Gate { get; init; }

    /// <summary>The first and last timestep that are right; null where the verdict may name none.</summary>
    public (int First, int Last)? Timesteps { get; init; }

    public bool Includes(Verdict verdict) => verdict.Layer == Layer && verdict.Gate == Gate
        && (Timesteps is (int first, int last)
            ? verdict.Timestep is int t && t >= first && t <= last
            : verdict.Timestep is null);

    public override string ToString() => Layer is not int layer ? "network" : string.Create(
        CultureInfo.InvariantCulture,
        $"layer {layer}{(Gate is null ? string.Empty : $", {Gate}")}{TimestepText()}");

    private string TimestepText() => Timesteps is not (int first, int last) ? string.Empty
        : first == last ? string.Create(CultureInfo.InvariantCulture, $", t {first}")
        : string.Create(CultureInfo.InvariantCulture, $", t {first}–{last}");
}
