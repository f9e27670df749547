using System.Numerics.Tensors;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>ln of what every timestep multiplies the norm of a gradient by, on its way back, split into two factors.</summary>
/// <remarks>
/// The gradient is that of one sequence's last state. Going from t to t − 1:
/// <code>
/// Elman   a = g ⊙ φ′           g′ = Rᵀa             ln(‖a‖/‖g‖) + ln(‖g′‖/‖a‖)       activation, recurrent matrix
/// LSTM    a = ∂L/∂c ⊙ f        ∂L/∂c′ = a + …       ln(‖a‖/‖g‖) + ln(‖g′‖/‖a‖)       forget gate, paths through h
/// GRU     a = g ⊙ z            g′ = a + …           likewise (1 − z with the reset before the product)
/// </code>
/// The sum is ln(‖g′‖/‖g‖) exactly. In a gated cell the second term holds all that the other paths add or cancel: it is
/// an interaction and no factor of its own. Derived from docs/mathematics: elman.md, lstm.md, gru.md. In double; the
/// gradient is scaled to norm 1 before every timestep, so nothing underflows. Cost: O(S²) per timestep.
/// </remarks>
public sealed class GradientFactors
{
    private GradientFactors(double[] elementwise, double[] rest)
    {
        Elementwise = elementwise;
        Rest = rest;
    }

    /// <summary>ln of the activation's derivative (Elman) or of the gate that keeps the old state, [T − 1]: entry t belongs to
    /// the way from the state after timestep t + 1 to that after t.</summary>
    public IReadOnlyList<double> Elementwise { get; }

    /// <summary>ln of the recurrent matrix (Elman) or of all other paths (gated cells), [T − 1].</summary>
    public IReadOnlyList<double> Rest { get; }

    /// <summary>What the first factor is, in words.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>A noun.</returns>
    public static string ElementwiseName(CellKind cell) => cell switch
    {
        CellKind.Lstm => "forget gate",
        CellKind.Gru or CellKind.GruResetBefore => "update gate",
        _ => "activation derivative",
    };

    /// <summary>What the second factor is, in words.</summary>
    /// <param name="cell">The cell.</param>
    /// <returns>A noun.</returns>
    public static string RestName(CellKind cell) =>
        cell is CellKind.Lstm or CellKind.Gru or CellKind.GruResetBefore ? "other paths" : "recurrent matrix";

    /// <summary>Follows one sequence's gradient back through one layer.</summary>
    /// <param name="pass">A network pass after its backward pass.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="sequence">The sequence, in [0, B).</param>
    /// <returns>Both factors; NaN where the gradient is 0.</returns>
    public static GradientFactors Measure(NetworkPass pass, int layer, int sequence)
    {
        LayerTrajectory trajectory = LayerTrajectory.Read(pass, layer, sequence);
        CellLinearisation cell = CellLinearisation.Of(trajectory);
        int h = trajectory.HiddenSize;
        int s = trajectory.StateSize;
        int last = trajectory.SequenceLength - 1;
        float[] gradients = new float[pass.BatchSize * h];
        pass.GetHiddenGradient(layer, last + 1, gradients);
        double[] state = new double[s];
        TensorPrimitives.ConvertTruncating(gradients.AsSpan(sequence * h, h), state.AsSpan(0, h));
        double[] elementwise = new double[last];
        double[] rest = new double[last];
        double[] jacobian = new double[s * s];
        double[] before = new double[s];
        for (int t = last; t > 0; t--)
        {
            Normalise(state);
            double norm = CarriedNorm(cell, t, state, h);
            double kept = KeptNorm(cell, t, state, h);
            cell.StepJacobian(t, jacobian);
            Array.Clear(before);
            for (int i = 0; i < s; i++)
            {
                TensorPrimitives.MultiplyAdd(jacobian.AsSpan(i * s, s), state[i], before, before);
            }

            (state, before) = (before, state);
            elementwise[t - 1] = Math.Log(kept / norm);
            rest[t - 1] = Math.Log(CarriedNorm(cell, t - 1, state, h) / kept);
        }

        return new GradientFactors(elementwise, rest);
    }

    private static void Normalise(double[] state)
    {
        double norm = TensorPrimitives.Norm<double>(state);
        if (norm > 0 && double.IsFinite(norm))
        {
            TensorPrimitives.Divide(state, norm, state);
        }
    }

    // ‖∂L/∂hₜ‖, or ‖∂L/∂cₜ‖ with what comes through hₜ in an LSTM.
    private static double CarriedNorm(CellLinearisation cell, int t, double[] state, int h) =>
        Norm(cell, t, state, h, kept: false);

    private static double KeptNorm(CellLinearisation cell, int t, double[] state, int h) =>
        Norm(cell, t, state, h, kept: true);

    private static double Norm(CellLinearisation cell, int t, double[] state, int h, bool kept)
    {
        double sum = 0;
        ReadOnlySpan<double> factor = cell.Kept(t);
        ReadOnlySpan<double> toCell = cell is LstmLinearisation lstm ? lstm.HiddenToCellFactor(t) : default;
        for (int j = 0; j < h; j++)
        {
            double g = toCell.IsEmpty ? state[j] : state[h + j] + (state[j] * toCell[j]);
            g *= kept ? factor[j] : 1;
            sum += g * g;
        }

        return Math.Sqrt(sum);
    }
}
