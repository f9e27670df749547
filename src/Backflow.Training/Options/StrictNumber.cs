using System.Globalization;
using System.Text.RegularExpressions;

namespace Backflow.Training;

/// <summary>Numbers as users type them: digits, one decimal point, an exponent, and a minus sign; nothing
/// else.</summary>
/// <remarks>
/// A comma is a decimal point in one country and a separator in another, so it is neither here. Blanks, a plus sign,
/// hexadecimal digits, NaN and infinities are refused too. −0 is 0.
/// </remarks>
internal static partial class StrictNumber
{
    public static bool TryWhole(string text, out Int128 value)
    {
        value = 0;
        return WholePattern().IsMatch(text)
            && Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    public static bool TryReal(string text, out double value)
    {
        value = 0;
        bool isRead = RealPattern().IsMatch(text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
        value = value == 0 ? 0 : value;
        return isRead;
    }

    /// <summary>What was probably meant, in the order of probability; empty where nothing can be guessed.</summary>
    public static IEnumerable<string> Guesses(string text, bool isWhole)
    {
        string bare = string.Concat(text.Where(static c => !char.IsWhiteSpace(c) && c is not ('_' or '\'' or '+')));
        IEnumerable<string> readings = bare.Count(static c => c == ',') switch
        {
            0 => [bare],
            1 when !isWhole && !bare.Contains('.', StringComparison.Ordinal) => Grouped().IsMatch(bare)
                ? [bare.Replace(',', '.'), bare.Replace(",", string.Empty, StringComparison.Ordinal)]
                : [bare.Replace(',', '.')],
            _ => [bare.Replace(",", string.Empty, StringComparison.Ordinal)],
        };
        return readings
            .Select(reading => isWhole ? Whole(reading) : TryReal(reading, out _) ? reading : Hexadecimal(reading))
            .OfType<string>();
    }

    // 1e3 and 64.0 were meant as whole numbers.
    private static string? Whole(string text) =>
        TryWhole(text, out Int128 whole) ? whole.ToString(CultureInfo.InvariantCulture)
        : TryReal(text, out double real) && real == Math.Truncate(real) && Math.Abs(real) < 1e15
            ? real.ToString("0", CultureInfo.InvariantCulture)
        : Hexadecimal(text);

    private static string? Hexadecimal(string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        && long.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value)
            ? value.ToString(CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex(@"^-?[0-9]+\z")]
    private static partial Regex WholePattern();

    [GeneratedRegex(@"^-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\z")]
    private static partial Regex RealPattern();

    [GeneratedRegex(@"^-?[1-9][0-9]{0,2},[0-9]{3}\z")]
    private static partial Regex Grouped();
}
