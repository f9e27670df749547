using System.Numerics.Tensors;

namespace Backflow.Engine;

/// <summary>
/// One sequence through one layer with k directions beside it: its Lyapunov exponents and their gradients.
/// </summary>
/// <remarks>
/// Forward: the states, and Jₜ·Q = Q′·R′ by the tangents of each timestep, never by Jₜ in full; λᵢ is the mean of ln
/// R′ᵢᵢ. Backward: exact, through the QR decompositions and through the states. Derived in
/// docs/mathematics/flossing.md. In double. Memory O(T·k·N·H), time O(T·k·G·H²).
/// </remarks>
internal sealed class FlossedSequence
{
    private readonly FlossedCell _cell;
    private readonly int _timesteps;
    private readonly int _units;
    private readonly int _inputSize;
    private readonly int _count;
    private readonly double[][] _states;
    private readonly double[][] _z;
    private readonly double[][] _slopes;
    private readonly double[][] _directions;
    private readonly double[][] _tangents;
    private readonly double[][] _upper;

    public FlossedSequence(FlossedCell cell, int timesteps, int units, int inputSize, int count)
    {
        (_cell, _timesteps, _units, _inputSize, _count) = (cell, timesteps, units, inputSize, count);
        double[][] Rows(int rows, int length) => [.. Enumerable.Range(0, rows).Select(_ => new double[length])];
        _states = Rows(timesteps + 1, cell.States * units);
        _directions = Rows(timesteps + 1, count * cell.States * units);
        _z = Rows(timesteps, cell.Inputs * units);
        _slopes = Rows(timesteps, cell.States * cell.Inputs * units);
        _tangents = Rows(timesteps, count * cell.Inputs * units);
        _upper = Rows(timesteps, count * count);
        Weights = new LayerWeights(cell.Gates * units, inputSize, units);
        Gradients = new LayerWeights(cell.Gates * units, inputSize, units);
        Input = new double[timesteps * inputSize];
        Exponents = new double[count];
    }

    /// <summary>What the layer computes with.</summary>
    public LayerWeights Weights { get; }

    /// <summary>Where <see cref="AddGradient"/> adds.</summary>
    public LayerWeights Gradients { get; }

    /// <summary>x, [T, I].</summary>
    public double[] Input { get; }

    /// <summary>(h, c) before the first timestep, [S].</summary>
    public Span<double> InitialState => _states[0];

    /// <summary>Q before the first timestep: orthonormal, [k, S].</summary>
    public Span<double> InitialDirections => _directions[0];

    /// <summary>λ of the last <see cref="Measure"/>, [k], nats per timestep, in the order of the directions.</summary>
    public double[] Exponents { get; }

    private int StateSize => _cell.States * _units;

    /// <summary>Follows the sequence and its directions.</summary>
    /// <returns>The mean of λᵢ²; NaN where a direction is lost, so that an exponent is −∞.</returns>
    public double Measure()
    {
        Array.Clear(Exponents);
        for (int t = 0; t < _timesteps; t++)
        {
            Step(t);
            for (int d = 0; d < _count; d++)
            {
                Push(t, d);
            }

            if (!ThinQr.Factor(_directions[t + 1], _upper[t], _count))
            {
                return double.NaN;
            }

            for (int i = 0; i < _count; i++)
            {
                Exponents[i] += Math.Log(_upper[t][i * (_count + 1)]) / _timesteps;
            }
        }

        return TensorPrimitives.SumOfSquares<double>(Exponents) / _count;
    }

    /// <summary>
    /// Adds strength·∂(mean of λᵢ²)/∂(W, R, both biases) after a <see cref="Measure"/> that lost nothing.
    /// </summary>
    public void AddGradient(double strength)
    {
        int s = StateSize;
        double[] dDirections = new double[_count * s];
        double[] dState = new double[s];
        double[] mirrored = new double[_count * _count];

        // R′ᵢᵢ·∂/∂R′ᵢᵢ of the mean of λᵢ² is the same at every timestep: 2·λᵢ/(k·T).
        double[] diagonal = [.. Exponents.Select(exponent => 2 * strength * exponent / (_count * _timesteps))];
        double[] dTangents = new double[_count * _cell.Inputs * _units];
        double[] dz = new double[_cell.Inputs * _units];
        for (int t = _timesteps - 1; t >= 0; t--)
        {
            ThinQr.Backward(_directions[t + 1], _upper[t], diagonal, dDirections, mirrored);
            PullUnits(t, dDirections, dState, dTangents, dz);
            PullSums(t, dTangents, dz, dDirections, dState);
        }
    }

    // z, the new state and its slopes.
    private void Step(int t)
    {
        double[] z = _z[t];
        Array.Clear(z);
        ReadOnlySpan<double> x = Input.AsSpan(t * _inputSize, _inputSize);
        ReadOnlySpan<double> h = _states[t].AsSpan(0, _units);
        for (int row = 0; row < _cell.Gates * _units; row++)
        {
            (int gate, int unit) = Math.DivRem(row, _units);
            z[row] += TensorPrimitives.Dot(Weights.RecurrentRow(row), h) + Weights.RecurrentBias[row];
            z[(_cell.InputSide(gate) * _units) + unit] +=
                TensorPrimitives.Dot(Weights.InputRow(row), x) + Weights.InputBias[row];
        }

        if (_cell.KeptState >= 0)
        {
            _states[t].AsSpan(_cell.KeptState * _units, _units).CopyTo(z.AsSpan((_cell.Inputs - 1) * _units));
        }

        Span<double> inputs = stackalloc double[_cell.Inputs];
        Span<double> values = stackalloc double[_cell.States];
        Span<double> slopes = stackalloc double[_cell.States * _cell.Inputs];
        for (int unit = 0; unit < _units; unit++)
        {
            Gather(z, unit, inputs);
            _cell.Evaluate(inputs, values, slopes);
            Scatter(values, unit, _states[t + 1]);
            Scatter(slopes, unit, _slopes[t]);
        }
    }

    // One direction q: its tangents ż, and Jₜ·q.
    private void Push(int t, int direction)
    {
        Span<double> q = _directions[t].AsSpan(direction * StateSize, StateSize);
        Span<double> tangent = Tangent(_tangents[t], direction);
        for (int row = 0; row < _cell.Gates * _units; row++)
        {
            tangent[row] = TensorPrimitives.Dot(Weights.RecurrentRow(row), q[.._units]);
        }

        if (_cell.KeptState >= 0)
        {
            q.Slice(_cell.KeptState * _units, _units).CopyTo(tangent[((_cell.Inputs - 1) * _units)..]);
        }

        Span<double> image = _directions[t + 1].AsSpan(direction * StateSize, StateSize);
        image.Clear();
        for (int n = 0; n < _cell.States * _cell.Inputs; n++)
        {
            (int state, int input) = Math.DivRem(n, _cell.Inputs);
            Span<double> target = image.Slice(state * _units, _units);
            TensorPrimitives.MultiplyAdd(Part(_slopes[t], n), Part(tangent, input), target, target);
        }
    }

    // From ∂L/∂(Jₜ·q) and ∂L/∂(new state) to ∂L/∂ż and ∂L/∂z, unit by unit.
    private void PullUnits(int t, double[] dImages, double[] dState, double[] dTangents, double[] dz)
    {
        Array.Clear(dTangents);
        Array.Clear(dz);
        double[] bends = new double[_cell.States * _cell.Inputs * _units];
        for (int n = 0; n < _cell.States * _cell.Inputs; n++)
        {
            (int state, int input) = Math.DivRem(n, _cell.Inputs);
            ReadOnlySpan<double> slope = Part(_slopes[t], n);
            TensorPrimitives.MultiplyAdd(slope, Part(dState, state), Part(dz, input), Part(dz, input));
            for (int d = 0; d < _count; d++)
            {
                ReadOnlySpan<double> dImage = Part(dImages.AsSpan(d * StateSize, StateSize), state);
                Span<double> dTangent = Part(Tangent(dTangents, d), input);
                TensorPrimitives.MultiplyAdd(slope, dImage, dTangent, dTangent);
                TensorPrimitives.MultiplyAdd(
                    Part(Tangent(_tangents[t], d), input), dImage, Part(bends, n), Part(bends, n));
            }
        }

        // The slopes depend on z: ∂L/∂z += Σ over states of ∂²state/∂z²·(Σ over directions of ∂L/∂(Jₜ·q)·ż).
        Span<double> z = stackalloc double[_cell.Inputs];
        Span<double> bend = stackalloc double[_cell.States * _cell.Inputs];
        Span<double> sum = stackalloc double[_cell.Inputs];
        for (int unit = 0; unit < _units; unit++)
        {
            Gather(_z[t], unit, z);
            Gather(bends, unit, bend);
            Gather(dz, unit, sum);
            _cell.AddCurvature(z, bend, sum);
            Scatter(sum, unit, dz);
        }
    }

    // From ∂L/∂ż and ∂L/∂z to the weights, to Q and to the state before.
    private void PullSums(int t, double[] dTangents, double[] dz, double[] dDirections, double[] dState)
    {
        Array.Clear(dDirections);
        Array.Clear(dState);
        if (_cell.KeptState >= 0)
        {
            Part(dz, _cell.Inputs - 1).CopyTo(Part(dState, _cell.KeptState));
            for (int d = 0; d < _count; d++)
            {
                Part(Tangent(dTangents, d), _cell.Inputs - 1)
                    .CopyTo(Part(dDirections.AsSpan(d * StateSize, StateSize), _cell.KeptState));
            }
        }

        ReadOnlySpan<double> x = Input.AsSpan(t * _inputSize, _inputSize);
        ReadOnlySpan<double> h = _states[t].AsSpan(0, _units);
        for (int row = 0; row < _cell.Gates * _units; row++)
        {
            (int gate, int unit) = Math.DivRem(row, _units);
            ReadOnlySpan<double> r = Weights.RecurrentRow(row);
            Span<double> dr = Gradients.RecurrentRow(row);
            TensorPrimitives.MultiplyAdd(h, dz[row], dr, dr);
            Span<double> dh = dState.AsSpan(0, _units);
            TensorPrimitives.MultiplyAdd(r, dz[row], dh, dh);
            Gradients.RecurrentBias[row] += dz[row];
            double dInput = dz[(_cell.InputSide(gate) * _units) + unit];
            TensorPrimitives.MultiplyAdd(x, dInput, Gradients.InputRow(row), Gradients.InputRow(row));
            Gradients.InputBias[row] += dInput;
            for (int d = 0; d < _count; d++)
            {
                double dy = Tangent(dTangents, d)[row];
                TensorPrimitives.MultiplyAdd(_directions[t].AsSpan(d * StateSize, _units), dy, dr, dr);
                Span<double> dq = dDirections.AsSpan(d * StateSize, _units);
                TensorPrimitives.MultiplyAdd(r, dy, dq, dq);
            }
        }
    }

    private Span<double> Tangent(double[] tangents, int direction) =>
        tangents.AsSpan(direction * _cell.Inputs * _units, _cell.Inputs * _units);

    // Row n of [n, H].
    private Span<double> Part(Span<double> rows, int n) => rows.Slice(n * _units, _units);

    private void Gather(double[] rows, int unit, Span<double> values)
    {
        for (int n = 0; n < values.Length; n++)
        {
            values[n] = rows[(n * _units) + unit];
        }
    }

    private void Scatter(ReadOnlySpan<double> values, int unit, double[] rows)
    {
        for (int n = 0; n < values.Length; n++)
        {
            rows[(n * _units) + unit] = values[n];
        }
    }
}
