using System.Collections.Immutable;

namespace Backflow.Engine.Verification;

/// <summary>One tensor of a fixture, compared.</summary>
/// <param name="Name">Its name in the fixture.</param>
/// <param name="Entries">Entries compared.</param>
/// <param name="Double">
/// The worst entry of the double twin, its distance in units of max(1, |recorded|).
/// </param>
/// <param name="Single">The worst entry of the float engine, its distance in units of the tensor's largest
/// entry.</param>
public sealed record FixtureComparison(string Name, int Entries, TensorDeviation Double, TensorDeviation Single)
{
    /// <summary>Whether both lie within their tolerances.</summary>
    public bool Passed =>
        Double.Deviation <= FixtureCheck.DoubleTolerance && Single.Deviation <= FixtureCheck.SingleTolerance;
}

/// <summary>A fixture, compared tensor by tensor.</summary>
/// <param name="Kind">The fixture's kind.</param>
/// <param name="Cell">The cell that was run.</param>
/// <param name="Layers">How many layers of the cell are stacked.</param>
/// <param name="SequenceLength">Timesteps, T.</param>
/// <param name="BatchSize">Sequences, B.</param>
/// <param name="InputSize">Features, I.</param>
/// <param name="HiddenSize">Units, H.</param>
/// <param name="Tensors">The comparisons, in the order of the passes.</param>
public sealed record FixtureCheckResult(
    string Kind,
    CellDescription Cell,
    int Layers,
    int SequenceLength,
    int BatchSize,
    int InputSize,
    int HiddenSize,
    ImmutableArray<FixtureComparison> Tensors)
{
    /// <summary>Whether every tensor lies within both tolerances.</summary>
    public bool Passed => Tensors.All(static tensor => tensor.Passed);

    /// <summary>The worst entry of the double twin.</summary>
    public TensorDeviation WorstDouble => Tensors.Select(static tensor => tensor.Double).MaxBy(static d => d.Deviation);

    /// <summary>The worst entry of the float engine.</summary>
    public TensorDeviation WorstSingle => Tensors.Select(static tensor => tensor.Single).MaxBy(static d => d.Deviation);
}
