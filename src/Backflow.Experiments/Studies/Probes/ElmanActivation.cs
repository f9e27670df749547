using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Probes;

/// <summary>An Elman network by its activation.</summary>
/// <param name="Name">The activation.</param>
/// <param name="Cell">The cell that has it.</param>
internal sealed record ElmanActivation(string Name, CellDescription Cell)
{
    public static ImmutableArray<ElmanActivation> All { get; } =
    [
        new("tanh", Cells.RnnTanh),
        new("ReLU", Cells.RnnRelu),
        new("sigmoid", Cells.RnnSigmoid),
    ];

    /// <summary>γ, the most that φ′ can be.</summary>
    public double Slope => JacobianBound.LargestSlope(Cell);
}
