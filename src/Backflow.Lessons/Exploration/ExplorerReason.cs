using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Lessons.Exploration;

/// <summary>Why a gradient falls or grows as it does: what the activation or the keeping gate makes of it.</summary>
/// <remarks>
/// Elman networks: ∂L/∂hₜ₋₁ = Rᵀ·diag(φ′)·∂L/∂hₜ. R is a multiple of an orthogonal matrix, so the factor of a timestep
/// is σ₁ times what the slopes φ′ keep of a vector: for one that does not prefer a unit √(mean φ′²), the root mean
/// square. Gated cells: the gate that keeps the state, whose mean is the factor of the path along the state alone
/// (docs/mathematics/lstm.md).
/// </remarks>
/// <param name="Sentence">The reason in words.</param>
/// <param name="Factor">
/// ‖∂L/∂hₜ₋₁‖ ÷ ‖∂L/∂hₜ‖, the geometric mean over the timesteps at whose both ends it is finite and above 0.
/// </param>
/// <param name="Slope">The geometric mean over timesteps of √(mean φ′²) over units; null for gated cells.</param>
/// <param name="Kept">What the keeping gate lets through, the mean over units and timesteps; null without one.</param>
public sealed record ExplorerReason(string Sentence, double Factor, double? Slope, double? Kept)
{
    /// <summary>A tanh of at least this slope is within 5 % of a straight line.</summary>
    private const double Straight = 0.95;

    /// <summary>A gradient that changes by less than 2 % per timestep would be called kept.</summary>
    private const double Steady = 0.02;

    /// <summary>The reason of an Elman network.</summary>
    internal static ExplorerReason OfSlopes(CellActivation activation, double norm, double slope, double factor)
    {
        string product = $"σ₁ {Of(norm)} × mean slope {Of(slope)} = {Of(norm * slope)} per timestep";
        string cause = activation switch
        {
            { Dies: true } => $"{NumberText.Share(slope * slope)} of the units are on, and slopes elsewhere are 0",
            { Saturates: true, LargestSlope: < 1 } =>
                $"A {activation.Name} has slope {Of(activation.LargestSlope)} at most",
            { Saturates: true } when slope < Straight => $"{activation.Name} saturates",
            _ => $"{activation.Name} is almost a straight line here",
        };
        return new ExplorerReason($"{cause}: {product}; measured {Of(factor)}. {Course(factor)}", factor, slope, null);
    }

    /// <summary>The reason of a cell with a gate that keeps the state.</summary>
    internal static ExplorerReason OfGate(string gate, bool keepsWhenOpen, double kept, double factor)
    {
        string keeps = keepsWhenOpen
            ? $"The {gate} gate stands at {Of(kept)} on average"
            : $"The {gate} gate stands at {Of(1 - kept)} on average and keeps the rest, {Of(kept)}";
        string others = factor < kept * (1 - Steady) ? "the other paths take away from it"
            : factor > kept * (1 + Steady) ? "the paths through gates and W_hh add to it"
            : "the other paths change little";
        return new ExplorerReason(
            $"{keeps}: along the state alone each timestep multiplies by that; measured {Of(factor)}, so {others}. "
                + Course(factor),
            factor,
            null,
            kept);
    }

    /// <summary>The reason of a cell of which neither slopes nor a keeping gate are known.</summary>
    internal static ExplorerReason OfFactor(double factor) =>
        new($"Measured: each timestep multiplies by {Of(factor)}. {Course(factor)}", factor, null, null);

    /// <summary>The mean factor of norms from the initial state to the last.</summary>
    internal static double MeanFactor(double[] norms)
    {
        int last = norms.Length - 1;
        int first = last - 1;
        while (first > 0 && norms[first - 1] > 0 && double.IsFinite(norms[first - 1]))
        {
            first--;
        }

        return Math.Pow(norms[first] / norms[last], 1.0 / (last - first));
    }

    private static string Course(double factor) => factor switch
    {
        < 1 - Steady => "Below 1 it falls as a power of the distance.",
        > 1 + Steady => "Above 1 it grows as a power of the distance.",
        _ => "Near 1 it is kept.",
    };

    private static string Of(double value) => NumberText.Of(value);
}
