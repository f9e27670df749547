using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;

namespace Backflow.Training.Tasks.Digits;

/// <summary>Handwritten digits that come with Backflow: 8 × 8 pixels in 17 shades, and what they show.</summary>
/// <remarks>
/// The test set of "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak (UCI, 1998; CC BY 4.0), in
/// the order of its file. README.md beside the file has source and licence.
/// </remarks>
internal sealed class DigitImages
{
    /// <summary>Pixels of an image, row by row from the top left.</summary>
    public const int PixelCount = 64;

    /// <summary>The value of a pixel that is all ink; paper is 0.</summary>
    public const int Ink = 16;

    /// <summary>Different digits.</summary>
    public const int ClassCount = 10;

    private const string Resource = "digits.csv.gz";

    private static readonly Lazy<DigitImages> Embedded = new(Read);

    private readonly ImmutableArray<byte> _values;

    private DigitImages(ImmutableArray<byte> values) => _values = values;

    /// <summary>All of the images, read once.</summary>
    public static DigitImages All => Embedded.Value;

    /// <summary>How many there are.</summary>
    public int Count => _values.Length / (PixelCount + 1);

    /// <summary>The pixels of an image.</summary>
    /// <param name="image">From 0 to <see cref="Count"/> − 1.</param>
    /// <returns>[64], each from 0 to <see cref="Ink"/>.</returns>
    public ReadOnlySpan<byte> Pixels(int image) => _values.AsSpan().Slice(image * (PixelCount + 1), PixelCount);

    /// <summary>The digit that an image shows.</summary>
    /// <param name="image">From 0 to <see cref="Count"/> − 1.</param>
    /// <returns>From 0 to 9.</returns>
    public int Digit(int image) => _values[(image * (PixelCount + 1)) + PixelCount];

    private static DigitImages Read()
    {
        using Stream file = typeof(DigitImages).Assembly.GetManifestResourceStream(Resource)!;
        using StreamReader lines = new(new GZipStream(file, CompressionMode.Decompress));
        ImmutableArray<byte>.Builder values = ImmutableArray.CreateBuilder<byte>();
        while (lines.ReadLine() is string line)
        {
            values.AddRange(line.Split(',').Select(static text => byte.Parse(text, CultureInfo.InvariantCulture)));
        }

        return new DigitImages(values.ToImmutable());
    }
}
