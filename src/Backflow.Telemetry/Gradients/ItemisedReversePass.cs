using System.Numerics.Tensors;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>The batched reverse pass behind the itemised gradient: timestep by timestep, top layer first.</summary>
internal sealed class ItemisedReversePass
{
    /// <summary>
    /// A row whose largest norm over layers leaves 2^±40 is multiplied by a power of two: exact, and early enough that
    /// its square stays within float.
    /// </summary>
    private const int RescaleExponent = 40;

    /// <summary>
    /// 2⁻¹⁰⁰: what training itself flushes to zero (docs/decisions/subnormal-numbers.md) takes no part in the sums over
    /// losses; the norms keep it.
    /// </summary>
    private const double SmallestAdded = 7.888609052210118e-31;

    private readonly NetworkPass _pass;
    private readonly int _sequence;
    private readonly int _window;
    private readonly int _firstLoss;
    private readonly int _timesteps;
    private readonly CellLinearisation[] _cells;
    private readonly ReverseRows[] _rows;
    private readonly PackedMatrix?[] _inputWeights;
    private readonly int[] _exponents;
    private readonly double[] _largest;
    private readonly double[][] _hidden;
    private readonly double[][] _cell;
    private readonly float[][] _sums;

    public ItemisedReversePass(NetworkPass pass, int sequence, int window, int firstLoss)
    {
        _pass = pass;
        _sequence = sequence;
        _timesteps = pass.SequenceLength;
        _window = Math.Min(window, _timesteps - 1);
        _firstLoss = firstLoss;
        LayerTrajectory[] trajectories = [.. Enumerable.Range(0, pass.Network.Options.Layers.Length)
            .Select(layer => LayerTrajectory.Read(pass, layer, sequence))];
        foreach (LayerTrajectory trajectory in trajectories)
        {
            trajectory.UseFloatSums();
        }

        _cells = Array.ConvertAll(trajectories, CellLinearisation.Of);
        _rows = Array.ConvertAll(trajectories, trajectory => new ReverseRows(trajectory, _timesteps));
        _inputWeights =
            [.. trajectories.Select(static (trajectory, layer) => layer == 0 ? null : PackInput(trajectory))];
        _exponents = new int[_timesteps];
        _largest = new double[_timesteps];
        int pairs = (_timesteps - firstLoss) * _timesteps;
        _hidden = Array.ConvertAll(trajectories, _ => new double[pairs]);
        _cell = Array.ConvertAll(trajectories, t => new double[t.CellState.Length > 0 ? pairs : 0]);
        _sums = Array.ConvertAll(trajectories, t => new float[_timesteps * t.HiddenSize]);
    }

    public ItemisedGradientMap Run(ReadOnlySpan<float> local)
    {
        int top = _cells.Length - 1;
        int width = _rows[top].HiddenSize;
        for (int t = _timesteps - 1; t >= 0; t--)
        {
            int begin = Math.Max(t, _firstLoss);
            int end = Math.Max(begin, Math.Min(_timesteps, t + _window + 1));
            _largest.AsSpan(begin, end - begin).Clear();
            for (int layer = top; layer >= 0; layer--)
            {
                if (layer == top && t >= _firstLoss)
                {
                    local.Slice(t * width, width).CopyTo(_rows[top].Hidden(t));
                }
                else if (layer < top)
                {
                    AddFromAbove(layer, t, begin, end);
                }

                _cells[layer].CompleteCellGradient(t, begin, end, _rows[layer]);
                Record(layer, t, begin, end);
                _cells[layer].PullBack(t, begin, end, _rows[layer]);
                if (layer > 0)
                {
                    _cells[layer].MakeInputSide(t, begin, end, _rows[layer]);
                }
            }

            foreach (ReverseRows rows in _rows)
            {
                rows.StepBack();
            }

            Rescale(begin, end);
        }

        return new ItemisedGradientMap(_hidden, _cell, _sums, _timesteps, _window, _firstLoss);
    }

    private static PackedMatrix PackInput(LayerTrajectory trajectory) => new(
        Float(trajectory.InputWeights),
        trajectory.Gates * trajectory.HiddenSize,
        trajectory.InputSize);

    private static float[] Float(double[] values)
    {
        float[] rounded = new float[values.Length];
        TensorPrimitives.ConvertTruncating<double, float>(values, rounded);
        return rounded;
    }

    // ∂L_τ/∂hₜ of the layer below += dAₜ·W of the layer above, times the dropout mask between them.
    private void AddFromAbove(int layer, int t, int begin, int end)
    {
        ReverseRows above = _rows[layer + 1];
        ReverseRows rows = _rows[layer];
        ReadOnlySpan<float> gates = above.DGate.AsSpan(begin * above.GateStride);
        if (_pass.Network.Options.Dropout == 0)
        {
            _inputWeights[layer + 1]!.Multiply(
                gates, above.GateStride, end - begin, rows.DHidden.AsSpan(begin * rows.Stride), accumulate: true);
            return;
        }

        // The direct part is masked, the recurrent part is not: DBefore is free until PullBack and takes the first.
        float[] factors = new float[_pass.BatchSize * rows.HiddenSize];
        _pass.GetDropoutFactors(layer + 1, t, factors);
        ReadOnlySpan<float> mask = factors.AsSpan(_sequence * rows.HiddenSize, rows.HiddenSize);
        _inputWeights[layer + 1]!.Multiply(
            gates, above.GateStride, end - begin, rows.DBefore.AsSpan(begin * rows.Stride), accumulate: false);
        for (int loss = begin; loss < end; loss++)
        {
            TensorPrimitives.MultiplyAdd(rows.Before(loss), mask, rows.Hidden(loss), rows.Hidden(loss));
        }
    }

    private void Record(int layer, int t, int begin, int end)
    {
        ReverseRows rows = _rows[layer];
        Span<float> sum = _sums[layer].AsSpan(t * rows.HiddenSize, rows.HiddenSize);
        for (int loss = begin; loss < end; loss++)
        {
            double norm = TensorPrimitives.Norm<float>(rows.Hidden(loss));
            _hidden[layer][((loss - _firstLoss) * _timesteps) + t] = Math.ScaleB(norm, _exponents[loss]);
            _largest[loss] = Math.Max(_largest[loss], norm);
            if (_hidden[layer][((loss - _firstLoss) * _timesteps) + t] >= SmallestAdded)
            {
                TensorPrimitives.MultiplyAdd(rows.Hidden(loss), MathF.ScaleB(1, _exponents[loss]), sum, sum);
            }

            if (rows.DCell.Length > 0)
            {
                double cellNorm = TensorPrimitives.Norm<float>(rows.Cell(loss));
                _cell[layer][((loss - _firstLoss) * _timesteps) + t] = Math.ScaleB(cellNorm, _exponents[loss]);
                _largest[loss] = Math.Max(_largest[loss], cellNorm);
            }
        }
    }

    private void Rescale(int begin, int end)
    {
        for (int loss = begin; loss < end; loss++)
        {
            double largest = _largest[loss];
            if (largest == 0 || !double.IsFinite(largest) || Math.Abs(Math.ILogB(largest)) < RescaleExponent)
            {
                continue;
            }

            int exponent = Math.ILogB(largest);
            _exponents[loss] += exponent;
            float factor = MathF.ScaleB(1, -exponent);
            foreach (ReverseRows rows in _rows)
            {
                TensorPrimitives.Multiply(rows.Hidden(loss), factor, rows.Hidden(loss));
                if (rows.DCell.Length > 0)
                {
                    TensorPrimitives.Multiply(rows.Cell(loss), factor, rows.Cell(loss));
                }
            }
        }
    }
}
