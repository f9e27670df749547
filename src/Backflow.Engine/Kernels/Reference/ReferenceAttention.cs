namespace Backflow.Engine.Kernels.Reference;

/// <summary>The twin of <see cref="AttentionPass"/>, from states to the loss and back, straight from
/// docs/mathematics/attention.md.</summary>
/// <param name="encoderLength">T.</param>
/// <param name="decoderLength">U.</param>
/// <param name="batchSize">B.</param>
/// <param name="hiddenSize">H.</param>
/// <param name="outputSize">O.</param>
internal sealed class ReferenceAttention(
    int encoderLength, int decoderLength, int batchSize, int hiddenSize, int outputSize)
{
    private const int DoesNotCount = -1;

    /// <summary>h, [T, B, H].</summary>
    public ReferenceParameter EncoderStates { get; } = new(encoderLength * batchSize * hiddenSize);

    /// <summary>s, [U, B, H].</summary>
    public ReferenceParameter DecoderStates { get; } = new(decoderLength * batchSize * hiddenSize);

    /// <summary>W of the combination, [H, 2H].</summary>
    public ReferenceParameter CombineWeights { get; } = new(2 * hiddenSize * hiddenSize);

    /// <summary>The bias of the combination, [H].</summary>
    public ReferenceParameter CombineBias { get; } = new(hiddenSize);

    /// <summary>The output weights, [O, H].</summary>
    public ReferenceParameter HeadWeights { get; } = new(outputSize * hiddenSize);

    /// <summary>The output bias, [O].</summary>
    public ReferenceParameter HeadBias { get; } = new(outputSize);

    /// <summary>[U, B], −1 where an output does not count.</summary>
    public int[] Targets { get; } = new int[decoderLength * batchSize];

    /// <summary>[B], 1 to T.</summary>
    public int[] Lengths { get; } = [.. Enumerable.Repeat(encoderLength, batchSize)];

    /// <summary>α, [U, B, T].</summary>
    public double[] Weights { get; } = new double[decoderLength * batchSize * encoderLength];

    /// <summary>y, [U, B, O].</summary>
    public double[] Outputs { get; } = new double[decoderLength * batchSize * outputSize];

    public double Loss { get; private set; }

    /// <summary>The loss, and all gradients where they are asked for.</summary>
    public void Run(bool withGradients)
    {
        int counted = Targets.Count(static target => target != DoesNotCount);
        Loss = 0;
        foreach (ReferenceParameter parameter in All())
        {
            parameter.Gradient.AsSpan().Clear();
        }

        for (int row = 0; row < decoderLength * batchSize; row++)
        {
            Row(row, counted, withGradients);
        }
    }

    public IEnumerable<ReferenceParameter> All() =>
        [EncoderStates, DecoderStates, CombineWeights, CombineBias, HeadWeights, HeadBias];

    // One decoder timestep of one sequence.
    private void Row(int row, int counted, bool withGradients)
    {
        int sequence = row % batchSize;
        ReadOnlySpan<double> s = DecoderStates.Values.AsSpan(row * hiddenSize, hiddenSize);
        Span<double> alpha = Weights.AsSpan(row * encoderLength, encoderLength);
        alpha.Clear();

        // e_t = s·h_t,  α = softmax(e)
        double partition = 0;
        double[] e = [.. Enumerable.Range(0, Lengths[sequence]).Select(t => Score(row, t))];
        for (int t = 0; t < e.Length; t++)
        {
            alpha[t] = ReferenceActivations.Exp(e[t] - e.Max());
            partition += alpha[t];
        }

        // c = Σ_t α_t·h_t,  x = [c; s]
        double[] x = new double[2 * hiddenSize];
        for (int t = 0; t < e.Length; t++)
        {
            alpha[t] /= partition;
            for (int j = 0; j < hiddenSize; j++)
            {
                x[j] += alpha[t] * Encoder(t, sequence)[j];
            }
        }

        s.CopyTo(x.AsSpan(hiddenSize));

        // h̃ = tanh(b + W·x),  y = b + W·h̃
        double[] combined = [.. Linear(CombineWeights, CombineBias, x).Select(ReferenceActivations.Tanh)];
        double[] y = Linear(HeadWeights, HeadBias, combined);
        y.CopyTo(Outputs, row * outputSize);
        if (Targets[row] == DoesNotCount)
        {
            return;
        }

        // L = mean of −ln softmax(y)[target],  ∂L/∂y = (softmax(y) − onehot(target)) / count
        double sum = y.Sum(value => ReferenceActivations.Exp(value - y.Max()));
        Loss += (Math.Log(sum) - (y[Targets[row]] - y.Max())) / counted;
        double[] dy =
        [
            .. y.Select((value, o) =>
                ((ReferenceActivations.Exp(value - y.Max()) / sum) - (o == Targets[row] ? 1 : 0)) / counted),
        ];
        if (withGradients)
        {
            Backward(row, x, combined, dy, alpha);
        }
    }

    private void Backward(int row, double[] x, double[] combined, double[] dy, ReadOnlySpan<double> alpha)
    {
        int sequence = row % batchSize;
        double[] dCombined = LinearBackward(HeadWeights, HeadBias, combined, dy);
        double[] dz = [.. dCombined.Select((d, j) => d * ReferenceActivations.TanhDerivative(combined[j]))];
        double[] dx = LinearBackward(CombineWeights, CombineBias, x, dz);
        ReadOnlySpan<double> dc = dx.AsSpan(0, hiddenSize);
        ReadOnlySpan<double> s = DecoderStates.Values.AsSpan(row * hiddenSize, hiddenSize);
        Span<double> ds = DecoderStates.Gradient.AsSpan(row * hiddenSize, hiddenSize);
        for (int j = 0; j < hiddenSize; j++)
        {
            ds[j] += dx[hiddenSize + j];
        }

        // ∂L/∂α_t = ∂L/∂c·h_t,  ∂L/∂e_t = α_t·(∂L/∂α_t − Σ α·∂L/∂α)
        double[] dAlpha = new double[Lengths[sequence]];
        double mean = 0;
        for (int t = 0; t < dAlpha.Length; t++)
        {
            dAlpha[t] = Dot(dc, Encoder(t, sequence));
            mean += alpha[t] * dAlpha[t];
        }

        // ∂L/∂s += Σ_t ∂L/∂e_t·h_t,  ∂L/∂h_t += α_t·∂L/∂c + ∂L/∂e_t·s
        for (int t = 0; t < dAlpha.Length; t++)
        {
            double de = alpha[t] * (dAlpha[t] - mean);
            Span<double> dh = EncoderStates.Gradient.AsSpan(((t * batchSize) + sequence) * hiddenSize, hiddenSize);
            for (int j = 0; j < hiddenSize; j++)
            {
                ds[j] += de * Encoder(t, sequence)[j];
                dh[j] += (alpha[t] * dc[j]) + (de * s[j]);
            }
        }
    }

    private static double[] Linear(ReferenceParameter weights, ReferenceParameter bias, double[] x) =>
    [
        .. bias.Values.Select((b, i) => b + Dot(weights.Values.AsSpan(i * x.Length, x.Length), x)),
    ];

    private static double[] LinearBackward(
        ReferenceParameter weights, ReferenceParameter bias, double[] x, double[] dy)
    {
        double[] dx = new double[x.Length];
        for (int i = 0; i < dy.Length; i++)
        {
            bias.Gradient[i] += dy[i];
            for (int j = 0; j < x.Length; j++)
            {
                weights.Gradient[(i * x.Length) + j] += dy[i] * x[j];
                dx[j] += dy[i] * weights.Values[(i * x.Length) + j];
            }
        }

        return dx;
    }

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    private double Score(int row, int t) =>
        Dot(DecoderStates.Values.AsSpan(row * hiddenSize, hiddenSize), Encoder(t, row % batchSize));

    private ReadOnlySpan<double> Encoder(int t, int sequence) =>
        EncoderStates.Values.AsSpan(((t * batchSize) + sequence) * hiddenSize, hiddenSize);
}
