namespace Backflow.Training.Tasks;

/// <summary>
/// Windows for truncated backpropagation through time: B contiguous streams side by side, each window going on where
/// the one before it stopped, so that the hidden state can be carried over.
/// </summary>
/// <remarks>
/// With N tokens an epoch has W = ⌊(N − 1) / (B·T)⌋ windows. Stream b starts at token b·W·T; window w reads T inputs of
/// each stream from w·T on, and as targets the same tokens one further. Within an epoch every target comes once; the
/// N − 1 − W·B·T &lt; B·T tokens at the end are never read. Window W is window 0 again.
/// </remarks>
public sealed class StreamWindows : ITokenWindows
{
    private readonly TokenSequence _tokens;
    private readonly int _streamLength;

    /// <summary>Cuts tokens into streams.</summary>
    /// <param name="tokens">The tokens, at least B·T + 1; not copied.</param>
    /// <param name="batchSize">Streams, B: at least 1.</param>
    /// <param name="sequenceLength">Timesteps per window, T: at least 1.</param>
    /// <exception cref="ExperimentException">There are too few tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or B·T is no 32-bit number.</exception>
    public StreamWindows(ReadOnlyMemory<int> tokens, int batchSize, int sequenceLength)
        : this(new TokenSequence(tokens), batchSize, sequenceLength)
    {
    }

    /// <summary>Cuts tokens into streams.</summary>
    /// <param name="tokens">The tokens, at least B·T + 1; not copied.</param>
    /// <param name="batchSize">Streams, B: at least 1.</param>
    /// <param name="sequenceLength">Timesteps per window, T: at least 1.</param>
    /// <exception cref="ExperimentException">There are too few tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or B·T is no 32-bit number.</exception>
    public StreamWindows(TokenSequence tokens, int batchSize, int sequenceLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sequenceLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequenceLength, (int.MaxValue - 1) / batchSize);
        WindowGuard.HoldsOneWindow(tokens.Length, batchSize, sequenceLength, (batchSize * sequenceLength) + 1);
        _tokens = tokens;
        BatchSize = batchSize;
        SequenceLength = sequenceLength;
        int windows = (tokens.Length - 1) / (batchSize * sequenceLength);
        _streamLength = windows * sequenceLength;
        WindowsPerEpoch = windows;
    }

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public int SequenceLength { get; }

    /// <inheritdoc/>
    public long WindowsPerEpoch { get; }

    /// <summary>Whether a window is the first of an epoch: every stream jumps back to its start.</summary>
    /// <param name="step">The number of the window, from 0.</param>
    /// <returns>True where the carried state must be zeroed.</returns>
    public bool StartsEpoch(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return step % WindowsPerEpoch == 0;
    }

    /// <inheritdoc/>
    public bool ResetsState(long step) => StartsEpoch(step);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A buffer is not [T, B].</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public void Window(long step, Span<int> inputs, Span<int> targets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        WindowGuard.HasShape(inputs, SequenceLength, BatchSize);
        WindowGuard.HasShape(targets, SequenceLength, BatchSize);
        int start = (int)(step % WindowsPerEpoch) * SequenceLength;
        for (int b = 0; b < BatchSize; b++)
        {
            int begin = (b * _streamLength) + start;
            for (int t = 0; t < SequenceLength; t++)
            {
                inputs[(t * BatchSize) + b] = _tokens[begin + t];
                targets[(t * BatchSize) + b] = _tokens[begin + t + 1];
            }
        }
    }
}
