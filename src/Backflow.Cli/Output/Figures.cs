using System.Globalization;

namespace Backflow.Cli.Output;

/// <summary>How numbers are written for people.</summary>
internal static class Figures
{
    /// <summary>Stands where there is nothing to say.</summary>
    public const string Nothing = "–";

    private static readonly double NatsPerBit = Math.Log(2);

    /// <summary>A loss in nats and bits per character.</summary>
    public static string Loss(double? nats) =>
        nats is double value ? $"{Nats(value)} nats ({Nats(value / NatsPerBit)} bits) per character" : "not measured";

    /// <summary>A loss as a bare number.</summary>
    public static string Nats(double? nats) => nats?.ToString("0.0000", CultureInfo.InvariantCulture) ?? Nothing;

    /// <summary>A share in percent.</summary>
    public static string Share(double? share) =>
        share is double value ? (100 * value).ToString("0.0", CultureInfo.InvariantCulture) + " %" : Nothing;

    /// <summary>Bits for nats.</summary>
    public static double Bits(double nats) => nats / NatsPerBit;

    /// <summary>Three significant digits.</summary>
    public static string Short(double value) => Math.Abs(value) is >= 0.001 and < 10_000
        ? value.ToString("0.###", CultureInfo.InvariantCulture)
        : value.ToString("0.##E+0", CultureInfo.InvariantCulture);

    /// <summary>Three significant digits, where there is a number.</summary>
    public static string Short(double? value) => value is double number ? Short(number) : Nothing;

    /// <summary>A count per second with a thousands prefix.</summary>
    public static string Rate(double perSecond) =>
        perSecond >= 10_000
            ? (perSecond / 1000).ToString("0", CultureInfo.InvariantCulture) + " k/s"
            : perSecond.ToString("0", CultureInfo.InvariantCulture) + " /s";

    /// <summary>A duration: 42 s, 3 m 07 s, 2 h 15 m.</summary>
    public static string Duration(TimeSpan? duration) => duration switch
    {
        null => Nothing,
        { TotalMinutes: < 1 } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalSeconds:0} s"),
        { TotalHours: < 1 } d => string.Create(CultureInfo.InvariantCulture, $"{d.Minutes} m {d.Seconds:00} s"),
        { } d => string.Create(CultureInfo.InvariantCulture, $"{(int)d.TotalHours} h {d.Minutes:00} m"),
    };
}
