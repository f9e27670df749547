using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Lessons.Exploration;

/// <summary>Chooses the scalar formula that belongs to a cell.</summary>
internal static class ExplorerFormulas
{
    /// <param name="cell">The cell of the network.</param>
    /// <param name="scale">σ₁ of W_hh, or of each gate's block.</param>
    /// <param name="kept">What the keeping gate lets through; null without one.</param>
    public static ExplorerFormula Of(CellDescription cell, double scale, double? kept)
    {
        if (cell.ElmanActivation is not null)
        {
            double slope = JacobianBound.LargestSlope(cell);
            return new ExplorerFormula(slope == 1 ? "scale" : $"{NumberText.Of(slope)} · scale", slope * scale);
        }

        return cell.Keep is KeepGate keep && kept is double rate
            ? new ExplorerFormula($"{(keep.KeepsWhenOpen ? "" : "1 − ")}mean {cell.Gates[keep.Gate].Name} gate", rate)
            : new ExplorerFormula("scale", scale);
    }
}
