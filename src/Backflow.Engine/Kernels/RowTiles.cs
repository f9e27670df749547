namespace Backflow.Engine.Kernels;

/// <summary>
/// Rows shared out evenly among register tiles: 32 rows in tiles of at most 6 are 6 + 6 + 5 + 5 + 5 + 5.
/// </summary>
/// <remarks>A thin or padded last tile would cost up to a fifth.</remarks>
internal readonly struct RowTiles
{
    private readonly int _base;
    private readonly int _larger;

    public RowTiles(int rows, int tileRows)
    {
        Count = (rows + tileRows - 1) / tileRows;
        _base = rows / Count;
        _larger = rows % Count;
    }

    /// <summary>Tiles.</summary>
    public int Count { get; }

    /// <summary>Rows of a tile; the larger ones come first.</summary>
    public int RowsOf(int tile) => tile < _larger ? _base + 1 : _base;
}
