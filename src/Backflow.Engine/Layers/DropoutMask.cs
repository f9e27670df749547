namespace Backflow.Engine;

/// <summary>Which units a training step drops between two layers.</summary>
/// <remarks>
/// Inverted dropout (Srivastava et al. 2014, section 10): a kept unit is scaled by 1/(1 − p) while training, so that
/// evaluation needs no change. The mask is a function of seed, step, layer and element, never of a generator's state:
/// any thread can compute any part of it, and a resumed run repeats it.
/// </remarks>
internal readonly struct DropoutMask : IEquatable<DropoutMask>
{
    private readonly ulong _key;
    private readonly ulong _threshold;

    /// <summary>The mask of one step above one layer.</summary>
    /// <param name="key">Random bits for (run, step, layer).</param>
    /// <param name="probability">Probability of dropping a unit, p in [0, 1).</param>
    public DropoutMask(ulong key, double probability)
    {
        _key = key;
        _threshold = (ulong)(probability * (1UL << 53));
        Scale = (float)(1 / (1 - probability));
    }

    /// <summary>1/(1 − p): what a kept unit is multiplied by.</summary>
    public float Scale { get; }

    /// <summary>Compares two masks.</summary>
    public static bool operator ==(DropoutMask left, DropoutMask right) => left.Equals(right);

    /// <summary>Compares two masks.</summary>
    public static bool operator !=(DropoutMask left, DropoutMask right) => !left.Equals(right);

    /// <summary>The factor of one element.</summary>
    /// <param name="index">Its number in [T, B, H] with H padded.</param>
    /// <returns>0 or <see cref="Scale"/>.</returns>
    public float this[long index] => (SplittableRandom.Hash(_key, (ulong)index) >> 11) < _threshold ? 0 : Scale;

    /// <inheritdoc/>
    public bool Equals(DropoutMask other) => _key == other._key && _threshold == other._threshold;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DropoutMask other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_key, _threshold);
}
