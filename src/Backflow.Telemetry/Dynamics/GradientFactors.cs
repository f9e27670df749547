using System.Collections.Immutable;
using System.Numerics.Tensors;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>
/// ln of what every timestep multiplies the norm of a gradient by, on its way back, split into factors.
/// </summary>
/// <remarks>
/// The gradient is that of one sequence's last state. Going from t to t − 1:
/// <code>
/// Elman   a = g ⊙ φ′           g′ = Rᵀa             ln(‖a‖/‖g‖) + ln(‖g′‖/‖a‖)       activation, recurrent matrix
/// LSTM    a = ∂L/∂c ⊙ f        ∂L/∂c′ = a + …       ln(‖a‖/‖g‖) + ln(‖g′‖/‖a‖)       forget gate, paths through h
/// GRU     a = g ⊙ z            g′ = a + …           likewise (1 − z with the reset before the product)
/// </code>
/// The sum is ln(‖g′‖/‖g‖) exactly. In a gated cell the second term is split further, one gate's path through its
/// recurrent weights after the other in PyTorch's order: v₀ = a, vₖ = vₖ₋₁ + (path of gate k), and the term of gate k
/// is ln(‖vₖ‖/‖vₖ₋₁‖). It says what adding this path changes when those before it are there: paths can cancel, so a
/// path has no factor of its own, and in another order the terms would differ while their sum would not. Derived from
/// docs/mathematics: elman.md, lstm.md, gru.md. In double; the gradient is scaled to norm 1 before every timestep, so
/// nothing underflows. Cost: O(G·H²) per timestep.
/// </remarks>
public sealed class GradientFactors
{
    private readonly double[] _elementwise;
    private readonly double[][] _paths;

    private GradientFactors(double[] elementwise, double[][] paths)
    {
        _elementwise = elementwise;
        _paths = paths;
    }

    /// <summary>ln of the activation's derivative (Elman) or of the gate that keeps the old state, [T − 1]: entry t
    /// belongs to the way from the state after timestep t + 1 to that after t.</summary>
    public IReadOnlyList<double> Elementwise => _elementwise;

    /// <summary>ln of the recurrent matrix (Elman) or of all other paths (gated cells), [T − 1].</summary>
    public IReadOnlyList<double> Rest =>
        [.. Enumerable.Range(0, _elementwise.Length).Select(t => _paths.Sum(path => path[t]))];

    /// <summary>The terms that <see cref="Rest"/> is the sum of: one per gate in PyTorch's order, [G][T − 1].</summary>
    public IReadOnlyList<IReadOnlyList<double>> Paths => _paths;

    /// <summary>What the first factor is, in words.</summary>
    /// <param name="cell">Its gate that keeps the old state, or its activation, gives the name.</param>
    /// <returns>A noun.</returns>
    public static string ElementwiseName(CellDescription cell) =>
        cell.Keep is KeepGate keep ? $"{cell.Gates[keep.Gate].Name} gate" : "activation derivative";

    /// <summary>What the second factor is, in words.</summary>
    /// <param name="cell">Gated or an Elman network.</param>
    /// <returns>A noun.</returns>
    public static string RestName(CellDescription cell) => cell.IsGated ? "other paths" : "recurrent matrix";

    /// <summary>What the terms of <see cref="Paths"/> are, in words.</summary>
    /// <param name="cell">Its gates, in their order, give the names.</param>
    /// <returns>Nouns; empty for an Elman network, whose one path is the recurrent matrix.</returns>
    public static ImmutableArray<string> PathNames(CellDescription cell) =>
        [.. cell.GateNames.Select(static gate => gate == "candidate" ? "via candidate" : $"via {gate} gate")];

    /// <summary>Whether the factors of a cell can be measured.</summary>
    /// <param name="cell">One of the engine's or a registered one.</param>
    /// <returns>Whether it has formulas, and is an Elman network or has a gate that keeps the old state.</returns>
    public static bool CanMeasure(CellDescription cell) =>
        Linearisations.IsKnown(cell) && (cell.Keep is not null || cell.ElmanActivation is not null);

    /// <summary>Follows one sequence's gradient back through one layer.</summary>
    /// <param name="pass">A network pass after its backward pass.</param>
    /// <param name="layer">From 0, the one next to the input.</param>
    /// <param name="sequence">The sequence, in [0, B).</param>
    /// <returns>All factors; NaN where the gradient is 0.</returns>
    /// <exception cref="NotMeasuredException">No formulas are known, or nothing keeps the old state.</exception>
    public static GradientFactors Measure(NetworkPass pass, int layer, int sequence)
    {
        LayerTrajectory trajectory = LayerTrajectory.Read(pass, layer, sequence);
        if (!CanMeasure(trajectory.Cell))
        {
            throw new NotMeasuredException(
                $"The factors of the gradient of the cell '{trajectory.Cell.Name}' are not measured: it has no "
                + "formulas, or no gate that keeps the old state.");
        }

        CellLinearisation cell = CellLinearisation.Of(trajectory);
        int h = trajectory.HiddenSize;
        int last = trajectory.SequenceLength - 1;
        bool keepsState = trajectory.Cell.Keep is not null;
        float[] gradients = new float[pass.BatchSize * h];
        pass.Layers[layer].HiddenGradient(last).CopyTo(gradients);
        Gradient gradient = new(cell, h, last);
        TensorPrimitives.ConvertTruncating(gradients.AsSpan(sequence * h, h), gradient.Hidden);
        double[] elementwise = new double[last];
        double[][] paths = [.. Enumerable.Range(0, trajectory.Gates).Select(_ => new double[last])];
        for (int t = last; t > 0; t--)
        {
            double norm = gradient.Begin();
            double reached = gradient.Keep(keepsState);
            elementwise[t - 1] = Math.Log(reached / norm);
            for (int gate = 0; gate < paths.Length; gate++)
            {
                double before = reached;
                reached = gradient.AddPath(gate);
                paths[gate][t - 1] = Math.Log(reached / before);
            }

            gradient.End();
        }

        return new GradientFactors(elementwise, paths);
    }

    // ∂L/∂(h, c) on its way from one timestep to the one before.
    private sealed class Gradient(CellLinearisation cell, int h, int last)
    {
        private readonly double[] _carried = new double[h];
        private double[] _before = new double[h];
        private double[] _cell = new double[h];
        private int _t = last;

        public double[] Hidden { get; private set; } = new double[h];

        /// <summary>
        /// Scales the gradient to norm 1, and takes what carries the memory: total ∂L/∂cₜ, else ∂L/∂hₜ.
        /// </summary>
        public double Begin()
        {
            double norm = Math.Sqrt(
                TensorPrimitives.SumOfSquares<double>(Hidden) + TensorPrimitives.SumOfSquares<double>(_cell));
            if (norm > 0 && double.IsFinite(norm))
            {
                TensorPrimitives.Divide(Hidden, norm, Hidden);
                TensorPrimitives.Divide(_cell, norm, _cell);
            }

            Hidden.CopyTo(_carried, 0);
            if (cell.CarriesCellState)
            {
                TensorPrimitives.MultiplyAdd<double>(Hidden, cell.HiddenToCellFactor(_t), _cell, _carried);
            }

            return TensorPrimitives.Norm<double>(_carried);
        }

        /// <summary>What is kept element by element.</summary>
        public double Keep(bool keepsState)
        {
            double[] kept = new double[h];
            TensorPrimitives.Multiply(_carried, cell.Kept(_t), kept);
            Array.Clear(_before);
            if (cell.CarriesCellState)
            {
                kept.CopyTo(_cell, 0);
            }
            else if (keepsState)
            {
                kept.CopyTo(_before, 0);
            }

            return TensorPrimitives.Norm<double>(kept);
        }

        /// <summary>Adds one gate's path; the norm of what has reached the timestep before.</summary>
        public double AddPath(int gate)
        {
            cell.AddPath(_t, gate, Hidden, _carried, _before);
            if (!cell.CarriesCellState)
            {
                return TensorPrimitives.Norm<double>(_before);
            }

            double[] reached = new double[h];
            TensorPrimitives.MultiplyAdd<double>(_before, cell.HiddenToCellFactor(_t - 1), _cell, reached);
            return TensorPrimitives.Norm<double>(reached);
        }

        public void End()
        {
            (Hidden, _before) = (_before, Hidden);
            _t--;
        }
    }
}
