using System.Collections.Immutable;

namespace Backflow.Telemetry;

/// <summary>What is measured: its words, and how it is measured.</summary>
/// <remarks>
/// A metric is in one file and has one row in <see cref="MetricRegistry"/>. Recording, the page and the tables ask the
/// registry. Derive from <see cref="RowMetric"/> for one number per timestep of a layer, from <see cref="LayerMetric"/>
/// for anything else about a layer, from this class for what concerns the whole network.
/// </remarks>
public abstract class Metric
{
    /// <summary>Makes a metric.</summary>
    /// <param name="descriptions">What it records: first what it is called after, then what the same sweep
    /// yields.</param>
    protected Metric(params ImmutableArray<MetricDescription> descriptions)
    {
        ArgumentOutOfRangeException.ThrowIfZero(descriptions.Length, nameof(descriptions));
        Descriptions = descriptions;
    }

    /// <summary>What the metric records: one description per kind of column.</summary>
    public ImmutableArray<MetricDescription> Descriptions { get; }

    /// <summary>Allocates what measuring a training needs.</summary>
    /// <param name="training">The training whose steps are measured.</param>
    /// <returns>The measurement; null where the metric is measured on demand alone, or not for this network.</returns>
    public virtual Measurement? Attach(IMeasuredTraining training) => null;
}

/// <summary>A metric that is measured on demand, or by the loop itself; its class has a method of its own for
/// that.</summary>
/// <param name="descriptions">Its words.</param>
internal sealed class OnDemandMetric(params ImmutableArray<MetricDescription> descriptions) : Metric(descriptions);
