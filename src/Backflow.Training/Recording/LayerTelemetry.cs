using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Training.Recording;

/// <summary>Measures one layer: its gates and units after the forward pass, its gradients after the backward pass.</summary>
internal sealed class LayerTelemetry
{
    private readonly NetworkPass _pass;
    private readonly int _layer;
    private readonly bool _hasCellState;
    private readonly ImmutableArray<GateColumns> _gates;
    private readonly string _deadShare;
    private readonly string _horizon;
    private readonly string _decay;
    private readonly string _confidence;
    private readonly MeasurementSchedule _gateSchedule;
    private readonly MeasurementSchedule _unitSchedule;
    private readonly MeasurementSchedule _carouselSchedule;
    private readonly MeasurementSchedule _totalSchedule;
    private readonly MeasurementSchedule _cellSchedule;
    private readonly MeasurementSchedule _localSchedule;
    private readonly MeasurementSchedule _recurrentSchedule;
    private readonly MeasurementSchedule _inputSchedule;
    private readonly GateRows _gateRows;
    private readonly float[] _row;

    public LayerTelemetry(NetworkPass pass, int layer, TelemetryPlan plan)
    {
        _pass = pass;
        _layer = layer;
        _hasCellState = pass.Layers[layer].HasCellState;
        _gateRows = new GateRows(pass.Network.Options.Layers[layer].Cell, pass.SequenceLength);
        _gates = [.. _gateRows.Gates.Select(GateColumns.Of)];
        _deadShare = MetricColumn.OfLayer(UnitStatistics.DeadShareMetricName, layer);
        _horizon = MetricColumn.OfLayer(GradientHorizon.MetricName, layer);
        _decay = MetricColumn.OfLayer(GradientHorizon.DecayMetricName, layer);
        _confidence = MetricColumn.OfLayer(GradientHorizon.ConfidenceMetricName, layer);
        _gateSchedule = OfGates(plan, GateStatistics.MetricName);
        _unitSchedule = plan.ScheduleOf(UnitStatistics.MetricName);
        _carouselSchedule = OfGates(plan, CarouselGain.MetricName);
        _totalSchedule = plan.ScheduleOf(TotalGradientNorm.MetricName);
        _cellSchedule = plan.ScheduleOf(CellGradientNorm.MetricName);
        _localSchedule = OfGates(plan, LocalGradientNorm.MetricName);
        _recurrentSchedule = OfGates(plan, WeightGradientNorm.MetricName);
        _inputSchedule = OfGates(plan, WeightGradientNorm.InputMetricName);
        _row = new float[pass.SequenceLength];
    }

    public void AfterForward(long step, IMeasurementSink sink)
    {
        if (TelemetryPlan.IsDue(_gateSchedule, step))
        {
            MeasureGates(step, sink);
        }

        if (TelemetryPlan.IsDue(_unitSchedule, step))
        {
            double dead = UnitStatistics.Measure(_pass, _layer, _row);
            sink.Row(UnitStatistics.MetricName, _layer, step, _row);
            sink.Scalar(_deadShare, step, dead);
        }

        if (_hasCellState && TelemetryPlan.IsDue(_carouselSchedule, step))
        {
            CarouselGain.Measure(_pass, _layer, _row);
            sink.Row(CarouselGain.MetricName, _layer, step, _row);
        }
    }

    /// <param name="step">The step.</param>
    /// <param name="isFinite">Whether loss and gradient are; if not, training ends here and the gradients are
    /// evidence, whatever the schedule says.</param>
    /// <param name="sink">Who takes the rows.</param>
    public void AfterBackward(long step, bool isFinite, IMeasurementSink sink)
    {
        if (!isFinite || TelemetryPlan.IsDue(_totalSchedule, step))
        {
            TotalGradientNorm.Measure(_pass, _layer, _row);
            sink.Row(TotalGradientNorm.MetricName, _layer, step, _row);
            HorizonResult result = GradientHorizon.Measure(_row);
            sink.Scalar(_horizon, step, result.Horizon ?? double.NaN);
            sink.Scalar(_decay, step, result.DecayPerTimestep);
            sink.Scalar(_confidence, step, result.Confidence);
        }

        if (_hasCellState && (!isFinite || TelemetryPlan.IsDue(_cellSchedule, step)))
        {
            CellGradientNorm.Measure(_pass, _layer, _row);
            sink.Row(CellGradientNorm.MetricName, _layer, step, _row);
        }

        if (TelemetryPlan.IsDue(_localSchedule, step))
        {
            LocalGradientNorm.Measure(_pass, _layer, _row);
            sink.Row(LocalGradientNorm.MetricName, _layer, step, _row);
        }

        if (TelemetryPlan.IsDue(_recurrentSchedule, step))
        {
            WeightGradientNorm.MeasureRecurrent(_pass, _layer, _row);
            sink.Row(WeightGradientNorm.MetricName, _layer, step, _row);
        }

        if (TelemetryPlan.IsDue(_inputSchedule, step))
        {
            WeightGradientNorm.MeasureInput(_pass, _layer, _row);
            sink.Row(WeightGradientNorm.InputMetricName, _layer, step, _row);
        }
    }

    // What is read from gates, or from ∂L/∂(pre-activation) in their place, is not there when they are recomputed.
    private MeasurementSchedule OfGates(TelemetryPlan plan, string metric) =>
        _pass.Recomputes ? MeasurementSchedule.OnDemand : plan.ScheduleOf(metric);

    private void MeasureGates(long step, IMeasurementSink sink)
    {
        GateStatistics.Measure(_pass, _layer, _gateRows);
        for (int gate = 0; gate < _gates.Length; gate++)
        {
            sink.Row(_gates[gate].Mean, _layer, step, _gateRows.Mean(gate));
            sink.Row(_gates[gate].ShareBelow, _layer, step, _gateRows.ShareBelow(gate));
            sink.Row(_gates[gate].ShareAbove, _layer, step, _gateRows.ShareAbove(gate));
            sink.Row(_gates[gate].MeanDerivative, _layer, step, _gateRows.MeanDerivative(gate));
        }
    }

    /// <summary>The columns of one gate, spelt once.</summary>
    private sealed record GateColumns(string Mean, string ShareBelow, string ShareAbove, string MeanDerivative)
    {
        public static GateColumns Of(string gate) => new(
            MetricColumn.OfGate(GateStatistics.MetricName, gate),
            MetricColumn.OfGate(GateStatistics.ShareBelowMetricName, gate),
            MetricColumn.OfGate(GateStatistics.ShareAboveMetricName, gate),
            MetricColumn.OfGate(GateStatistics.MeanDerivativeMetricName, gate));
    }
}
