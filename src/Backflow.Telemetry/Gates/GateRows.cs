namespace Backflow.Telemetry;

/// <summary>Where <see cref="GateStatistics"/> writes: four rows of [T].</summary>
public readonly ref struct GateRows
{
    /// <summary>Mean value, [T].</summary>
    public Span<float> Mean { get; init; }

    /// <summary>Share below 0.1, [T].</summary>
    public Span<float> ShareBelow { get; init; }

    /// <summary>Share above 0.9, [T].</summary>
    public Span<float> ShareAbove { get; init; }

    /// <summary>Mean derivative of the activation, [T].</summary>
    public Span<float> MeanDerivative { get; init; }

    internal void Require(int timesteps)
    {
        SpanShape.Require(Mean.Length, timesteps, "[T]", nameof(Mean));
        SpanShape.Require(ShareBelow.Length, timesteps, "[T]", nameof(ShareBelow));
        SpanShape.Require(ShareAbove.Length, timesteps, "[T]", nameof(ShareAbove));
        SpanShape.Require(MeanDerivative.Length, timesteps, "[T]", nameof(MeanDerivative));
    }
}
