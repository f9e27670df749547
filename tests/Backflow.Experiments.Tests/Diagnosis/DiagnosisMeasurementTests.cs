using System.Collections.Immutable;
using Backflow.Experiments.Diagnosis;
using Backflow.Telemetry;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Diagnosis;

public sealed class DiagnosisMeasurementTests
{
    private const int Lag = 40;
    private const int Symbols = 5;

    /// <summary>Two sums of floats in another order.</summary>
    private const float Rounding = 1e-4f;

    [Fact]
    public void Measure_TaskWithALossAtEveryTimestep_SeesTheDecayThatTheTotalHides()
    {
        TrainingConfiguration configuration = new()
        {
            Task = "copy-memory",
            TaskOptions = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal)
                .Add("lag", Lag).Add("symbols", Symbols),
            Cells = ["rnn"],
            HiddenSize = 24,
            BatchSize = 8,
            Initialisation = "spectral-radius",
            Gain = 0.5,
        };
        ITrainingData data = TrainingDataSource.Load(configuration);
        using TrainingSession session = new(TrainingDataSource.Fit(configuration, data), data);
        ImmutableArray<float> alone = DiagnosisMeasurement.Measure(session)[0].Norms;
        float[] total = new float[session.Pass.SequenceLength];
        new TotalGradientNorm().Measure(session.Pass.Layers[0], total);

        // Losses end where the symbols are read: the total reaches the first timestep, one answer does not.
        Assert.True(GradientHorizon.Measure(total).Horizon >= Lag + Symbols);
        Assert.InRange(GradientHorizon.Measure(alone.AsSpan()).Horizon!.Value, 1, 12);

        // At lag 0 nothing but the last loss arrives; alone it is no share of the mean over all timesteps.
        float whole = total[^1] * session.Pass.SequenceLength;
        Assert.Equal(whole, alone[^1], whole * Rounding);
    }
}
