namespace Backflow.Telemetry;

/// <summary>How spread a decoder's look back is.</summary>
public static class AttentionEntropy
{
    /// <summary>H = −Σ αₜ·ln αₜ of one decoder timestep (Shannon 1948).</summary>
    /// <param name="weights">α, [T]: not below 0, with sum 1.</param>
    /// <returns>
    /// Nats: 0 where one timestep has all of the weight, ln T where all have as much; NaN where a weight is not a
    /// number.
    /// </returns>
    public static double Measure(ReadOnlySpan<float> weights)
    {
        double entropy = 0;
        foreach (float weight in weights)
        {
            // The limit of −α·ln α at 0 is 0; a NaN is not 0, and stays.
            entropy -= weight == 0 ? 0 : weight * Math.Log(weight);
        }

        return entropy;
    }

    /// <summary>As how many timesteps with equal weights the weights are spread over: eᴴ.</summary>
    /// <param name="weights">α, [T].</param>
    /// <returns>1 to T; NaN where a weight is not a number.</returns>
    public static double EffectiveTimesteps(ReadOnlySpan<float> weights) => Math.Exp(Measure(weights));
}
