using System.Globalization;

namespace Backflow.Training;

/// <summary>The numbers that an option takes.</summary>
/// <param name="Least">The smallest.</param>
/// <param name="Most">The largest; infinity for no limit.</param>
/// <param name="ExcludesLeast">Whether the smallest itself is excluded.</param>
/// <param name="ExcludesMost">Whether the largest itself is excluded.</param>
public sealed record OptionRange(
    double Least, double Most = double.PositiveInfinity, bool ExcludesLeast = false, bool ExcludesMost = false)
{
    /// <summary>Every finite number.</summary>
    public static OptionRange Finite { get; } = new(double.NegativeInfinity);

    /// <summary>Numbers above 0.</summary>
    public static OptionRange Positive { get; } = new(0, ExcludesLeast: true);

    /// <summary>Probabilities and shares that are less than the whole.</summary>
    public static OptionRange Share { get; } = new(0, 1, ExcludesMost: true);

    /// <summary>Numbers from a smallest one on.</summary>
    /// <param name="least">The smallest.</param>
    /// <returns>The range.</returns>
    public static OptionRange From(double least) => new(least);

    /// <summary>The range as a part of a sentence: "from 1 to 64".</summary>
    public string Words
    {
        get
        {
            string least = Text(Least);
            return double.IsNegativeInfinity(Least) ? "a finite number"
                : ExcludesLeast && double.IsPositiveInfinity(Most) ? $"above {least}"
                : double.IsPositiveInfinity(Most) ? $"at least {least}"
                : ExcludesLeast ? $"above {least} and at most {Text(Most)}"
                : ExcludesMost ? $"at least {least} and below {Text(Most)}"
                : $"from {least} to {Text(Most)}";
        }
    }

    /// <summary>Whether a number is in the range; NaN and infinities never are.</summary>
    /// <param name="value">The number.</param>
    /// <returns>True where it is.</returns>
    public bool Contains(double value) => double.IsFinite(value)
        && (ExcludesLeast ? value > Least : value >= Least)
        && (ExcludesMost ? value < Most : value <= Most);

    // A limit stands as it can be typed: without thousands marks.
    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
