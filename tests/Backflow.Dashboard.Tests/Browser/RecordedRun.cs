using Backflow.Runs.Columns;
using Backflow.Runs.Manifest;
using Backflow.Runs.Recording;

namespace Backflow.Dashboard.Tests.Browser;

/// <summary>
/// A run whose every number is known: over T = 5 timesteps the gradient is 1e-4, 1e-3, 1e-2, 1e-1, 1 at each of 40
/// steps, but not a number at step 20, timestep 2.
/// </summary>
internal static class RecordedRun
{
    public const int Steps = 40;
    public const int Timesteps = 5;
    public const int NonFiniteStep = 20;
    public const int NonFiniteTimestep = 2;
    public const int EventStep = 12;
    public const int EventTimestep = 1;
    public const int ReachInterval = 8;
    public const int Context = 3;
    public const int Reach = 2;
    public const string Sample = "the cat <b>sits</b> & <img src=x onerror=document.title='hacked'>";

    private const string Meaning = "What happened at timestep 1 is forgotten.";

    private const string Verdict =
        $$"""
        {"verdict":"vanishing-over-time","severity":"warning","step":12,"layer":0,"gate":null,"timestep":1,
        "metric":"total-gradient-norm","value":0.001,"threshold":0.01,"evidence":{"horizon":2},
        "meaning":"{{Meaning}}","remedies":[{"text":"Use an LSTM.","command":"backflow train --cell lstm"}]}
        """;

    /// <summary>Writes the run and finishes it.</summary>
    public static string Write(Served served, string? name = "known")
    {
        string id = served.CreateRun("rnn", """{"steps":40,"hiddenSize":2}""", name);
        using RunRecorder recorder = served.Store.OpenRecorder(id);
        WriteSteps(recorder, 1, Steps);
        recorder.Finish(RunStatus.Completed, Loss(Steps), 0.25);
        return id;
    }

    /// <summary>Records some steps; the run goes on.</summary>
    public static void WriteSteps(RunRecorder recorder, int first, int last)
    {
        float[] row = new float[Timesteps];
        for (int step = first; step <= last; step++)
        {
            for (int t = 0; t < Timesteps; t++)
            {
                row[t] = (step, t) == (NonFiniteStep, NonFiniteTimestep) ? float.NaN : Norm(t);
            }

            recorder.Row("total-gradient-norm", 0, step, row);
            recorder.Row("recurrent-spectrum", 0, step, [0.1f, 0.05f * step / Steps, 0.1f, -0.05f * step / Steps]);
            recorder.Scalar("training-loss", step, Loss(step));
            recorder.Scalar("gradient-horizon:0", step, 2);
            recorder.Scalar("gradient-decay:0", step, 0.1);
            recorder.Scalar("gradient-decay-confidence:0", step, 1);
            recorder.Scalar("spectral-norm:0", step, 0.1125);
            recorder.Scalar("gradient-norm", step, 2);
            if (step % ReachInterval == 0)
            {
                recorder.Scalar("effective-context", step, Context);
                recorder.Scalar("effective-context-limit", step, Timesteps - 1);
                recorder.Scalar("gradient-reach", step, Reach);
                recorder.Scalar("gradient-reach-limit", step, Timesteps - 1);
                recorder.Scalar("gradient-growth", step, 1);
            }

            if (step == EventStep)
            {
                recorder.Event(step, RunEventLevel.Warning, "Layer 0 vanishes", Meaning, Verdict);
                recorder.Sample(step, Sample);
            }
        }

        recorder.Flush();
    }

    /// <summary>The gradient at a timestep, where it is a number.</summary>
    public static float Norm(int timestep) => MathF.Pow(10, timestep + 1 - Timesteps);

    public static double Loss(int step) => 4.0 / step;
}
