using System.Globalization;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Reports;

/// <summary>An axis: what it reaches from and to, on its scale, and where it has ticks.</summary>
internal sealed class Axis
{
    private const int MostTicks = 7;

    // A tick is a sum of steps: behind so many digits it has nothing but rounding.
    private const int Digits = 9;

    private readonly bool _isLogarithmic;
    private readonly bool _isShare;

    private Axis(double low, double high, bool isLogarithmic, bool isShare)
    {
        (Low, High, _isLogarithmic, _isShare) = (low, high, isLogarithmic, isShare);
    }

    /// <summary>The lower end on the scale: the power of ten where it is logarithmic.</summary>
    public double Low { get; }

    /// <summary>The upper end on the scale.</summary>
    public double High { get; }

    public static Axis Shares { get; } = new(0, 1.02, isLogarithmic: false, isShare: true);

    public static Axis Linear(double low, double high) =>
        new(low, high > low ? high : low + 1, isLogarithmic: false, isShare: false);

    /// <summary>Whole decades around the values that are above a floor.</summary>
    public static Axis Logarithmic(IEnumerable<double> values, double floor)
    {
        List<double> decades =
            [.. values.Where(double.IsFinite).Where(value => value >= floor).Select(Math.Log10)];
        double low = decades.Count == 0 ? 0 : Math.Floor(decades.Min());
        double high = decades.Count == 0 ? 1 : Math.Ceiling(decades.Max());
        return new Axis(low, Math.Max(high, low + 1), isLogarithmic: true, isShare: false);
    }

    /// <summary>A value as a share of the axis, NaN where the axis cannot show it.</summary>
    public double Place(double value)
    {
        double scaled = !_isLogarithmic ? value : value > 0 ? Math.Log10(value) : double.NaN;
        return (scaled - Low) / (High - Low);
    }

    /// <summary>The ticks: a share of the axis and a label.</summary>
    public IEnumerable<(double Place, string Label)> Ticks()
    {
        double step = Step((High - Low) / MostTicks);
        step = _isLogarithmic ? Math.Max(1, step) : step;
        for (double at = Math.Ceiling(Low / step) * step; at <= High + (1e-9 * step); at += step)
        {
            yield return ((at - Low) / (High - Low), Label(at));
        }
    }

    // The next of 1, 2 and 5 times a power of ten.
    private static double Step(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        double[] factors = [1, 2, 5, 10];
        return power * factors.First(factor => factor * power >= least * (1 - 1e-9));
    }

    private string Label(double at) =>
        _isLogarithmic ? $"10{Superscript((int)Math.Round(at))}"
        : _isShare ? NumberText.Share(Math.Round(at, Digits))
        : NumberText.Of(Math.Abs(at) < 1e-12 ? 0 : at);

    private static string Superscript(int exponent) => string.Concat(
        exponent.ToString(CultureInfo.InvariantCulture).Select(static c => c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c - '0']));
}
