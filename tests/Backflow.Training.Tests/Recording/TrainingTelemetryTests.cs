using Backflow.Telemetry;
using Backflow.Training.Recording;
using Backflow.Training.Tasks;
using Xunit;

namespace Backflow.Training.Tests.Recording;

public sealed class TrainingTelemetryTests
{
    private const int Steps = 12;

    /// <summary>One rounding to float of a norm that was added in another order.</summary>
    private const double RowTolerance = 1e-6;

    /// <summary>Means of gates add numbers of size 1 in float: below this, RowTolerance is absolute.</summary>
    private const double SmallestRow = 1e-2;

    private static readonly TrainingConfiguration Small = new()
    {
        HiddenSize = 17,
        EmbeddingSize = 9,
        SequenceLength = 6,
        BatchSize = 5,
        Layers = 2,
        Cells = ["lstm", "gru"],
        ClipNorm = 0.05,
        ClipValue = 0.01,
        Steps = 100,
        Telemetry = "full",
        TelemetryInterval = "3",
    };

    private static readonly TextCorpus Corpus = Corpora.Load(Small with { SentenceCharacters = 3_000 });

    [Theory]
    [InlineData("lstm", "off")]
    [InlineData("lstm", "economy")]
    [InlineData("lstm", "full")]
    [InlineData("gru", "full")]
    [InlineData("rnn", "full")]
    public void Telemetry_AnyLevel_ParametersHaveTheSameBits(string cell, string level)
    {
        TrainingConfiguration bare = Small with { Cells = [cell], Telemetry = "off", Dropout = 0.2 };
        using TrainingSession expected = new(bare, Corpus);
        using TrainingSession session = new(bare with { Telemetry = level, TelemetryInterval = "1" }, Corpus);
        using TrainingTelemetry telemetry = Attach(session, new MeasurementLog());
        for (int step = 0; step < Steps; step++)
        {
            Assert.True(expected.Advance());
            Assert.True(session.Advance());
        }

        Assert.True(expected.Network.Parameters.Span.SequenceEqual(session.Network.Parameters.Span));
    }

    [Fact]
    public void Advance_Full_RecordsTheColumnsOfTheContract()
    {
        using TrainingSession session = new(Small, Corpus);
        MeasurementLog log = new();
        using TrainingTelemetry telemetry = Attach(session, log);
        Run(session);
        telemetry.Complete();

        string[] lstm = ["input", "forget", "candidate", "output"];
        string[] gru = ["reset", "update", "candidate"];
        string[] gateMetrics = ["gate-mean", "gate-share-below", "gate-share-above", "gate-mean-derivative"];
        string[] expected =
        [
            "total-gradient-norm", "last-answer-gradient-norm", "cell-gradient-norm", "local-gradient-norm",
            "recurrent-weight-gradient-norm", "input-weight-gradient-norm", "unit-saturation", "carousel-gain",
            "gradient-norm", "clipped-gradient-norm", "clipped-step-share",
            .. gateMetrics.SelectMany(metric => lstm.Union(gru).Select(gate => $"{metric}:{gate}")),
            .. lstm.Union(gru).Select(gate => $"recurrent-spectrum:{gate}"),
            .. lstm.SelectMany(gate => (string[])[$"spectral-radius:0:{gate}", $"spectral-norm:0:{gate}"]),
            .. gru.SelectMany(gate => (string[])[$"spectral-radius:1:{gate}", $"spectral-norm:1:{gate}"]),
            .. ((int[])[0, 1]).SelectMany(layer => (string[])
            [
                $"gradient-horizon:{layer}", $"gradient-decay:{layer}", $"gradient-decay-confidence:{layer}",
                $"dead-unit-share:{layer}", $"last-answer-horizon:{layer}", $"layer-gradient-norm:{layer}",
            ]),
            .. ((string[])["recurrent", "input", "bias", "embedding", "head"])
                .Select(group => $"update-to-weight-ratio:{group}"),
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), log.Columns);
        Assert.Equal([1L, 3, 6, 9, 12], log.StepsOf("total-gradient-norm"));
        Assert.Equal([1L, 3, 6, 9, 12], log.StepsOf("update-to-weight-ratio:head"));
        Assert.Equal([1L, 3, 6, 9, 12], log.StepsOf("gradient-horizon:1"));
        Assert.Equal(Enumerable.Range(1, Steps).Select(step => (long)step), log.StepsOf("clipped-step-share"));
        Assert.Contains(0L, log.StepsOf("spectral-radius:0:forget"));
    }

    [Fact]
    public void Advance_Elman_SpectrumHasNoGateAndThereAreNoGateColumns()
    {
        TrainingConfiguration elman = Small with { Cells = ["rnn"], Layers = 1 };
        using TrainingSession session = new(elman, Corpus);
        MeasurementLog log = new();
        using TrainingTelemetry telemetry = Attach(session, log);
        telemetry.Complete();

        Assert.Equal(["recurrent-spectrum", "spectral-norm:0", "spectral-radius:0"], log.Columns);
        float[] row = log.Rows[("recurrent-spectrum", 0, 0)];
        Assert.Equal(2 * elman.HiddenSize, row.Length);
        double largest = Math.Sqrt(((double)row[0] * row[0]) + ((double)row[1] * row[1]));
        Assert.Equal(largest, log.Scalars[("spectral-radius:0", 0)], RowTolerance);
        Assert.True(log.Scalars[("spectral-norm:0", 0)] >= largest - RowTolerance);
    }

    /// <summary>Every column against numbers that are taken from the pass without Backflow.Telemetry.</summary>
    [Fact]
    public void Advance_FullEveryStep_ColumnsAreThoseOfADirectMeasurement()
    {
        TrainingConfiguration every = Small with { TelemetryInterval = "1" };
        using TrainingSession session = new(every, Corpus);
        MeasurementLog log = new();
        using TrainingTelemetry telemetry = Attach(session, log);
        DirectMeasurement direct = new(session, telemetry);
        session.Observer = direct;
        Run(session);
        telemetry.Complete();

        Assert.True(direct.Rows.Count >= 20 * Steps, $"Only {direct.Rows.Count} rows were measured.");
        foreach (((string column, int layer, long step), double[] expected) in direct.Rows)
        {
            float[] actual = log.Rows[(column, layer, step)];
            Assert.Equal(expected.Length, actual.Length);
            for (int t = 0; t < expected.Length; t++)
            {
                Assert.True(
                    Math.Abs(expected[t] - actual[t]) <= RowTolerance * Math.Max(SmallestRow, Math.Abs(expected[t])),
                    $"{column} of layer {layer}, step {step}, t {t}: {actual[t]}, directly {expected[t]}.");
            }
        }

        foreach (((string column, long step), double expected) in direct.Scalars)
        {
            double actual = log.Scalars[(column, step)];
            Assert.True(
                Math.Abs(expected - actual) <= 1e-5 * Math.Max(1e-6, Math.Abs(expected)),
                $"{column} of step {step}: {actual}, directly {expected}.");
        }
    }

    [Fact]
    public void Advance_LossThatIsNotFinite_IsMeasuredWhateverTheSchedule()
    {
        TrainingConfiguration wild = Small with
        {
            Cells = ["rnn-relu"],
            Optimizer = "sgd",
            LearningRate = 1e30,
            ClipNorm = 0,
            ClipValue = 0,
            TelemetryInterval = "1000",
        };
        using TrainingSession session = new(wild, Corpus);
        MeasurementLog log = new();
        using TrainingTelemetry telemetry = Attach(session, log);
        while (session.Advance())
        {
            Assert.True(session.Step < 50, "Training did not diverge.");
        }

        long failed = session.Step + 1;
        Assert.False(double.IsFinite(log.Scalars[("gradient-norm", failed)]));
        Assert.Contains(log.Rows[("total-gradient-norm", 1, failed)], value => !float.IsFinite(value));
        Assert.False(log.Scalars.ContainsKey(("clipped-gradient-norm", failed)));
    }

    [Theory]
    [InlineData("economy", "1")]
    [InlineData("economy", null)]
    [InlineData("full", "1")]
    public void Advance_AfterTheFirstSteps_AllocatesNothing(string level, string? interval)
    {
        TrainingConfiguration configuration = Small with { Telemetry = level, TelemetryInterval = interval };
        using TrainingSession session = new(configuration, Corpus);
        using TrainingTelemetry telemetry = Attach(session, new MeasurementFanOut(new NullSink()));
        Run(session);
        Assert.Equal(0, Allocations.Least(() => Run(session)));
    }

    [Fact]
    public void TakeTimeSpent_OnAClockThatTicksPerCall_CountsTheCallsAndStartsAnew()
    {
        using TrainingSession session = new(Small, Corpus);
        TelemetryPlan plan = new(Small.Telemetry, Small.TelemetryInterval, Small.BatchSize);
        using TrainingTelemetry telemetry = new(
            session, plan, new NullSink(), new TickingClock(TimeSpan.FromSeconds(1)));
        telemetry.Attach();
        session.Advance();

        // Four moments, and two readings a second apart at each.
        Assert.Equal(TimeSpan.FromSeconds(4), telemetry.TakeTimeSpent());
        Assert.Equal(TimeSpan.Zero, telemetry.TakeTimeSpent());
    }

    private static TrainingTelemetry Attach(TrainingSession session, IMeasurementSink sink)
    {
        TrainingConfiguration configuration = session.Configuration;
        TelemetryPlan plan = new(configuration.Telemetry, configuration.TelemetryInterval, configuration.BatchSize);
        TrainingTelemetry telemetry = new(session, plan, sink, TimeProvider.System);
        telemetry.Attach();
        return telemetry;
    }

    private static void Run(TrainingSession session)
    {
        for (int step = 0; step < Steps; step++)
        {
            Assert.True(session.Advance());
        }
    }

    private sealed class NullSink : IMeasurementSink
    {
        public void Scalar(string column, long step, double value)
        {
            // Only the call matters.
        }

        public void Row(string column, int layer, long step, ReadOnlySpan<float> values)
        {
            // Only the call matters.
        }
    }
}
