using System.Globalization;
using Backflow.Telemetry;

namespace Backflow.Cli.Output;

/// <summary>Losses, rates and durations for people; all other numbers are <see cref="NumberText"/>.</summary>
internal static class Figures
{
    private static readonly double NatsPerBit = Math.Log(2);

    /// <summary>A loss in nats and bits per character.</summary>
    public static string Loss(double? nats) =>
        nats is double value
            ? $"{NumberText.Loss(value)} nats ({NumberText.Loss(value / NatsPerBit)} bits) per character"
            : "not measured";

    /// <summary>Bits for nats.</summary>
    public static double Bits(double nats) => nats / NatsPerBit;

    /// <summary>A count per second, in thousands where it is large.</summary>
    public static string Rate(double perSecond) => perSecond >= 10_000
        ? NumberText.Count(perSecond / 1000) + " k/s"
        : NumberText.Count(perSecond) + " /s";

    /// <summary>A duration: 42 s, 3 m 07 s, 2 h 15 m.</summary>
    public static string Duration(TimeSpan? duration) => duration switch
    {
        null => NumberText.Nothing,
        { TotalMinutes: < 1 } d => string.Create(CultureInfo.InvariantCulture, $"{d.TotalSeconds:0} s"),
        { TotalHours: < 1 } d => string.Create(CultureInfo.InvariantCulture, $"{d.Minutes} m {d.Seconds:00} s"),
        { } d => string.Create(CultureInfo.InvariantCulture, $"{(int)d.TotalHours} h {d.Minutes:00} m"),
    };
}
