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
    private const double LargestUnscaled = 1L << 40;

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
    private readonly ScaledRowsProduct[] _recurrent;
    private readonly ScaledRowsProduct?[] _input;
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
        _rows = Array.ConvertAll(_cells, cell => new ReverseRows(cell.HiddenSize, cell.HasSecond, _timesteps));
        _recurrent = Array.ConvertAll(_cells, static cell => cell.RecurrentProduct());
        _input = [.. _cells.Select(static (cell, layer) => layer == 0 ? null : cell.InputProduct())];
        _exponents = new int[_timesteps];
        _largest = new double[_timesteps];
        int pairs = (_timesteps - firstLoss) * _timesteps;
        _hidden = Array.ConvertAll(trajectories, _ => new double[pairs]);
        _cell = Array.ConvertAll(trajectories, t => new double[t.HasCellState ? pairs : 0]);
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
            if (t >= _firstLoss)
            {
                Begin(t, local.Slice(t * width, width));
            }

            if (begin == end)
            {
                continue;
            }

            _largest.AsSpan(begin, end - begin).Clear();
            for (int layer = top; layer >= 0; layer--)
            {
                if (layer < top)
                {
                    AddFromAbove(layer, t, begin, end);
                }

                _cells[layer].CompleteRows(t, begin, end, _rows[layer]);
                Record(layer, t, begin, end);
            }

            Rescale(begin, end);
            for (int layer = 0; layer <= top && t > 0; layer++)
            {
                PullBack(layer, t, begin, end);
            }
        }

        return new ItemisedGradientMap(_hidden, _cell, _sums, _timesteps, _window, _firstLoss);
    }

    // A loss enters at its own timestep.
    private void Begin(int t, ReadOnlySpan<float> local)
    {
        Span<float> row = _rows[^1].Hidden(t);
        local.CopyTo(row);
        float largest = TensorPrimitives.MaxMagnitude<float>(row);
        if (NeedsRescaling(largest))
        {
            _exponents[t] = Math.ILogB(largest);
            TensorPrimitives.Multiply(row, MathF.ScaleB(1, -_exponents[t]), row);
        }
    }

    // ∂L_τ/∂hₜ of the layer below += ∂L_τ/∂xₜ of the layer above, times the dropout mask between them.
    private void AddFromAbove(int layer, int t, int begin, int end)
    {
        ReverseRows above = _rows[layer + 1];
        ReverseRows rows = _rows[layer];
        ReadOnlySpan<float> mask = [];
        if (_pass.Network.Options.Dropout != 0)
        {
            float[] factors = new float[_pass.BatchSize * rows.HiddenSize];
            _pass.Layers[layer + 1].DropoutFactors(t, factors);
            mask = factors.AsSpan(_sequence * rows.HiddenSize, rows.HiddenSize);
        }

        _input[layer + 1]!.Multiply(
            above.From(begin),
            above.Stride,
            end - begin,
            _cells[layer + 1].FloatFactors(t),
            mask,
            rows.From(begin),
            rows.Stride,
            accumulate: true);
    }

    private void PullBack(int layer, int t, int begin, int end)
    {
        ReverseRows rows = _rows[layer];
        _recurrent[layer].Multiply(
            rows.From(begin),
            rows.Stride,
            end - begin,
            _cells[layer].FloatFactors(t),
            columnFactors: [],
            rows.BeforeFrom(begin),
            rows.Stride,
            accumulate: false);
        rows.StepBack();
    }

    private void Record(int layer, int t, int begin, int end)
    {
        ReverseRows rows = _rows[layer];
        bool hasCell = _cell[layer].Length > 0;
        Span<float> sum = _sums[layer].AsSpan(t * rows.HiddenSize, rows.HiddenSize);
        for (int loss = begin; loss < end; loss++)
        {
            int pair = ((loss - _firstLoss) * _timesteps) + t;
            int exponent = _exponents[loss];
            ReadOnlySpan<float> hidden = rows.Hidden(loss);
            double norm = Norm(hidden);
            double exact = exponent == 0 ? norm : Math.ScaleB(norm, exponent);
            _hidden[layer][pair] = exact;
            _largest[loss] = Math.Max(_largest[loss], norm);

            // A NaN is added: it belongs to the sum as well.
            if (exponent == 0)
            {
                TensorPrimitives.Add(hidden, sum, sum);
            }
            else if (!(exact < SmallestAdded))
            {
                TensorPrimitives.MultiplyAdd(hidden, MathF.ScaleB(1, exponent), sum, sum);
            }

            if (hasCell)
            {
                double cellNorm = Norm(rows.Second(loss));
                _cell[layer][pair] = exponent == 0 ? cellNorm : Math.ScaleB(cellNorm, exponent);
                _largest[loss] = Math.Max(_largest[loss], cellNorm);
            }
        }
    }

    // A row is near 1 in its largest layer: the squares of another may still be below the smallest float.
    private static double Norm(ReadOnlySpan<float> gradient)
    {
        double norm = TensorPrimitives.Norm(gradient);
        return norm < 1 / LargestUnscaled ? GradientClipping.Norm(gradient) : norm;
    }

    private void Rescale(int begin, int end)
    {
        for (int loss = begin; loss < end; loss++)
        {
            if (!NeedsRescaling(_largest[loss]))
            {
                continue;
            }

            int exponent = Math.ILogB(_largest[loss]);
            _exponents[loss] += exponent;
            float factor = MathF.ScaleB(1, -exponent);
            foreach (ReverseRows rows in _rows)
            {
                TensorPrimitives.Multiply(rows.Row(loss), factor, rows.Row(loss));
            }
        }
    }

    private static bool NeedsRescaling(double largest) =>
        (largest >= LargestUnscaled || largest < 1 / LargestUnscaled) && largest != 0 && double.IsFinite(largest);
}
