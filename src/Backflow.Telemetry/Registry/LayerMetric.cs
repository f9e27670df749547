using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>A metric that is measured of each recurrent layer by itself.</summary>
/// <param name="descriptions">What it records.</param>
public abstract class LayerMetric(params ImmutableArray<MetricDescription> descriptions) : Metric(descriptions)
{
    /// <summary>Whether a layer has what the metric reads.</summary>
    /// <param name="layer">A layer of the pass that trains.</param>
    /// <returns>False for a layer that is left out.</returns>
    public virtual bool AppliesTo(LayerPass layer) => true;

    /// <summary>Allocates what measuring one layer needs.</summary>
    /// <param name="layer">A layer to which the metric applies.</param>
    /// <returns>The measurement.</returns>
    public abstract Measurement Attach(LayerPass layer);
}
