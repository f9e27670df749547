using System.Globalization;
using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>
/// A run of 40 steps whose effective context and gradient reach are known: measured every ten steps, the gradient grows
/// at step 10, and the reach ends at the largest lag, 49.
/// </summary>
internal static class RecordedReach
{
    public const int Steps = 40;
    public const int Limit = 49;
    public const int NeededLow = 26;
    public const int NeededMedian = 37;
    public const int NeededHigh = 48;
    public const int GrowthStep = 10;
    public const double Growth = 1.6;

    /// <summary>The effective context at steps 0, 10, …, 40.</summary>
    public static readonly double[] Contexts = [0, 0, 20, 41, 42];

    /// <summary>The gradient reach at the same steps; at step 10 the gradient grows.</summary>
    public static readonly double[] Reaches = [4, double.NaN, 30, 49, 49];

    private const string Curve =
        """
        {"unit":"timesteps","rule":"the largest lag that matters","loss":0.01,"context":42,"contextLimit":49,
        "curve":[[0,0.17,0.01],[1,0.168,0.01],[10,0.12,0.01],[42,0.03,0.005],[49,0.001,0.002]],
        "reach":49,"reachLimit":49,"growth":null,"profile":[2,1.5,1,0.8]}
        """;

    /// <summary>Writes the run and finishes it.</summary>
    public static string Write(
        Served served, string cell = "lstm", double loss = 0.01, long steps = Steps, string? verdict = null)
    {
        string id = served.CreateRun(cell, """{"steps":40,"task":"adding","taskOptions":{"length":50}}""", cell);
        using RunRecorder recorder = served.Store.OpenRecorder(id);
        recorder.Event(0, RunEventLevel.Information, "Dependency", "What an answer needs.", string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"low":{{NeededLow}},"median":{{NeededMedian}},"high":{{NeededHigh}},"longest":49}"""));
        for (int i = 0; i < Contexts.Length; i++)
        {
            Record(recorder, 10 * i, Contexts[i], Reaches[i]);
        }

        for (long step = 1; step <= steps; step++)
        {
            recorder.Scalar("training-loss", step, loss);
            recorder.Row("total-gradient-norm", 0, step, [1e-3f, 1e-2f, 1e-1f, 1]);
        }

        if (verdict is not null)
        {
            recorder.Event(12, RunEventLevel.Warning, verdict, "…", """{"verdict":"vanishing-over-time","step":12}""");
        }

        recorder.Event(Steps, RunEventLevel.Information, "Effective context", "…", Curve);
        recorder.Finish(RunStatus.Completed, loss, loss);
        return id;
    }

    private static void Record(RunRecorder recorder, long step, double context, double reach)
    {
        bool grows = step == GrowthStep;
        recorder.Scalar("effective-context", step, context);
        recorder.Scalar("effective-context-limit", step, Limit);
        recorder.Scalar("gradient-reach-limit", step, Limit);
        recorder.Scalar("gradient-growth", step, grows ? Growth : 1);
        if (!grows)
        {
            recorder.Scalar("gradient-reach", step, reach);
            recorder.Scalar("gradient-reach-lower", step, reach - 1);
            recorder.Scalar("gradient-reach-upper", step, Math.Min(Limit, reach + 1));
        }
    }
}
