using System.Collections;

namespace Backflow.Training.Tasks;

/// <summary>Decodes the next characters of a text.</summary>
/// <param name="codePoints">Filled from its beginning, whole unless the text ends.</param>
/// <returns>The characters decoded; fewer than asked for at the end.</returns>
internal delegate int CodePointReader(Span<int> codePoints);

/// <summary>What the first reading of a text finds: how long it is, and where each character comes first.</summary>
/// <remarks>
/// A text is read twice and never held as code points, which take four times the bytes of most texts.
/// </remarks>
internal sealed class TextScan
{
    private const int BlockSize = 1 << 14;
    private const int CodePointCount = 0x110000;
    private const ulong HashFactor = 0x100000001B3;

    private readonly List<(int CodePoint, int Place)> _first = [];

    private TextScan()
    {
    }

    /// <summary>The number of characters.</summary>
    public int Length { get; private set; }

    /// <summary>A number that another text hardly has.</summary>
    public ulong Hash { get; private set; }

    /// <summary>Reads a text from its beginning to its end.</summary>
    public static TextScan Of(CodePointReader read)
    {
        TextScan scan = new();
        BitArray seen = new(CodePointCount);
        scan.Hash = ForEachBlock(read, block =>
        {
            for (int i = 0; i < block.Length; i++)
            {
                if (!seen[block[i]])
                {
                    seen[block[i]] = true;
                    scan._first.Add((block[i], scan.Length + i));
                }
            }

            scan.Length += block.Length;
        });
        return scan;
    }

    /// <summary>Does something with each block of a text.</summary>
    /// <param name="read">Reads it from its beginning.</param>
    /// <param name="use">May overwrite the block.</param>
    /// <returns>The text's hash.</returns>
    public static ulong ForEachBlock(CodePointReader read, Action<Span<int>> use)
    {
        int[] block = new int[BlockSize];
        ulong hash = 0;
        int count;
        do
        {
            count = read(block);
            for (int i = 0; i < count; i++)
            {
                hash = (hash ^ (uint)block[i]) * HashFactor;
            }

            use(block.AsSpan(0, count));
        }
        while (count == BlockSize);
        return hash;
    }

    /// <summary>The different characters of the text's first part.</summary>
    /// <param name="length">The characters of that part.</param>
    public int[] DistinctIn(int length) =>
        [.. _first.Where(one => one.Place < length).Select(static one => one.CodePoint)];
}
