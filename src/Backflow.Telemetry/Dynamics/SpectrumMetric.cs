using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>Has spectra of R computed in the background, and hands them on when they are there.</summary>
internal sealed class SpectrumMetric()
    : Metric(Spectrum.Description, Spectrum.RadiusDescription, Spectrum.NormDescription)
{
    public override Measurement Attach(IMeasuredTraining training) => new Background(training.Pass.Network);

    private sealed class Background : Measurement
    {
        private readonly SpectrumWorker _worker;
        private readonly ImmutableArray<ImmutableArray<SpectrumColumns>> _columns;

        public Background(RecurrentNetwork network)
        {
            // The system's: a test's clock may tick with every reading, and this one is read on another thread.
            _worker = new SpectrumWorker(network, TimeProvider.System);
            _columns = [.. network.Options.Layers.Select(static (layer, i) => SpectrumColumns.Of(layer.Cell, i))];
        }

        // Parameters have spectra before the first step.
        public override bool NeedsStep => false;

        public override void Begin(long step) => _ = _worker.TryRequest(step);

        public override void AfterUpdate(long step, IMeasurementSink sink) => _ = _worker.TryRequest(step);

        public override void Collect(IMeasurementSink sink)
        {
            while (_worker.TryTake(out SpectrumMeasurement? measurement))
            {
                SpectrumColumns columns = _columns[measurement.Layer][measurement.Gate];
                SpectrumResult result = measurement.Result;
                float[] rented = ArrayPool<float>.Shared.Rent(2 * result.Eigenvalues.Length);
                for (int i = 0; i < result.Eigenvalues.Length; i++)
                {
                    Complex eigenvalue = result.Eigenvalues[i];
                    rented[2 * i] = (float)eigenvalue.Real;
                    rented[(2 * i) + 1] = (float)eigenvalue.Imaginary;
                }

                ReadOnlySpan<float> row = rented.AsSpan(0, 2 * result.Eigenvalues.Length);
                sink.Row(columns.Eigenvalues, measurement.Layer, measurement.Step, row);
                sink.Scalar(columns.Radius, measurement.Step, result.Radius);
                sink.Scalar(columns.Norm, measurement.Step, result.Norm);
                ArrayPool<float>.Shared.Return(rented);
            }
        }

        public override void Complete(IMeasurementSink sink)
        {
            _worker.Dispose();
            Collect(sink);
        }

        protected override void Dispose(bool disposing)
        {
            _worker.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>The columns of one block of R, spelt once.</summary>
    private sealed record SpectrumColumns(string Eigenvalues, string Radius, string Norm)
    {
        public static ImmutableArray<SpectrumColumns> Of(CellDescription cell, int layer)
        {
            ImmutableArray<string> gates = cell.GateNames;
            return gates.IsEmpty ? [Of(layer, null)] : [.. gates.Select(gate => Of(layer, gate))];
        }

        private static SpectrumColumns Of(int layer, string? gate) => new(
            MetricColumn.OfGate(Spectrum.MetricName, gate),
            MetricColumn.OfLayerGate(Spectrum.RadiusMetricName, layer, gate),
            MetricColumn.OfLayerGate(Spectrum.NormMetricName, layer, gate));
    }
}
