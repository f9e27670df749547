using Backflow.Runs;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;

namespace Backflow.Experiments.Tests.Figures;

/// <summary>Small runs with everything that an export has to carry.</summary>
internal static class RecordedFigures
{
    public const int Steps = 40;
    public const int Timesteps = 5;

    /// <summary>Adds a run to a store.</summary>
    public static string Add(RunStore store, string? name = null) => store.CreateRun(Description(name)).Id;

    /// <summary>What is known of such a run.</summary>
    public static RunDescription Description(string? name = null) => new()
    {
        Prefix = "lstm",
        Name = name,
        Task = "adding",
        Cell = "lstm",
        ConfigurationJson = """{"steps":40,"task":"adding"}""",
        Seed = 1,
        ProductVersion = "0.1.0",
        Machine = "machine",
        CommandLine = "backflow train",
    };

    /// <summary>Records steps: a loss that is NaN at step 3, a norm of a layer, rows with zeros and an
    /// infinity.</summary>
    public static void Record(RunRecorder recorder, int from = 1, int to = Steps)
    {
        for (int step = from; step <= to; step++)
        {
            recorder.Scalar("training-loss", step, Loss(step));
            recorder.Scalar("spectral-norm:1:forget", step, step * 0.5);
            recorder.Row("total-gradient-norm", 1, step, Row(step));
            recorder.Row("gate-mean:forget", 0, step, [0.5f, 0.25f]);
        }
    }

    public static double Loss(int step) => step == 3 ? double.NaN : 1.0 / step;

    public static float[] Row(int step) =>
        [0, 1e-30f, step, step == 7 ? float.PositiveInfinity : 1, 1e-3f * step];
}
