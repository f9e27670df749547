using System.Globalization;
using Backflow.Runs.Columns;

namespace Backflow.Experiments.Figures;

/// <summary>A picture of a row metric with logarithmic colours: steps from left to right, timestep 0 at the
/// top.</summary>
/// <param name="Width">Pixels of a line, one for each column of steps.</param>
/// <param name="Height">Lines, one for each timestep or for some of them.</param>
/// <param name="Rgb">[Height, Width, 3], line by line from the top.</param>
/// <param name="Description">What the colours mean.</param>
internal sealed record HeatmapImage(int Width, int Height, byte[] Rgb, string Description)
{
    /// <summary>The most columns of steps.</summary>
    public const int MostColumns = 1024;

    private const int MostLines = 1024;
    private const int Channels = 3;

    // What lies lower than so many powers of ten below the greatest value has the colour of the lowest.
    private const double MostDecades = 16;

    // As on the page: what is no number on a logarithmic scale has a colour that no map contains.
    private static readonly (byte R, byte G, byte B) ZeroColour = (150, 150, 150);
    private static readonly (byte R, byte G, byte B) NotFiniteColour = (214, 24, 56);
    private static readonly (byte R, byte G, byte B) NothingColour = (255, 255, 255);

    // Viridis at even distances, dark for the least.
    private static readonly (byte R, byte G, byte B)[] Colours =
    [
        (68, 1, 84), (72, 40, 120), (62, 73, 137), (49, 104, 142), (38, 130, 142), (31, 158, 137), (53, 183, 121),
        (110, 206, 88), (181, 222, 43), (253, 231, 37),
    ];

    /// <summary>Draws rows.</summary>
    /// <param name="rows">At least one column.</param>
    public static HeatmapImage Of(RowExtremes rows)
    {
        int perLine = ((rows.Height - 1) / MostLines) + 1;
        int height = ((rows.Height - 1) / perLine) + 1;
        float[] cells = Reduce(rows, height, perLine);
        (double low, double high) = Scale(cells);
        byte[] rgb = new byte[height * rows.Count * Channels];
        for (int column = 0; column < rows.Count; column++)
        {
            for (int line = 0; line < height; line++)
            {
                bool isThere = line * perLine < rows.Lengths[column];
                (byte r, byte g, byte b) = isThere
                    ? ColourOf(cells[(column * height) + line], low, high)
                    : NothingColour;
                int at = ((line * rows.Count) + column) * Channels;
                (rgb[at], rgb[at + 1], rgb[at + 2]) = (r, g, b);
            }
        }

        return new HeatmapImage(rows.Count, height, rgb, Describe(rows, perLine, low, high));
    }

    // [columns, height]: the greatest of some timesteps, or the first that is not finite.
    private static float[] Reduce(RowExtremes rows, int height, int perLine)
    {
        float[] cells = new float[rows.Count * height];
        for (int column = 0; column < rows.Count; column++)
        {
            ReadOnlySpan<float> values =
                rows.Maximum.AsSpan().Slice(column * rows.Height, rows.Lengths[column]);
            for (int line = 0; line * perLine < values.Length; line++)
            {
                float greatest = 0;
                foreach (float value in values[(line * perLine)..Math.Min((line + 1) * perLine, values.Length)])
                {
                    greatest = float.IsFinite(greatest) && (!float.IsFinite(value) || value > greatest)
                        ? value : greatest;
                }

                cells[(column * height) + line] = greatest;
            }
        }

        return cells;
    }

    private static (double Low, double High) Scale(float[] cells)
    {
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        foreach (float value in cells)
        {
            if (float.IsFinite(value) && value > 0)
            {
                double exponent = Math.Log10(value);
                low = Math.Min(low, exponent);
                high = Math.Max(high, exponent);
            }
        }

        return (Math.Max(low, high - MostDecades), high);
    }

    private static (byte R, byte G, byte B) ColourOf(float value, double low, double high)
    {
        if (!float.IsFinite(value))
        {
            return NotFiniteColour;
        }

        if (value <= 0)
        {
            return ZeroColour;
        }

        double share = high > low ? Math.Clamp((Math.Log10(value) - low) / (high - low), 0, 1) : 1;
        double place = share * (Colours.Length - 1);
        int below = Math.Min((int)place, Colours.Length - 2);
        return Between(Colours[below], Colours[below + 1], place - below);
    }

    private static (byte R, byte G, byte B) Between(
        (byte R, byte G, byte B) from, (byte R, byte G, byte B) to, double share) =>
        (Mix(from.R, to.R, share), Mix(from.G, to.G, share), Mix(from.B, to.B, share));

    private static byte Mix(byte from, byte to, double share) => (byte)Math.Round(from + (share * (to - from)));

    private static string Describe(RowExtremes rows, int perLine, double low, double high)
    {
        string ends = high >= low
            ? string.Create(CultureInfo.InvariantCulture, $"Dark blue is 1e{low:0.#}, yellow 1e{high:0.#}. ")
            : string.Empty;
        string lines = perLine == 1 ? "a timestep" : $"the greatest of {perLine} timesteps";
        string columns = rows.Minimum.IsEmpty ? "a step" : "the greatest of some steps";
        return ends + $"Each line is {lines}, timestep 0 at the top; each column is {columns} from "
            + string.Create(CultureInfo.InvariantCulture, $"{rows.FirstSteps[0]} to {rows.LastSteps[^1]}. ")
            + "Grey is exactly 0, red is NaN or infinite.";
    }
}
