using System.Numerics.Tensors;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>The Jacobian of a cell from outside, read from its equations in double.</summary>
/// <remarks>
/// <code>
/// without cell state   ∂L/∂hₜ₋₁ = ∂L/∂hₜ·(diag(direct) + Σ diag(factor)·R_gate)
/// masked               d = ∂L/∂hₜ·Σ diag(factor)·R_masked gate, and d·(diag(mask) + diag(by mask)·R_mask)
/// with cell state      h by hₜ and c by cₜ, as in an LSTM
/// </code>
/// The equations' backward pass is linear in the gradients of the new state, unit by unit: with 1 in their place it
/// gives the factors.
/// </remarks>
internal sealed class ElementwiseLinearisation : CellLinearisation
{
    private readonly ICellEquations<double> _equations;
    private readonly CellDescription _cell;
    private readonly int _gates;
    private readonly int _masked;
    private readonly double[] _values;
    private readonly double[] _dGates;
    private readonly double[] _maskedState;
    private ScaledRowsProduct? _maskedProduct;

    // Factors 0 to G − 1 are the gates' by ∂h; the others lie behind them.
    public ElementwiseLinearisation(LayerTrajectory trajectory, ICellEquations<double> equations)
        : base(trajectory, (2 * trajectory.Cell.Gates.Length) + 3)
    {
        _equations = equations;
        _cell = trajectory.Cell;
        _gates = _cell.Gates.Length;
        _masked = _cell.FirstMaskedGate;
        _values = new double[_gates * HiddenSize];
        _dGates = new double[_values.Length];
        _maskedState = new double[HiddenSize];
    }

    public override bool HasSecond => _cell.HasCellState || IsMasked;

    public override bool CarriesCellState => _cell.HasCellState;

    protected override ScaledRows[] RecurrentTerms =>
    [
        .. Enumerable.Range(0, _masked).Select(static gate => new ScaledRows(0, gate, gate)),
        .. CarriesCellState
            ? Enumerable.Range(0, _gates).Select(gate => new ScaledRows(1, gate, ByCell(gate)))
            : [new ScaledRows(0, ScaledRows.Identity, Direct)],
        .. IsMasked ? [new ScaledRows(1, MaskGate, ByMask), new ScaledRows(1, ScaledRows.Identity, Mask)]
            : Array.Empty<ScaledRows>(),
    ];

    protected override ScaledRows[] InputTerms =>
    [
        .. Enumerable.Range(0, _gates).Select(static gate => new ScaledRows(0, gate, gate)),
        .. CarriesCellState
            ? Enumerable.Range(0, _gates).Select(gate => new ScaledRows(1, gate, ByCell(gate)))
            : [],
        .. IsMasked ? [new ScaledRows(1, MaskGate, ByMask)] : Array.Empty<ScaledRows>(),
    ];

    private bool IsMasked => _masked < _gates;

    private int MaskGate => _cell.MaskGate!.Value;

    // What reaches hₜ₋₁ past all products; with a cell state, what reaches cₜ₋₁ from cₜ.
    private int Direct => 2 * _gates;

    private int ByMask => Direct + 1;

    private int Mask => Direct + 2;

    // ∂hₜ/∂cₜ; a cell has a cell state or a mask, so both use the place.
    private int HiddenByCell => Direct + 1;

    public override ReadOnlySpan<double> Kept(int t) => Factor(t, Direct);

    public override ReadOnlySpan<double> HiddenToCellFactor(int t) => Factor(t, HiddenByCell);

    public override void StepJacobian(int t, Span<double> jacobian)
    {
        jacobian.Clear();
        int h = HiddenSize;
        int stride = Trajectory.StateSize;
        for (int gate = 0; gate < _masked; gate++)
        {
            AddScaledRecurrent(gate, Factor(t, gate), jacobian, stride);
        }

        if (CarriesCellState)
        {
            AddCellRows(t, jacobian);
            return;
        }

        for (int j = 0; j < h; j++)
        {
            jacobian[(j * h) + j] += Factor(t, Direct)[j];
        }

        if (IsMasked)
        {
            AddMaskedRows(t, jacobian);
        }
    }

    public override void AddPath(
        int t, int gate, ReadOnlySpan<double> dHidden, ReadOnlySpan<double> dCarried, Span<double> dBefore)
    {
        if (gate >= _masked)
        {
            double[] through = new double[HiddenSize];
            AddThroughRecurrent(gate, Factor(t, gate), dCarried, through);
            TensorPrimitives.MultiplyAdd<double>(through, Factor(t, Mask), dBefore, dBefore);
            return;
        }

        AddThroughRecurrent(gate, Factor(t, gate), CarriesCellState ? dHidden : dCarried, dBefore);
        if (CarriesCellState)
        {
            AddThroughRecurrent(gate, Factor(t, ByCell(gate)), dCarried, dBefore);
        }

        if (IsMasked && gate == MaskGate)
        {
            double[] dMasked = new double[HiddenSize];
            for (int masked = _masked; masked < _gates; masked++)
            {
                AddThroughRecurrent(masked, Factor(t, masked), dCarried, dMasked);
            }

            AddThroughRecurrent(gate, Factor(t, ByMask), dMasked, dBefore);
        }
    }

    public override void CompleteRows(int t, int begin, int end, ReverseRows rows)
    {
        if (CarriesCellState)
        {
            CompleteCellRows(t, begin, end, rows);
        }
        else if (IsMasked)
        {
            _maskedProduct ??= Trajectory.RecurrentProduct(
                [.. Enumerable.Range(_masked, _gates - _masked).Select(static gate => new ScaledRows(0, gate, gate))]);
            _maskedProduct.Multiply(
                rows.From(begin),
                rows.Stride,
                end - begin,
                FloatFactors(t),
                columnFactors: [],
                rows.From(begin)[rows.SecondOffset..],
                rows.Stride,
                accumulate: false);
        }
    }

    protected override void Linearise(int t)
    {
        ReadOnlySpan<double> before = Trajectory.HiddenAt(t - 1);
        for (int gate = 0; gate < _masked; gate++)
        {
            Trajectory.RecurrentSums(gate, t, Values(gate));
            Activate(gate, t);
        }

        if (IsMasked)
        {
            _equations.Mask(new CellMask<double>(_values, HiddenSize, before, _maskedState));
            for (int gate = _masked; gate < _gates; gate++)
            {
                Trajectory.RecurrentSums(gate, _maskedState, Values(gate));
                Activate(gate, t);
            }
        }

        if (CarriesCellState)
        {
            LineariseWithCell(t);
            return;
        }

        Span<double> direct = Factor(t, Direct);
        direct.Clear();
        Backward(t, Ones(), default, direct, default);
        for (int gate = 0; gate < _gates; gate++)
        {
            TakeFactor(gate, Factor(t, gate));
        }

        if (IsMasked)
        {
            Span<double> mask = Factor(t, Mask);
            mask.Clear();
            Array.Clear(_dGates);
            _equations.BackwardMask(new CellMaskBackward<double>(_values, _dGates, HiddenSize, before, Ones(), mask));
            TakeFactor(MaskGate, Factor(t, ByMask));
        }
    }

    private int ByCell(int gate) => _gates + gate;

    private Span<double> Values(int gate) => _values.AsSpan(gate * HiddenSize, HiddenSize);

    private Span<double> Ones()
    {
        Span<double> ones = Scratch(0);
        ones.Fill(1);
        return ones;
    }

    private void Activate(int gate, int t)
    {
        Span<double> values = Values(gate);
        Span<double> inputs = Scratch(1);
        Trajectory.InputSums(gate, t, inputs);
        for (int j = 0; j < values.Length; j++)
        {
            values[j] = _cell.Gates[gate].Activation.Value(values[j] + inputs[j]);
        }
    }

    private void TakeFactor(int gate, Span<double> factor)
    {
        ReadOnlySpan<double> values = Values(gate);
        for (int j = 0; j < factor.Length; j++)
        {
            factor[j] = _dGates[(gate * HiddenSize) + j] * _cell.Gates[gate].Activation.Slope(values[j]);
        }
    }

    private void Backward(
        int t, ReadOnlySpan<double> dHidden, Span<double> dCell, Span<double> dHiddenBefore, Span<double> dCellBefore)
    {
        Array.Clear(_dGates);
        _equations.Backward(new CellBackward<double>(_values, _dGates, HiddenSize)
        {
            HiddenBefore = Trajectory.HiddenAt(t - 1),
            Hidden = Trajectory.HiddenAt(t),
            DHidden = dHidden,
            DHiddenBefore = dHiddenBefore,
            CellBefore = CarriesCellState ? Trajectory.CellAt(t - 1) : default,
            Cell = CarriesCellState ? Trajectory.CellAt(t) : default,
            DCell = dCell,
            DCellBefore = dCellBefore,
        });
    }

    // By cₜ with ∂L/∂hₜ = 0 and total ∂L/∂cₜ = 1; by hₜ with the total ∂L/∂cₜ that it brings along taken off again.
    private void LineariseWithCell(int t)
    {
        Span<double> stray = Scratch(2);
        Span<double> total = Scratch(3);
        Span<double> zeros = Scratch(4);
        zeros.Clear();
        stray.Clear();
        total.Fill(1);
        Factor(t, Direct).Clear();
        Backward(t, zeros, total, stray, Factor(t, Direct));
        for (int gate = 0; gate < _gates; gate++)
        {
            TakeFactor(gate, Factor(t, ByCell(gate)));
        }

        Span<double> reach = Scratch(5);
        reach.Clear();
        total.Clear();
        Backward(t, Ones(), total, stray, reach);
        total.CopyTo(Factor(t, HiddenByCell));
        TensorPrimitives.Negate(total, total);
        reach.Clear();
        Backward(t, Ones(), total, stray, reach);
        for (int gate = 0; gate < _gates; gate++)
        {
            TakeFactor(gate, Factor(t, gate));
        }

        if (TensorPrimitives.MaxMagnitude<double>(stray) > 0 || TensorPrimitives.MaxMagnitude<double>(reach) > 1e-12)
        {
            throw new NotMeasuredException(
                $"The Jacobian of the cell '{_cell.Name}' is not measured: its old state reaches hₜ past its gates "
                + "and cₜ.");
        }
    }

    private void AddCellRows(int t, Span<double> jacobian)
    {
        int h = HiddenSize;
        int stride = 2 * h;
        Span<double> lower = jacobian[(h * stride)..];
        for (int gate = 0; gate < _gates; gate++)
        {
            AddScaledRecurrent(gate, Factor(t, ByCell(gate)), lower, stride);
        }

        for (int j = 0; j < h; j++)
        {
            Span<double> cellRow = lower.Slice(j * stride, stride);
            Span<double> hiddenRow = jacobian.Slice(j * stride, stride);
            cellRow[h + j] = Factor(t, Direct)[j];
            TensorPrimitives.MultiplyAdd(cellRow, Factor(t, HiddenByCell)[j], hiddenRow, hiddenRow);
        }
    }

    // Adds M·(diag(mask) + diag(by mask)·R_mask), where M = Σ diag(factor)·R of the masked gates.
    private void AddMaskedRows(int t, Span<double> jacobian)
    {
        int h = HiddenSize;
        double[] candidate = new double[h * h];
        double[] inner = new double[h * h];
        for (int gate = _masked; gate < _gates; gate++)
        {
            AddScaledRecurrent(gate, Factor(t, gate), candidate, h);
        }

        AddScaledRecurrent(MaskGate, Factor(t, ByMask), inner, h);
        for (int j = 0; j < h; j++)
        {
            inner[(j * h) + j] += Factor(t, Mask)[j];
        }

        for (int j = 0; j < h; j++)
        {
            Span<double> row = jacobian.Slice(j * h, h);
            for (int k = 0; k < h; k++)
            {
                TensorPrimitives.MultiplyAdd<double>(inner.AsSpan(k * h, h), candidate[(j * h) + k], row, row);
            }
        }
    }

    private void CompleteCellRows(int t, int begin, int end, ReverseRows rows)
    {
        // The last timestep has none after it: its rows begin with zeros.
        int later = Math.Min(t + 1, Trajectory.SequenceLength - 1);
        for (int loss = begin; loss < end; loss++)
        {
            Span<float> cell = rows.Second(loss);
            TensorPrimitives.Multiply(rows.Hidden(loss), FloatFactor(t, HiddenByCell), cell);
            TensorPrimitives.MultiplyAdd(rows.LaterSecond(loss), FloatFactor(later, Direct), cell, cell);
        }
    }
}
