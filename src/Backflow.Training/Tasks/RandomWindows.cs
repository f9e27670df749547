using Backflow.Engine;

namespace Backflow.Training.Tasks;

/// <summary>Windows that start anywhere, each sequence by itself, for training without carried state.</summary>
/// <remarks>
/// Every start from 0 to N − T − 1 is equally likely. The starts are a function of the generator's seed and the number
/// of the window, so a resumed run reads what an uninterrupted one reads. A window costs one small object, the
/// generator of its number; the buffers are the caller's.
/// </remarks>
public sealed class RandomWindows : ITokenWindows
{
    private readonly TokenSequence _tokens;
    private readonly SplittableRandom _random;

    /// <summary>Prepares the draw.</summary>
    /// <param name="tokens">The tokens, at least T + 1; not copied.</param>
    /// <param name="batchSize">Sequences per window, B: at least 1.</param>
    /// <param name="sequenceLength">Timesteps per window, T: at least 1.</param>
    /// <param name="random">The generator of this purpose; only split, never drawn from.</param>
    /// <exception cref="ExperimentException">There are too few tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or B·T is no 32-bit number.</exception>
    public RandomWindows(ReadOnlyMemory<int> tokens, int batchSize, int sequenceLength, SplittableRandom random)
        : this(new TokenSequence(tokens), batchSize, sequenceLength, random)
    {
    }

    /// <summary>Prepares the draw.</summary>
    /// <param name="tokens">The tokens, at least T + 1; not copied.</param>
    /// <param name="batchSize">Sequences per window, B: at least 1.</param>
    /// <param name="sequenceLength">Timesteps per window, T: at least 1.</param>
    /// <param name="random">The generator of this purpose; only split, never drawn from.</param>
    /// <exception cref="ExperimentException">There are too few tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or B·T is no 32-bit number.</exception>
    public RandomWindows(TokenSequence tokens, int batchSize, int sequenceLength, SplittableRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sequenceLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequenceLength, (int.MaxValue - 1) / batchSize);
        WindowGuard.HoldsOneWindow(tokens.Length, batchSize, sequenceLength, sequenceLength + 1);
        _tokens = tokens;
        _random = random;
        BatchSize = batchSize;
        SequenceLength = sequenceLength;
    }

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public int SequenceLength { get; }

    /// <inheritdoc/>
    public long WindowsPerEpoch => Math.Max(1, (_tokens.Length - 1) / (BatchSize * SequenceLength));

    /// <summary>Always true: no window goes on where another stopped.</summary>
    /// <param name="step">The number of the window, from 0.</param>
    /// <returns>True.</returns>
    public bool ResetsState(long step) => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A buffer is not [T, B].</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public void Window(long step, Span<int> inputs, Span<int> targets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        WindowGuard.HasShape(inputs, SequenceLength, BatchSize);
        WindowGuard.HasShape(targets, SequenceLength, BatchSize);
        for (int b = 0; b < BatchSize; b++)
        {
            // Drawn by number, so that a step makes no object; the bias of the scaling is below 2⁻³³.
            ulong bits = _random.BitsAt(((ulong)step * (ulong)BatchSize) + (ulong)b);
            int start = (int)Math.BigMul(bits, (ulong)(_tokens.Length - SequenceLength), out ulong _);
            for (int t = 0; t < SequenceLength; t++)
            {
                inputs[(t * BatchSize) + b] = _tokens[start + t];
                targets[(t * BatchSize) + b] = _tokens[start + t + 1];
            }
        }
    }
}
