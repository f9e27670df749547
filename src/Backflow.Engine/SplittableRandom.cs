namespace Backflow.Engine;

/// <summary>
/// The one generator of the project: SplitMix64, split by label, so that every draw is a function of the run's seed
/// and of what it is drawn for.
/// </summary>
/// <remarks>
/// Steele, Lea &amp; Flood 2014, "Fast splittable pseudorandom number generators", section 4 (SplitMix64 and its
/// finalizer). <see cref="Split(ulong)"/> derives the child from the seed and the label alone, never from how many
/// numbers the parent has drawn: step 1,000 of a resumed run therefore sees the batch and the dropout mask that an
/// uninterrupted run sees, and no generator state has to be kept in a checkpoint.
/// </remarks>
public sealed class SplittableRandom
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private readonly ulong _seed;
    private ulong _state;

    /// <summary>Creates the root generator of a run.</summary>
    /// <param name="seed">The run's seed: any value.</param>
    public SplittableRandom(ulong seed)
    {
        _seed = seed;
        _state = seed;
    }

    /// <summary>The generator for one numbered purpose, such as a step or a layer.</summary>
    /// <param name="label">The number of the purpose.</param>
    /// <returns>A generator independent of this one and of every sibling.</returns>
    public SplittableRandom Split(ulong label) => new(Mix(Mix(_seed + GoldenGamma) ^ Mix(label + 0x5851F42D4C957F2D)));

    /// <summary>The generator for one named purpose, such as "dropout".</summary>
    /// <param name="purpose">The name; its UTF-16 code units are hashed by FNV-1a.</param>
    /// <returns>A generator independent of this one and of every sibling.</returns>
    public SplittableRandom Split(string purpose)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char character in purpose)
        {
            hash = (hash ^ character) * 0x100000001B3;
        }

        return Split(hash);
    }

    /// <summary>Sixty-four random bits.</summary>
    /// <returns>Any value with equal probability.</returns>
    public ulong NextUInt64()
    {
        _state += GoldenGamma;
        return Mix(_state);
    }

    /// <summary>A number from the half-open unit interval, on a grid of 2⁻⁵³.</summary>
    /// <returns>A value in [0, 1).</returns>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from an interval.</summary>
    /// <param name="minimum">The lower end, included.</param>
    /// <param name="maximum">The upper end.</param>
    /// <returns>A value between both.</returns>
    public double NextUniform(double minimum, double maximum) => minimum + ((maximum - minimum) * NextDouble());

    /// <summary>A whole number below a bound, without the bias of a remainder.</summary>
    /// <param name="exclusiveMaximum">The bound, at least 1.</param>
    /// <returns>A value in [0, <paramref name="exclusiveMaximum"/>).</returns>
    /// <remarks>Lemire 2019, "Fast random integer generation in an interval", algorithm 5.</remarks>
    public int NextInt32(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMaximum);
        ulong range = (ulong)exclusiveMaximum;
        ulong high = Math.BigMul(NextUInt64(), range, out ulong low);
        if (low < range)
        {
            ulong threshold = (0 - range) % range;
            while (low < threshold)
            {
                high = Math.BigMul(NextUInt64(), range, out low);
            }
        }

        return (int)high;
    }

    /// <summary>A number from the standard normal distribution.</summary>
    /// <returns>A value with mean 0 and variance 1.</returns>
    /// <remarks>
    /// Box &amp; Muller 1958; the second value of the pair is discarded so that one call is one draw.
    /// </remarks>
    public double NextGaussian()
    {
        // 1 − u lies in (0, 1]: the logarithm stays finite.
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>Puts a sequence into random order.</summary>
    /// <typeparam name="T">The type of an element.</typeparam>
    /// <param name="values">The sequence, shuffled in place (Fisher and Yates).</param>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    /// <summary>
    /// The bits of a numbered draw, whatever has been drawn before: for draws per step without a new object.
    /// </summary>
    /// <param name="number">The number of the draw.</param>
    /// <returns>Any value with equal probability.</returns>
    public ulong BitsAt(ulong number) => Hash(_seed, number);

    /// <summary>The bits that belong to a number under a key, without any state.</summary>
    internal static ulong Hash(ulong key, ulong number) => Mix(key + ((number + 1) * GoldenGamma));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
