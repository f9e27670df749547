namespace Backflow.Telemetry;

/// <summary>What one measurement says about one stream.</summary>
internal readonly record struct Finding
{
    private Finding(FindingKind kind, double value, int? timestep)
    {
        Kind = kind;
        Value = value;
        Timestep = timestep;
    }

    /// <summary>The measurement says nothing: neither patience nor health is served.</summary>
    public static Finding Unknown { get; } = new(FindingKind.Unknown, 0, null);

    public static Finding Healthy { get; } = new(FindingKind.Healthy, 0, null);

    public FindingKind Kind { get; }

    public double Value { get; }

    public int? Timestep { get; }

    public static Finding Unhealthy(double value, int? timestep = null) => new(FindingKind.Unhealthy, value, timestep);

    public static Finding When(bool isUnhealthy, double value, int? timestep = null) =>
        isUnhealthy ? Unhealthy(value, timestep) : Healthy;
}

/// <summary>The three things that a measurement can say.</summary>
internal enum FindingKind
{
    Unknown,
    Healthy,
    Unhealthy,
}
