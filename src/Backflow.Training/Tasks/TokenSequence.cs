namespace Backflow.Training.Tasks;

/// <summary>Tokens in as few bytes as their vocabulary allows: one, two or four each.</summary>
/// <remarks>Most texts have fewer than 256 different characters; their tokens take a byte a character.</remarks>
public sealed class TokenSequence
{
    // One of the three.
    private readonly byte[]? _bytes;
    private readonly ushort[]? _shorts;
    private readonly ReadOnlyMemory<int> _integers;

    private readonly int _begin;

    /// <summary>Takes tokens as they are.</summary>
    /// <param name="tokens">The tokens; not copied.</param>
    public TokenSequence(ReadOnlyMemory<int> tokens) => (_integers, Length) = (tokens, tokens.Length);

    /// <summary>Tokens that are still to be written.</summary>
    /// <param name="length">Their number.</param>
    /// <param name="vocabularySize">All are below it.</param>
    internal TokenSequence(int length, int vocabularySize)
    {
        Length = length;
        _bytes = vocabularySize <= byte.MaxValue + 1 ? new byte[length] : null;
        _shorts = _bytes is null && vocabularySize <= ushort.MaxValue + 1 ? new ushort[length] : null;
        _integers = _bytes is null && _shorts is null ? new int[length] : default;
    }

    private TokenSequence(TokenSequence whole, int begin, int length)
    {
        (_bytes, _shorts, _integers) = (whole._bytes, whole._shorts, whole._integers);
        (_begin, Length) = (whole._begin + begin, length);
    }

    /// <summary>The number of tokens.</summary>
    public int Length { get; }

    /// <summary>One token.</summary>
    /// <param name="index">Its place, from 0 to <see cref="Length"/> − 1.</param>
    public int this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Length);
            int place = _begin + index;
            return _bytes is not null ? _bytes[place] : _shorts is not null ? _shorts[place] : _integers.Span[place];
        }
    }

    /// <summary>A part of the tokens; not copied.</summary>
    /// <param name="start">The first of them.</param>
    /// <param name="length">Their number.</param>
    /// <returns>The part.</returns>
    public TokenSequence Slice(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - length);
        return new TokenSequence(this, start, length);
    }

    /// <summary>Copies the tokens from a place on.</summary>
    /// <param name="start">The first of them.</param>
    /// <param name="tokens">Overwritten; its length is the number of tokens.</param>
    public void CopyTo(int start, Span<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - tokens.Length);
        int begin = _begin + start;
        if (_bytes is null && _shorts is null)
        {
            _integers.Span.Slice(begin, tokens.Length).CopyTo(tokens);
            return;
        }

        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = _bytes is not null ? _bytes[begin + i] : _shorts![begin + i];
        }
    }

    /// <summary>All tokens.</summary>
    /// <returns>A copy.</returns>
    public int[] ToArray()
    {
        int[] tokens = new int[Length];
        CopyTo(0, tokens);
        return tokens;
    }

    /// <summary>Writes tokens into a sequence that was made for them.</summary>
    /// <param name="start">The first place.</param>
    /// <param name="tokens">Below the size of the vocabulary.</param>
    internal void Write(int start, ReadOnlySpan<int> tokens)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            if (_bytes is not null)
            {
                _bytes[start + i] = (byte)tokens[i];
            }
            else if (_shorts is not null)
            {
                _shorts[start + i] = (ushort)tokens[i];
            }
        }

        if (_bytes is null && _shorts is null)
        {
            tokens.CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsMemory(_integers).Span[start..]);
        }
    }
}
