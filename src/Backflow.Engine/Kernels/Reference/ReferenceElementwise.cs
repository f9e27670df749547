namespace Backflow.Engine.Kernels.Reference;

/// <summary>The twin of a cell from outside: sums gate by gate, and its author's equations in double.</summary>
internal sealed class ReferenceElementwise(CellDescription cell, ICellEquations<double> equations) : ReferenceCell
{
    private readonly int _masked = cell.FirstMaskedGate;

    public override int Gates => cell.Gates.Length;

    /// <summary>The gates, activated, then the masked state.</summary>
    public override int KeptValues => Gates + 1;

    public override bool HasCellState => cell.HasCellState;

    public override void Forward(ReferenceLayer layer, int t, int row)
    {
        ReadOnlySpan<double> before = layer.HiddenAt(t - 1, row);
        int units = before.Length;
        for (int gate = 0; gate < _masked; gate++)
        {
            Activate(layer, gate, t, row, before);
        }

        if (_masked < Gates)
        {
            Span<double> masked = layer.KeptAt(t, row, Gates);
            equations.Mask(new CellMask<double>(Activated(layer, t, row), units, before, masked));
            for (int gate = _masked; gate < Gates; gate++)
            {
                Activate(layer, gate, t, row, masked);
            }
        }

        // Each state is written before the next is computed from it: checks nudge what is written.
        double[] values = new double[units];
        if (HasCellState)
        {
            equations.ForwardCell(new CellForward<double>(
                Activated(layer, t, row), units, before, default, layer.CellAt(t - 1, row), values));
            for (int j = 0; j < units; j++)
            {
                layer.WriteCell(t, row, j, values[j]);
            }
        }

        equations.Forward(new CellForward<double>(
            Activated(layer, t, row),
            units,
            before,
            values,
            HasCellState ? layer.CellAt(t - 1, row) : default,
            HasCellState ? layer.CellAt(t, row) : default));
        for (int j = 0; j < units; j++)
        {
            layer.WriteHidden(t, row, j, values[j]);
        }
    }

    public override void Backward(ReferenceLayer layer, int t, int row)
    {
        ReadOnlySpan<double> before = layer.HiddenAt(t - 1, row);
        int units = before.Length;
        double[] dGates = new double[Gates * units];
        equations.Backward(new CellBackward<double>(Activated(layer, t, row), dGates, units)
        {
            HiddenBefore = before,
            Hidden = layer.HiddenAt(t, row),
            DHidden = layer.DHiddenAt(t, row),
            DHiddenBefore = layer.DHiddenAt(t - 1, row),
            CellBefore = HasCellState ? layer.CellAt(t - 1, row) : default,
            Cell = HasCellState ? layer.CellAt(t, row) : default,
            DCell = HasCellState ? layer.DCellAt(t, row) : default,
            DCellBefore = HasCellState ? layer.DCellAt(t - 1, row) : default,
        });
        if (_masked < Gates)
        {
            double[] dMasked = new double[units];
            for (int gate = _masked; gate < Gates; gate++)
            {
                Back(layer, gate, t, row, dGates, layer.KeptAt(t, row, Gates), dMasked);
            }

            equations.BackwardMask(new CellMaskBackward<double>(
                Activated(layer, t, row), dGates, units, before, dMasked, layer.DHiddenAt(t - 1, row)));
        }

        for (int gate = 0; gate < _masked; gate++)
        {
            Back(layer, gate, t, row, dGates, before, layer.DHiddenAt(t - 1, row));
        }
    }

    private void Activate(ReferenceLayer layer, int gate, int t, int row, ReadOnlySpan<double> state)
    {
        Span<double> kept = layer.KeptAt(t, row, gate);
        for (int j = 0; j < kept.Length; j++)
        {
            // y = φ(W·xₜ + b_ih + R·state + b_hh)
            double a = layer.InputSum(gate, j, t, row) + layer.RecurrentSum(gate, j, state);
            kept[j] = cell.Gates[gate].Activation.Value(a);
        }
    }

    private void Back(
        ReferenceLayer layer,
        int gate,
        int t,
        int row,
        double[] dGates,
        ReadOnlySpan<double> state,
        Span<double> dState)
    {
        ReadOnlySpan<double> y = layer.KeptAt(t, row, gate);
        for (int j = 0; j < y.Length; j++)
        {
            double da = dGates[(gate * y.Length) + j] * cell.Gates[gate].Activation.Slope(y[j]);
            layer.BackThroughInput(gate, j, t, row, da);
            layer.BackThroughRecurrent(gate, j, state, dState, da);
        }
    }

    private ReadOnlySpan<double> Activated(ReferenceLayer layer, int t, int row) =>
        layer.Kept.AsSpan(
            ((t * layer.Shape.BatchSize) + row) * KeptValues * layer.Shape.HiddenSize, Gates * layer.Shape.HiddenSize);
}
