using System.Diagnostics.Metrics;
using Backflow.Training.Metering;
using Xunit;

namespace Backflow.Training.Tests.Metering;

public sealed class RunMeterTests
{
    [Fact]
    public void Scalar_AnyColumn_AllocatesNothing()
    {
        using TrainingSession session = Session();
        RunMeter meter = new("rnn-0001", session);
        Feed(meter, 1);
        int step = 2;
        Assert.Equal(0, Allocations.Least(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Feed(meter, step++);
            }
        }));
    }

    [Fact]
    public void Scalar_Listener_GetsEachNumberWithItsRunAndLayer()
    {
        using TrainingSession session = Session();
        string id = Guid.NewGuid().ToString();
        List<(string Name, double Value, string Attributes)> heard = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument.Meter.Name == TrainingMeter.Name)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>(
            (instrument, value, attributes, _) => Hear(instrument, value, attributes));
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, attributes, _) => Hear(instrument, value, attributes));
        listener.Start();
        Feed(new RunMeter(id, session), 1);
        Assert.Equal(
            [
                ("backflow.gradient.horizon", 3, "backflow.layer=1"),
                ("backflow.gradient.norm", double.PositiveInfinity, string.Empty),
                ("backflow.telemetry.dropped_rows", 1, string.Empty),
                ("backflow.training.loss", 0.5, string.Empty),
                ("backflow.training.steps", 1, string.Empty),
            ],
            heard.Order());

        // Other tests train in the same process, and are heard as well.
        void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> attributes)
        {
            KeyValuePair<string, object?>[] all = attributes.ToArray();
            if (all.Contains(new(TrainingMeter.RunAttribute, id)))
            {
                lock (heard)
                {
                    Assert.Contains(new(TrainingMeter.TaskAttribute, "adding"), all);
                    Assert.Contains(new(TrainingMeter.CellAttribute, "rnn"), all);
                    heard.Add((
                        instrument.Name,
                        value,
                        string.Join(',', all[3..].Select(static one => $"{one.Key}={one.Value}"))));
                }
            }
        }
    }

    private static void Feed(RunMeter meter, long step)
    {
        meter.Scalar("training-loss", step, 0.5);
        meter.Scalar("gradient-norm", step, double.PositiveInfinity);
        meter.Scalar("gradient-horizon:1", step, 3);
        meter.Scalar("gradient-decay:1", step, 0.9);
        meter.Scalar("dropped-rows", step, step);
        meter.Row("total-gradient-norm", 1, step, [1f, 2f]);
    }

    private static TrainingSession Session()
    {
        TrainingConfiguration configuration = new()
        {
            Task = "adding",
            Cells = ["rnn"],
            Layers = 2,
            HiddenSize = 4,
            BatchSize = 2,
        };
        ITrainingData data = TrainingDataSource.Load(configuration);
        return new TrainingSession(TrainingDataSource.Fit(configuration, data), data);
    }
}
