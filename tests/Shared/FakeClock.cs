namespace Backflow.Tests;

/// <summary>A clock that moves when a test says so.</summary>
public sealed class FakeClock : TimeProvider
{
    private double _seconds;

    public override long TimestampFrequency => 1_000_000;

    public void Advance(double seconds) => _seconds += seconds;

    public override long GetTimestamp() => (long)(_seconds * TimestampFrequency);
}
