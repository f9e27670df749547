namespace Backflow.Engine;

/// <summary>Copies between rows without padding, as users see them, and rows of whole vectors.</summary>
internal static class PaddedRows
{
    /// <summary>Copies into padded rows; the padding becomes zero.</summary>
    public static void Import(ReadOnlySpan<float> source, int width, Span<float> padded, int stride)
    {
        if (width == stride)
        {
            source.CopyTo(padded);
            return;
        }

        for (int row = 0; row < source.Length / width; row++)
        {
            Span<float> target = padded.Slice(row * stride, stride);
            source.Slice(row * width, width).CopyTo(target);
            target[width..].Clear();
        }
    }

    /// <summary>Copies out of padded rows.</summary>
    public static void Export(ReadOnlySpan<float> padded, int stride, int width, Span<float> destination)
    {
        if (width == stride)
        {
            padded[..destination.Length].CopyTo(destination);
            return;
        }

        for (int row = 0; row < destination.Length / width; row++)
        {
            padded.Slice(row * stride, width).CopyTo(destination.Slice(row * width, width));
        }
    }
}
