namespace Backflow.Engine.Kernels;

/// <summary>Each thread's room for the left operand of the product that it is about to make.</summary>
internal static unsafe class TileRoom
{
    [ThreadStatic]
    private static AlignedBuffer? _left;

    /// <summary>Room for at least some floats; what it held is lost when it grows.</summary>
    public static byte* Left(int floats)
    {
        AlignedBuffer? left = _left;
        if (left is null || left.Length < floats)
        {
            left = new AlignedBuffer(floats);
            _left = left;
        }

        return (byte*)left.Pointer;
    }
}
