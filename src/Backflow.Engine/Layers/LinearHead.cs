using Backflow.Engine.Kernels;

namespace Backflow.Engine;

/// <summary>The linear layer above the recurrent stack, y = b + h·Wᵀ, with its targets and its loss.</summary>
/// <remarks>
/// Either <see cref="Targets"/> (softmax cross-entropy) or <see cref="SetTargetValues"/> (mean squared error) says what
/// is wanted. The loss is the mean over all targets that count, and its gradient replaces the outputs.
/// </remarks>
public sealed unsafe class LinearHead
{
    /// <summary>The target of an output that does not count.</summary>
    private const int Ignored = -1;

    private readonly RecurrentNetwork _network;
    private readonly HeadStates _top;
    private readonly PanelLayout _storage;
    private readonly AlignedBuffer _outputs;
    private readonly AlignedBuffer _transposed;
    private readonly double[] _rowLosses;
    private readonly int[] _targets;
    private readonly int _firstTimestep;
    private float[]? _targetValues;
    private int _counted;

    internal LinearHead(RecurrentNetwork network, HeadStates top)
    {
        _network = network;
        _top = top;
        _storage = network.HeadWeights!.Storage;
        OutputSize = _storage.Units;
        Stride = _storage.PaddedUnits;
        _firstTimestep = network.Options.HeadPosition == HeadPosition.EveryTimestep ? 0 : top.SequenceLength - 1;
        Timesteps = top.SequenceLength - _firstTimestep;
        _outputs = new AlignedBuffer(Timesteps * top.BatchSize * Stride);
        _transposed = new AlignedBuffer(Stride * top.Stride);
        _rowLosses = new double[Timesteps * top.BatchSize];
        _targets = new int[Timesteps * top.BatchSize];
        _targets.AsSpan().Fill(Ignored);
    }

    /// <summary>Timesteps with an output, T′: T, or 1 for a head on the last timestep alone.</summary>
    public int Timesteps { get; }

    /// <summary>Outputs, O.</summary>
    public int OutputSize { get; }

    /// <summary>The wanted classes, [T′, B], each in [0, O) or −1 where the output does not count.</summary>
    public Span<int> Targets => _targets;

    /// <summary>The real values that are wanted, [T′, B, O]; empty where classes are.</summary>
    public ReadOnlySpan<float> TargetValues => _targetValues;

    /// <summary>
    /// Whether no output counts, whatever the targets are: loss and ∂L/∂y are 0, so that a backward pass carries what
    /// was asked of the final states alone.
    /// </summary>
    public bool IgnoresTargets { get; set; }

    /// <summary>Mean loss over the targets that count: nats, or mean squared error; 0 where none counts.</summary>
    public double Loss { get; private set; }

    /// <summary>Targets that took part in <see cref="Loss"/>.</summary>
    public int CountedTargets => _counted;

    private int Stride { get; }

    private int Rows => Timesteps * _top.BatchSize;

    internal int Panels => _storage.Panels;

    /// <summary>Sets real-valued targets, and mean squared error as the loss.</summary>
    /// <param name="values">[T′, B, O].</param>
    public void SetTargetValues(ReadOnlySpan<float> values)
    {
        ShapeGuard.HasShape(
            values.Length, Timesteps, _top.BatchSize, OutputSize, nameof(values), "[T′, B, O]");
        _targetValues ??= new float[values.Length];
        values.CopyTo(_targetValues);
    }

    /// <summary>
    /// Reads the outputs of one timestep; after a forward pass with targets they hold ∂L/∂y instead.
    /// </summary>
    /// <param name="timestep">The timestep, in [0, T′).</param>
    /// <param name="values">[B, O], overwritten.</param>
    public void GetOutputs(int timestep, Span<float> values)
    {
        int batch = _top.BatchSize;
        ShapeGuard.HasShape(values.Length, 1, batch, OutputSize, nameof(values), "[1, B, O]");
        PaddedRows.Export(_outputs.Span.Slice(timestep * batch * Stride, batch * Stride), Stride, OutputSize, values);
    }

    /// <summary>The cross-entropy of one output, in nats; 0 where its target does not count.</summary>
    /// <param name="timestep">The timestep, in [0, T′).</param>
    /// <param name="row">The sequence, in [0, B).</param>
    /// <returns>−ln softmax[target], or the sum of squared errors.</returns>
    public double RowLoss(int timestep, int row) => _rowLosses[(timestep * _top.BatchSize) + row];

    internal void PrepareForward()
    {
        _counted = _targetValues is not null && !IgnoresTargets ? _targetValues.Length : 0;
        if (_targetValues is null && !IgnoresTargets)
        {
            for (int i = 0; i < _targets.Length; i++)
            {
                if (_targets[i] < Ignored || _targets[i] >= OutputSize)
                {
                    throw new InvalidOperationException(
                        $"Targets[{i}] is {_targets[i]}; expected a class in [0, {OutputSize}), or −1 for none.");
                }

                _counted += _targets[i] == Ignored ? 0 : 1;
            }
        }
    }

    internal void PrepareBackward()
    {
        if (_counted == 0 && !IgnoresTargets)
        {
            throw new InvalidOperationException("Backward needs a forward pass with at least one target that counts.");
        }

        _network.Kernels.Rows.PackTransposed(
            _network.Parameters.Pointer + _network.HeadWeights!.Offset, _storage, _transposed.Pointer);
    }

    internal void Forward(int rowBegin, int rowEnd)
    {
        _top.Join(rowBegin, rowEnd);
        RowBlocks(rowBegin, rowEnd, Timesteps, out int blocks, out int rows);
        for (int t = 0; t < blocks; t++)
        {
            int first = (t * _top.BatchSize) + rowBegin;
            float* h = _top.States + ((((nint)(_firstTimestep + t) * _top.BatchSize) + rowBegin) * _top.Stride);
            float* y = _outputs.Pointer + ((nint)first * Stride);
            _network.Kernels.Rows.Linear(
                h,
                _top.Stride,
                rows,
                _network.Parameters.Pointer + _network.HeadWeights!.Offset,
                _storage,
                _network.Parameters.Pointer + _network.HeadBias!.Offset,
                y,
                Stride);
            if (IgnoresTargets)
            {
                new Span<float>(y, rows * Stride).Clear();
            }
            else if (_counted > 0)
            {
                LossOfRows(first, first + rows);
            }
        }
    }

    // In order, on one thread: the sum must not depend on how rows were shared out.
    internal void SumLoss()
    {
        double sum = 0;
        foreach (double loss in _rowLosses)
        {
            sum += loss;
        }

        Loss = _counted > 0 ? sum / _counted : 0;
    }

    internal void Backward(int rowBegin, int rowEnd)
    {
        for (int t = 0; t < _firstTimestep; t++)
        {
            new Span<float>(LocalGradient(t, rowBegin), (rowEnd - rowBegin) * _top.Stride).Clear();
        }

        RowBlocks(rowBegin, rowEnd, Timesteps, out int blocks, out int rows);
        for (int t = 0; t < blocks; t++)
        {
            float* dy = _outputs.Pointer + ((((nint)t * _top.BatchSize) + rowBegin) * Stride);
            _network.Kernels.Rows.LinearBackward(
                dy,
                Stride,
                rows,
                _transposed.Pointer,
                LocalGradient(_firstTimestep + t, rowBegin),
                _top.Stride);
        }

        _top.Part(rowBegin, rowEnd);
    }

    /// <summary>The top layer's part of what the head asks of both directions.</summary>
    internal void ReadLocalGradient(LayerBuffers of, int t, Span<float> gradient) => _top.ReadPart(of, t, gradient);

    internal void WeightGradients(int panelBegin, int panelEnd, PackedRows packed)
    {
        _network.Kernels.Rows.LinearWeightGradients(
            _top.States + ((nint)_firstTimestep * _top.BatchSize * _top.Stride),
            _top.Stride,
            _outputs.Pointer,
            Stride,
            Rows,
            _storage,
            panelBegin,
            panelEnd,
            _network.Gradients.Pointer + _network.HeadWeights!.Offset,
            _network.Gradients.Pointer + _network.HeadBias!.Offset,
            packed);
    }

    // Rows of a whole batch lie together over all timesteps: one product. A part of the batch is cut by timestep.
    private void RowBlocks(int rowBegin, int rowEnd, int timesteps, out int blocks, out int rows)
    {
        bool isWholeBatch = rowEnd - rowBegin == _top.BatchSize;
        blocks = isWholeBatch ? 1 : timesteps;
        rows = isWholeBatch ? timesteps * _top.BatchSize : rowEnd - rowBegin;
    }

    private float* LocalGradient(int timestep, int row) =>
        _top.Gradients + ((((nint)timestep * _top.BatchSize) + row) * _top.Stride);

    private void LossOfRows(int begin, int end)
    {
        for (int row = begin; row < end; row++)
        {
            float* y = _outputs.Pointer + ((nint)row * Stride);
            if (_targetValues is not null)
            {
                _rowLosses[row] = SquaredError(y, _targetValues.AsSpan(row * OutputSize, OutputSize));
            }
            else if (_targets[row] != Ignored)
            {
                _rowLosses[row] = _network.Kernels.Rows.SoftmaxCrossEntropy(
                    y, OutputSize, Stride, _targets[row], 1f / _counted);
            }
            else
            {
                _rowLosses[row] = 0;
                new Span<float>(y, Stride).Clear();
            }
        }
    }

    // L = Σ(y − target)² / count,  ∂L/∂y = 2(y − target) / count
    private double SquaredError(float* y, ReadOnlySpan<float> target)
    {
        double sum = 0;
        for (int i = 0; i < target.Length; i++)
        {
            double difference = (double)y[i] - target[i];
            sum += difference * difference;
            y[i] = (float)(2 * difference / _counted);
        }

        return sum;
    }
}
