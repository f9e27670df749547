namespace Backflow.Engine.Verification;

/// <summary>The sizes that a fixture's metadata state, checked to be such that a pass can be run.</summary>
internal sealed record FixtureSizes(int Layers, int Gates, int I, int H, int T, int B)
{
    /// <summary>Entries of the largest buffer that a check allocates: a gigabyte of floats.</summary>
    private const long LargestBuffer = 1L << 28;

    private const int MostLayers = 1024;

    public static FixtureSizes Read(Fixture fixture, int gates)
    {
        FixtureSizes sizes = new(
            fixture.Size("layers", fallback: 1),
            gates,
            fixture.Size("I"),
            fixture.Size("H"),
            fixture.Size("T"),
            fixture.Size("B", fallback: 1));

        sizes.RequireRoom();
        return sizes;
    }

    /// <summary>Throws if a pass of these sizes needs larger buffers than a check allocates.</summary>
    public void RequireRoom()
    {
        // Float rows are padded to 16 units, and each keeps up to four gates.
        decimal width = Math.Max((decimal)I, H) + PanelLayout.UnitMultiple;
        decimal states = (T + 1m) * B * width * 4;
        decimal weights = width * width * 4;
        if (Layers > MostLayers || states > LargestBuffer || weights > LargestBuffer)
        {
            throw new InvalidDataException(
                $"layers = {Layers}, T = {T}, B = {B}, I = {I}, H = {H} are too large to check: "
                + $"a buffer may have {LargestBuffer} entries.");
        }
    }

    /// <summary>The network of these sizes, all layers alike.</summary>
    public NetworkOptions Network(CellDescription cell) => new()
    {
        InputSize = I,
        Layers = [.. Enumerable.Repeat(new LayerOptions(cell, H), Layers)],
    };
}
