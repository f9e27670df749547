using System.Collections.Concurrent;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>The formulas that each cell is linearised with, for Jacobians, itemised gradients and factors.</summary>
/// <remarks>
/// The engine's gated cells have a row each; Elman networks share one formula. A cell from outside is linearised by the
/// equations of its double twin, or by those registered here. A cell without either is not measured, and is told so; so
/// is one with a skip, whose next state one Jacobian does not describe.
/// </remarks>
public static class Linearisations
{
    private static readonly ConcurrentDictionary<CellDescription, Formula> Formulas = new()
    {
        [Cells.Lstm] = static trajectory => new LstmLinearisation(trajectory),
        [Cells.Gru] = static trajectory => new GruLinearisation(trajectory),
        [Cells.GruResetBefore] = static trajectory => new GruResetBeforeLinearisation(trajectory),
    };

    /// <summary>Linearises a cell by equations in double, instead of those of its twin.</summary>
    /// <param name="cell">One of the engine's or a registered one.</param>
    /// <param name="equations">Its backward pass is linear in the gradients, so the factors are read from it.</param>
    public static void Register(CellDescription cell, ICellEquations<double> equations) =>
        Formulas[cell] = trajectory => new ElementwiseLinearisation(trajectory, equations);

    /// <summary>Whether a cell can be linearised.</summary>
    /// <param name="cell">One of the engine's or a registered one.</param>
    /// <returns>True for the engine's cells, for cells with a twin, and for registered ones.</returns>
    public static bool IsKnown(CellDescription cell) => Find(cell) is not null;

    /// <summary>The formulas of a trajectory's cell.</summary>
    /// <exception cref="NotMeasuredException">The cell has none.</exception>
    internal static CellLinearisation Of(LayerTrajectory trajectory) => Find(trajectory.Cell) is Formula formula
        ? formula(trajectory)
        : throw new NotMeasuredException(
            $"The Jacobian of the cell '{trajectory.Cell.Name}' is not measured: "
            + (trajectory.Cell.SkipTimesteps > 0
                ? $"a state depends on that of {trajectory.Cell.SkipTimesteps} timesteps before as well."
                : "the cell has no double twin, and "
                    + $"{nameof(Linearisations)}.{nameof(Register)} was not told its equations."));

    private delegate CellLinearisation Formula(LayerTrajectory trajectory);

    private static Formula? Find(CellDescription cell)
    {
        if (Formulas.TryGetValue(cell, out Formula? formula))
        {
            return formula;
        }

        if (cell.ElmanActivation is CellActivation activation)
        {
            return trajectory => new ElmanLinearisation(trajectory, activation);
        }

        return cell.Twin is ICellEquations<double> equations
            ? trajectory => new ElementwiseLinearisation(trajectory, equations)
            : null;
    }
}
