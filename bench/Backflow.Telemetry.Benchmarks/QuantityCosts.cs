using System.Diagnostics;
using System.Globalization;
using Backflow.Engine;
using Backflow.Telemetry;

/// <summary>
/// What each quantity of economy telemetry costs, beside the forward and backward pass that it reads.
/// </summary>
internal static class QuantityCosts
{
    private const int Rounds = 41;

    private static readonly (CellDescription Cell, int Hidden, int Length, int Batch)[] Shapes =
    [
        (Cells.Lstm, 128, 64, 1),
        (Cells.Lstm, 128, 64, 32),
        (Cells.Gru, 256, 128, 32),
        (Cells.RnnTanh, 128, 100, 32),
    ];

    /// <summary>Prints one table of all shapes.</summary>
    public static void Print()
    {
        Console.WriteLine("| shape | quantity | microseconds | of forward and backward |");
        Console.WriteLine("| --- | --- | ---: | ---: |");
        foreach ((CellDescription cell, int hidden, int length, int batch) in Shapes)
        {
            using WorkerPool pool = new(threads: 1);
            Print($"{cell.Name},{hidden},{length},{batch}", new Reading(cell, hidden, length, batch, pool));
        }
    }

    private static void Print(string shape, Reading reading)
    {
        (string Name, Action Before, Action Measure)[] quantities = reading.Quantities();
        double[][] times = Array.ConvertAll(quantities, static _ => new double[Rounds]);
        long warmed = Stopwatch.GetTimestamp() + (2 * Stopwatch.Frequency);
        for (int round = -1; round < Rounds; round += Stopwatch.GetTimestamp() < warmed ? 0 : 1)
        {
            for (int i = 0; i < quantities.Length; i++)
            {
                quantities[i].Before();
                long start = Stopwatch.GetTimestamp();
                quantities[i].Measure();
                if (round >= 0)
                {
                    times[i][round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                }
            }
        }

        double[] medians = Array.ConvertAll(times, static series => series.Order().ElementAt(Rounds / 2));
        for (int i = 0; i < quantities.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {shape} | {quantities[i].Name} | {medians[i]:F1} | {medians[i] / medians[0]:P2} |"));
        }
    }

    /// <summary>A network in mid-training, and what is read from it after each half of a step.</summary>
    private sealed class Reading
    {
        private readonly NetworkPass _pass;
        private readonly RecurrentNetwork _network;
        private readonly float[] _local;
        private readonly UpdateToWeightRatio _ratio;

        public Reading(CellDescription cell, int hidden, int length, int batch, WorkerPool pool)
        {
            _network = new RecurrentNetwork(new NetworkOptions
            {
                InputSize = hidden,
                Layers = [new LayerOptions(cell, hidden)],
            });
            SplittableRandom random = new(1);
            NetworkInitialiser.Initialise(_network, new InitialisationOptions(), random);
            _pass = new NetworkPass(_network, length, batch, pool);
            _local = new float[length * batch * hidden];
            for (int i = 0; i < _local.Length; i++)
            {
                _local[i] = (float)random.NextGaussian();
            }

            _pass.SetInput(_local);
            _ratio = new UpdateToWeightRatio(_network);
            _ratio.Begin();
        }

        public (string Name, Action Before, Action Measure)[] Quantities()
        {
            LayerPass layer = _pass.Layers[0];
            List<(string, Action, Action)> all =
            [
                ("forward and backward", static () => { }, () => { _pass.Forward(); Backward(); }),
                (UpdateToWeightRatio.MetricName, Update, Ratio),
            ];
            foreach (LayerMetric metric in MetricRegistry.Metrics.OfType<LayerMetric>())
            {
                if (metric.AppliesTo(layer))
                {
                    Measurement measurement = metric.Attach(layer);
                    all.Add(metric is RowMetric { Moment: StepMoment.AfterBackward }
                        ? (metric.Descriptions[0].Name, Step, () => measurement.AfterBackward(1, NullSink.Instance))
                        : (metric.Descriptions[0].Name, Forward, () => measurement.AfterForward(1, NullSink.Instance)));
                }
            }

            return [.. all];
        }

        private void Forward() => _pass.Forward();

        private void Step()
        {
            _pass.Forward();
            Backward();
        }

        private void Backward()
        {
            _pass.SetOutputGradient(_local);
            _pass.Backward();
        }

        // As an optimizer would: differences of 0 would be summed twice, in float and in double.
        private void Update()
        {
            foreach (ref float parameter in _network.Parameters.Span)
            {
                parameter += 1e-4f;
            }
        }

        private void Ratio()
        {
            Span<double> ratios = stackalloc double[5];
            _ratio.End(ratios);
            _ratio.Begin();
        }
    }

    private sealed class NullSink : IMeasurementSink
    {
        public static NullSink Instance { get; } = new();

        public void Scalar(string column, long step, double value)
        {
        }

        public void Row(string column, int layer, long step, ReadOnlySpan<float> values)
        {
        }
    }
}
