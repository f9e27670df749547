namespace Backflow.Tests;

/// <summary>A clock that moves with every reading, by the same step, and with nothing else.</summary>
/// <remarks>Public, as not every test project makes one.</remarks>
public sealed class TickingClock(TimeSpan step) : TimeProvider
{
    private long _readings;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Increment(ref _readings) * step.Ticks;
}
