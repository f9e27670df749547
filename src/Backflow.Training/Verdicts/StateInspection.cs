using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Training.Verdicts;

/// <summary>Finds the first state or gate of a forward pass that is no number.</summary>
/// <remarks>
/// A step whose loss or gradient is not finite leaves the parameters as they were, so its forward pass is repeated and
/// read before a backward pass reuses the gates' memory. Layers from below, timesteps from the first, gates before the
/// state that they make.
/// </remarks>
internal static class StateInspection
{
    public static void Report(TrainingSession session, long step, VerdictMonitor monitor)
    {
        session.RepeatForward();
        NetworkPass pass = session.Pass;
        for (int layer = 0; layer < session.Network.Layers.Length; layer++)
        {
            float[] values = new float[pass.BatchSize * pass.Layers[layer].HiddenSize];
            for (int t = 0; t < pass.SequenceLength; t++)
            {
                if (Look(session, layer, t, values) is (float value, string gate))
                {
                    monitor.StateNotFinite(step, layer, gate.Length == 0 ? null : gate, t, value);
                    return;
                }
            }
        }
    }

    private static (float Value, string Gate)? Look(TrainingSession session, int layer, int t, float[] values)
    {
        NetworkPass pass = session.Pass;
        int gate = 0;
        foreach (string name in session.Network.Options.Layers[layer].Cell.GateNames)
        {
            pass.Layers[layer].Gate(gate, t, values);
            gate++;
            if (FirstNotFinite(values) is float bad)
            {
                return (bad, name);
            }
        }

        pass.Layers[layer].Hidden(t).CopyTo(values);
        return FirstNotFinite(values) is float state ? (state, string.Empty) : null;
    }

    private static float? FirstNotFinite(float[] values)
    {
        int at = Array.FindIndex(values, static value => !float.IsFinite(value));
        return at < 0 ? null : values[at];
    }
}
