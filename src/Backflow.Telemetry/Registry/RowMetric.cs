using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>When the quantities of a step can be read.</summary>
public enum StepMoment
{
    /// <summary>Between the forward and the backward pass: gates hold their activations.</summary>
    AfterForward,

    /// <summary>After the backward pass: total gradients are there.</summary>
    AfterBackward,
}

/// <summary>One number per timestep of each layer, [T], and scalars that are derived from it.</summary>
/// <remarks>The shortest way to a metric of one's own: a description and <see cref="Measure"/>.</remarks>
/// <param name="descriptions">The row's, then those of the scalars that <see cref="Derive"/> fills.</param>
public abstract class RowMetric(params ImmutableArray<MetricDescription> descriptions) : LayerMetric(descriptions)
{
    /// <summary>When a training step is measured.</summary>
    public virtual StepMoment Moment => StepMoment.AfterBackward;

    /// <summary>
    /// Whether the step that ends a training, because loss or gradient is not finite, is measured as well.
    /// </summary>
    public virtual bool IsEvidence => false;

    /// <summary>Measures one layer.</summary>
    /// <param name="layer">A layer of a pass, at <see cref="Moment"/>.</param>
    /// <param name="row">[T], overwritten: entry t belongs to the state after timestep t.</param>
    public abstract void Measure(LayerPass layer, Span<float> row);

    /// <summary>Derives the scalars of a row.</summary>
    /// <param name="row">[T], as measured.</param>
    /// <param name="scalars">One for each description after the first, overwritten.</param>
    public virtual void Derive(ReadOnlySpan<float> row, Span<double> scalars)
    {
    }

    /// <inheritdoc/>
    public sealed override Measurement Attach(LayerPass layer) => new LayerRow(this, layer);

    private sealed class LayerRow : Measurement
    {
        private readonly RowMetric _metric;
        private readonly LayerPass _layer;
        private readonly string _column;
        private readonly ImmutableArray<string> _scalarColumns;
        private readonly float[] _row;
        private readonly double[] _scalars;

        public LayerRow(RowMetric metric, LayerPass layer)
        {
            _metric = metric;
            _layer = layer;
            _column = metric.Descriptions[0].Name;
            _scalarColumns =
            [
                .. metric.Descriptions.Skip(1).Select(scalar => MetricColumn.OfLayer(scalar.Name, layer.Index)),
            ];
            _row = new float[layer.SequenceLength];
            _scalars = new double[_scalarColumns.Length];
        }

        public override bool IsEvidence => _metric.IsEvidence;

        public override void AfterForward(long step, IMeasurementSink sink) =>
            Measure(StepMoment.AfterForward, step, sink);

        public override void AfterBackward(long step, IMeasurementSink sink) =>
            Measure(StepMoment.AfterBackward, step, sink);

        private void Measure(StepMoment moment, long step, IMeasurementSink sink)
        {
            if (moment != _metric.Moment)
            {
                return;
            }

            _metric.Measure(_layer, _row);
            sink.Row(_column, _layer.Index, step, _row);
            _metric.Derive(_row, _scalars);
            for (int i = 0; i < _scalars.Length; i++)
            {
                sink.Scalar(_scalarColumns[i], step, _scalars[i]);
            }
        }
    }
}
