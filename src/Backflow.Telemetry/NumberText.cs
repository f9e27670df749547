using System.Globalization;

namespace Backflow.Telemetry;

/// <summary>
/// How numbers are written for people: in verdicts, tables, reports and on the terminal. The page writes them in the
/// same way. Settings and files that programs read have every digit and do not come from here.
/// </summary>
public static class NumberText
{
    /// <summary>Stands where there is no number.</summary>
    public const string Nothing = "–";

    private const double SmallestPlain = 1e-3;
    private const double SmallestExponent = 1e5;

    // In percent: from here to an end one decimal would round to the end.
    private const double NearAnEnd = 0.1;
    private const double MostBelowWhole = 99.99;

    /// <summary>
    /// Three significant digits without trailing zeros, thousands marked from 1,000 on, an exponent only below 0.001
    /// and from 100,000 on: "0.0625", "2.97", "15,500", "1.2e-6". NaN and infinities are named; nothing is a dash.
    /// </summary>
    /// <param name="value">Any number, or null where none was measured.</param>
    public static string Of(double? value)
    {
        if (value is not double number)
        {
            return Nothing;
        }

        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "NaN" : number > 0 ? "∞" : "−∞";
        }

        double rounded = double.Parse(
            number.ToString("E2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        double magnitude = Math.Abs(rounded);
        string format = magnitude switch
        {
            0 => "0",
            < SmallestPlain or >= SmallestExponent => "0.##e+0",
            < 1 => "0.######",
            < 10 => "0.##",
            < 100 => "0.#",
            < 1000 => "0",
            _ => "#,0",
        };
        return (magnitude >= 1000 && magnitude < SmallestExponent ? number : rounded)
            .ToString(format, CultureInfo.InvariantCulture)
            .Replace("e+", "e", StringComparison.Ordinal);
    }

    /// <summary>A loss: always four decimals, so that columns of losses compare; as <see cref="Of"/> from 100,000 on,
    /// where they would only be wide.</summary>
    /// <param name="value">Any number, or null where none was measured.</param>
    public static string Loss(double? value) => value is double loss && Math.Abs(loss) < SmallestExponent
        ? loss.ToString("0.0000", CultureInfo.InvariantCulture)
        : Of(value);

    /// <summary>A count: a whole number with its thousands marked.</summary>
    /// <param name="value">At least 0.</param>
    public static string Count(double value) =>
        double.IsFinite(value) ? Math.Round(value).ToString("#,0", CultureInfo.InvariantCulture) : Of(value);

    /// <summary>A number with what it counts: "1 timestep", "30 timesteps", "0.5 timesteps".</summary>
    /// <param name="number">The number as it is written.</param>
    /// <param name="noun">One of them; its plural ends in s.</param>
    public static string Counted(string number, string noun) => number == "1" ? $"1 {noun}" : $"{number} {noun}s";

    /// <summary>
    /// A share of one in percent with one decimal where it has one, more exact near its ends: "12.5 %", "55 %",
    /// "99.97 %", "0.04 %", and "0 %" and "100 %" for 0 and 1 alone.
    /// </summary>
    /// <param name="share">From 0 to 1, or null where none was measured.</param>
    public static string Share(double? share)
    {
        if (share is not double value || !double.IsFinite(value))
        {
            return Of(share);
        }

        double percent = 100 * value;
        double fromWhole = Math.Abs(100 - percent);
        string text = Math.Abs(percent) < NearAnEnd ? Of(percent)
            : fromWhole is 0 or >= NearAnEnd ? percent.ToString("0.#", CultureInfo.InvariantCulture)
            : (percent < 100 ? Math.Min(percent, MostBelowWhole) : percent)
                .ToString("0.##", CultureInfo.InvariantCulture);
        return text + " %";
    }
}
