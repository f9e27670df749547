namespace Backflow.Training.Tasks;

/// <summary>Windows that predict every token behind the first exactly once, with carried state.</summary>
/// <remarks>
/// The first token is context: it is read and never predicted. Give <see cref="TextCorpus.ValidationWithContext"/>,
/// whose first token is the last one of training, and the mean is over every validation character exactly once; give
/// <see cref="TextCorpus.Validation"/>, and its first character is left out.
/// <para>
/// The M = N − 1 targets are cut into B streams of ⌈M / B⌉; the last ones may be shorter. Each starts with zero
/// state, so B = 1 is the exact figure and a larger B has B − 1 more cold starts. What lies behind the end of a stream
/// has the target <see cref="Ignored"/> and a valid input; nothing real follows it, so the state that it leaves is not
/// used. Add the summed losses of the windows and divide by <see cref="TargetCount"/>.
/// </para>
/// </remarks>
public sealed class ValidationWindows
{
    /// <summary>The target of a timestep that has none: it adds neither to the loss nor to the count.</summary>
    public const int Ignored = -1;

    private readonly TokenSequence _tokens;
    private readonly int _streamLength;

    /// <summary>Cuts tokens into windows.</summary>
    /// <param name="tokens">The tokens, at least 2; not copied.</param>
    /// <param name="batchSize">Streams, B: at least 1.</param>
    /// <param name="sequenceLength">
    /// Timesteps per window, T: at least 1; it changes the speed and not the result.
    /// </param>
    /// <exception cref="ExperimentException">There are too few tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or B·T is no 32-bit number.</exception>
    public ValidationWindows(ReadOnlyMemory<int> tokens, int batchSize, int sequenceLength)
        : this(new TokenSequence(tokens), batchSize, sequenceLength)
    {
    }

    /// <summary>Cuts tokens into windows.</summary>
    /// <param name="tokens">The tokens, at least 2; not copied.</param>
    /// <param name="batchSize">Streams, B: at least 1.</param>
    /// <param name="sequenceLength">
    /// Timesteps per window, T: at least 1; it changes the speed and not the result.
    /// </param>
    /// <exception cref="ExperimentException">There are too few tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or B·T is no 32-bit number.</exception>
    public ValidationWindows(TokenSequence tokens, int batchSize, int sequenceLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sequenceLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequenceLength, (int.MaxValue - 1) / batchSize);
        if (tokens.Length < 2)
        {
            throw new ExperimentException(
                $"The validation part is too short: {tokens.Length} characters, but 2 are needed to predict one.",
                "Use a longer text, or a smaller training fraction.");
        }

        _tokens = tokens;
        BatchSize = batchSize;
        SequenceLength = sequenceLength;
        _streamLength = DivideUp(tokens.Length - 1, batchSize);
        Count = DivideUp(_streamLength, sequenceLength);
    }

    /// <summary>Streams read together, B.</summary>
    public int BatchSize { get; }

    /// <summary>Timesteps per window, T.</summary>
    public int SequenceLength { get; }

    /// <summary>The number of windows. Zero the state before window 0, carry it to the others in order.</summary>
    public int Count { get; }

    /// <summary>The number of targets in all windows: one less than the tokens.</summary>
    public int TargetCount => _tokens.Length - 1;

    /// <summary>Writes one window.</summary>
    /// <param name="index">The number of the window, from 0 to <see cref="Count"/> − 1.</param>
    /// <param name="inputs">[T, B], index t·B + b. Overwritten.</param>
    /// <param name="targets">[T, B]. Overwritten with the token after each input, or <see cref="Ignored"/>.</param>
    /// <returns>How many of the targets are not ignored.</returns>
    /// <exception cref="ArgumentException">A buffer is not [T, B].</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such window.</exception>
    public int Window(int index, Span<int> inputs, Span<int> targets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        WindowGuard.HasShape(inputs, SequenceLength, BatchSize);
        WindowGuard.HasShape(targets, SequenceLength, BatchSize);
        int count = 0;
        for (int b = 0; b < BatchSize; b++)
        {
            long streamStart = (long)b * _streamLength;
            long streamEnd = Math.Min(streamStart + _streamLength, TargetCount);
            for (int t = 0; t < SequenceLength; t++)
            {
                long position = streamStart + ((long)index * SequenceLength) + t;
                bool isReal = position < streamEnd;
                inputs[(t * BatchSize) + b] = isReal ? _tokens[(int)position] : 0;
                targets[(t * BatchSize) + b] = isReal ? _tokens[(int)position + 1] : Ignored;
                count += isReal ? 1 : 0;
            }
        }

        return count;
    }

    private static int DivideUp(int dividend, int divisor) => (int)(((long)dividend + divisor - 1) / divisor);
}
