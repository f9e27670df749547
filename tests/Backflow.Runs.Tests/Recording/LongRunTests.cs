using System.Globalization;
using Backflow.Runs.Columns;
using Backflow.Runs.Recording;

namespace Backflow.Runs.Tests.Recording;

/// <summary>A long run as economy telemetry records it, with values that make thinning as hard as can be.</summary>
/// <remarks>
/// BACKFLOW_LONG_RUN_STEPS=100000 makes it as long as docs/run-format.md promises; the suite records a fifth, and
/// extrapolates: rows become rarer with the steps, so a fifth of them fills more than a fifth of the disk.
/// </remarks>
public sealed class LongRunTests(ITestOutputHelper output)
{
    private const int PromisedSteps = 100_000;
    private const int Timesteps = 128;
    private const int HiddenSize = 128;
    private const long MostBytes = 200_000_000;
    private const long SpikeStep = 17_230;
    private const long HoleStep = 19_110;

    private static readonly int Steps = int.Parse(
        Environment.GetEnvironmentVariable("BACKFLOW_LONG_RUN_STEPS") ?? "20000", CultureInfo.InvariantCulture);

    private static readonly string[] Gates = ["input", "forget", "candidate", "output"];

    private static readonly string[] LayerRows =
    [
        "total-gradient-norm", "cell-gradient-norm", "unit-saturation",
        .. ((string[])["gate-mean", "gate-share-below", "gate-share-above", "gate-mean-derivative"])
            .SelectMany(metric => Gates.Select(gate => $"{metric}:{gate}")),
    ];

    private static readonly string[] EveryStep =
        ["training-loss", "gradient-norm", "clipped-gradient-norm", "clipped-step-share"];

    private static readonly string[] EveryTen =
    [
        "learning-rate", "characters-per-second", "telemetry-cost", "dropped-rows",
        .. ((string[])["recurrent", "input", "bias", "embedding", "head"])
            .Select(group => $"update-to-weight-ratio:{group}"),
    ];

    private static readonly string[] LayerScalars =
        ["gradient-horizon", "gradient-decay", "gradient-decay-confidence", "dead-unit-share"];

    [Fact]
    public void Row_HundredThousandStepsOfAnLstm_StayBelow200Megabytes()
    {
        const int Layers = 1;
        using TemporaryFolder folder = new();
        using RunStore store = folder.Open();
        string id = store.CreateRun(Example.Description()).Id;
        using (RunRecorder recorder = store.OpenRecorder(id))
        {
            Record(recorder, Layers);
            Assert.Equal(0, recorder.DroppedRows);
        }

        long bytes = new DirectoryInfo(Path.GetDirectoryName(folder.StorePath)!)
            .GetFiles("*", SearchOption.AllDirectories)
            .Sum(file => file.Length);
        RunReader reader = store.OpenReader(id);
        RowSeries rows = reader.Rows("total-gradient-norm", layer: Layers - 1);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Steps:N0} steps: {bytes:N0} bytes, {rows.Count} of {Steps / 10} rows"));
        long promised = bytes * PromisedSteps / Steps;
        Assert.True(promised < MostBytes, $"{promised:N0} bytes for {PromisedSteps} steps; at most {MostBytes:N0}.");
        Assert.True(rows.Count < Steps / 10, "Nothing was thinned.");
        Assert.Contains(rows.Values, static value => value == 1e9f);
        Assert.Contains(HoleStep, rows.Steps);
        Assert.Equal(Steps, rows.Steps[^1]);
        Assert.Equal(Steps, reader.Scalars("training-loss").Count);
    }

    private static void Record(RunRecorder recorder, int layers)
    {
        float[] row = new float[Timesteps];
        float[] spectrum = new float[2 * HiddenSize];
        ulong state = 1;
        for (long step = 1; step <= Steps; step++)
        {
            foreach (string metric in EveryStep)
            {
                recorder.Scalar(metric, step, step * 0.7);
            }

            if (step % 10 == 0)
            {
                foreach (string metric in EveryTen)
                {
                    recorder.Scalar(metric, step, step * 0.7);
                }

                for (int layer = 0; layer < layers; layer++)
                {
                    RecordLayer(recorder, layer, step, row, ref state);
                }
            }

            if (step % 100 == 0)
            {
                RecordSpectra(recorder, layers, step, spectrum, ref state);

                // Here the training thread is faster than any; a real one never waits.
                recorder.Flush();
            }
        }
    }

    private static void RecordLayer(RunRecorder recorder, int layer, long step, float[] row, ref ulong state)
    {
        foreach (string metric in LayerScalars)
        {
            recorder.Scalar($"{metric}:{layer}", step, step * 0.7);
        }

        foreach (string metric in LayerRows)
        {
            Fill(row, ref state);
            row[5] = step == SpikeStep ? 1e9f : step == HoleStep ? float.NaN : row[5];
            recorder.Row(metric, layer, step, row);
        }
    }

    private static void RecordSpectra(RunRecorder recorder, int layers, long step, float[] spectrum, ref ulong state)
    {
        for (int layer = 0; layer < layers; layer++)
        {
            foreach (string gate in Gates)
            {
                Fill(spectrum, ref state);
                recorder.Row($"recurrent-spectrum:{gate}", layer, step, spectrum);
                recorder.Scalar($"spectral-radius:{layer}:{gate}", step, 0.9);
                recorder.Scalar($"spectral-norm:{layer}:{gate}", step, 1.1);
            }
        }
    }

    // Numbers without order: most buckets then have their first, largest and smallest value in three rows.
    private static void Fill(float[] values, ref ulong state)
    {
        for (int i = 0; i < values.Length; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            values[i] = (state >> 40) / (float)(1 << 24);
        }
    }
}
