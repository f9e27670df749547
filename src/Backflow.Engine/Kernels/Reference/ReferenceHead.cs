namespace Backflow.Engine.Kernels.Reference;

/// <summary>The twin of <see cref="LinearHead"/>: y = b + W·h, and the two losses with their gradients.</summary>
internal sealed class ReferenceHead
{
    private const int DoesNotCount = -1;

    private readonly ReferenceDirections _top;
    private readonly int _firstTimestep;
    private readonly bool _mirrors;

    public ReferenceHead(ReferenceDirections top, int outputSize, HeadPosition position)
    {
        _top = top;
        OutputSize = outputSize;
        _mirrors = position == HeadPosition.EveryTimestep;
        _firstTimestep = position == HeadPosition.EveryTimestep ? 0 : top.Shape.SequenceLength - 1;
        Rows = (top.Shape.SequenceLength - _firstTimestep) * top.Shape.BatchSize;
        Weights = new ReferenceParameter(outputSize * top.Size);
        Bias = new ReferenceParameter(outputSize);
        Outputs = new double[Rows * outputSize];
        DOutputs = new double[Rows * outputSize];
        Targets = new int[Rows];
        Targets.AsSpan().Fill(DoesNotCount);
        LossTerms = new double[Rows];
    }

    public int OutputSize { get; }

    /// <summary>T′·B.</summary>
    public int Rows { get; }

    /// <summary>W, [O, H].</summary>
    public ReferenceParameter Weights { get; }

    /// <summary>b, [O].</summary>
    public ReferenceParameter Bias { get; }

    /// <summary>y, [T′, B, O].</summary>
    public double[] Outputs { get; }

    /// <summary>∂L/∂y, [T′, B, O].</summary>
    public double[] DOutputs { get; }

    /// <summary>[T′, B], −1 where an output does not count.</summary>
    public int[] Targets { get; }

    /// <summary>[T′, B, O] for mean squared error, null for cross-entropy.</summary>
    public double[]? TargetValues { get; set; }

    /// <summary>What each output row adds to the loss, [T′·B].</summary>
    public double[] LossTerms { get; }

    public void Forward()
    {
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<double> h = HiddenOf(row);
            for (int o = 0; o < OutputSize; o++)
            {
                // y[o] = b[o] + Σⱼ W[o, j]·h[j]
                double sum = Bias.Values[o];
                for (int j = 0; j < h.Length; j++)
                {
                    sum += Weights.Values[(o * h.Length) + j] * h[j];
                }

                Outputs[(row * OutputSize) + o] = sum;
            }
        }

        LossTerms.AsSpan().Clear();
        if (TargetValues is not null)
        {
            SquaredError(TargetValues);
        }
        else
        {
            CrossEntropy();
        }
    }

    /// <summary>Adds to ∂L/∂h of the top layer and to ∂L/∂W, ∂L/∂b.</summary>
    public void Backward()
    {
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<double> h = HiddenOf(row);
            double[] dh = new double[h.Length];
            for (int o = 0; o < OutputSize; o++)
            {
                double dy = DOutputs[(row * OutputSize) + o];
                Bias.Gradient[o] += dy;
                for (int j = 0; j < h.Length; j++)
                {
                    Weights.Gradient[(o * h.Length) + j] += dy * h[j];
                    dh[j] += dy * Weights.Values[(o * h.Length) + j];
                }
            }

            _top.AddGradient(
                _firstTimestep + (row / _top.Shape.BatchSize), row % _top.Shape.BatchSize, _mirrors, dh);
        }
    }

    private ReadOnlySpan<double> HiddenOf(int row) =>
        _top.Hidden(_firstTimestep + (row / _top.Shape.BatchSize), row % _top.Shape.BatchSize, _mirrors);

    // L = mean of −ln softmax(y)[target],  ∂L/∂y = (softmax(y) − onehot(target)) / count
    private void CrossEntropy()
    {
        int counted = Targets.Count(static target => target != DoesNotCount);
        DOutputs.AsSpan().Clear();
        for (int row = 0; row < Rows; row++)
        {
            int target = Targets[row];
            if (target == DoesNotCount)
            {
                continue;
            }

            ReadOnlySpan<double> y = Outputs.AsSpan(row * OutputSize, OutputSize);
            Span<double> dy = DOutputs.AsSpan(row * OutputSize, OutputSize);
            double maximum = double.NegativeInfinity;
            foreach (double value in y)
            {
                maximum = Math.Max(maximum, value);
            }

            double partition = 0;
            foreach (double value in y)
            {
                partition += ReferenceActivations.Exp(value - maximum);
            }

            for (int o = 0; o < y.Length; o++)
            {
                dy[o] = ((ReferenceActivations.Exp(y[o] - maximum) / partition) - (o == target ? 1 : 0)) / counted;
            }

            LossTerms[row] = (Math.Log(partition) - (y[target] - maximum)) / counted;
        }
    }

    // L = Σ(y − target)² / count,  ∂L/∂y = 2(y − target) / count
    private void SquaredError(double[] targetValues)
    {
        for (int i = 0; i < Outputs.Length; i++)
        {
            double difference = Outputs[i] - targetValues[i];
            LossTerms[i / OutputSize] += difference * difference / Outputs.Length;
            DOutputs[i] = 2 * difference / Outputs.Length;
        }
    }
}
