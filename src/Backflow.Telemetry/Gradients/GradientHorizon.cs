namespace Backflow.Telemetry;

/// <summary>The largest lag whose gradient norm is above 1 % of the norm at lag 0, and the fitted decay per
/// timestep.</summary>
/// <remarks>
/// Lag 0 is the last timestep. The decay is e^slope of the least-squares line through ln(norm) against lag, over all
/// norms that are finite and above 0; R² says how well one rate describes them. Unit: timesteps; decay: factor per
/// timestep. Range: horizon [0, T − 1] or null; decay (0, ∞). Derived from any row of norms, O(T).
/// How to read it: compare the horizon with the dependency that the task has. R² below about 0.9 says that no single
/// rate exists: look at the profile instead of the decay.
/// </remarks>
public static class GradientHorizon
{
    /// <summary>The horizon's name in run columns and URLs.</summary>
    public const string MetricName = "gradient-horizon";

    /// <summary>The name of the decay per timestep.</summary>
    public const string DecayMetricName = "gradient-decay";

    /// <summary>The name of the fit's R².</summary>
    public const string ConfidenceMetricName = "gradient-decay-confidence";

    /// <summary>The share of the norm at lag 0 that still counts.</summary>
    public const double Share = 0.01;

    /// <summary>Derives horizon and decay from the norms of one sequence of timesteps.</summary>
    /// <param name="norms">[T], in order of the timesteps: the last entry is lag 0.</param>
    /// <returns>Horizon, decay and R².</returns>
    public static HorizonResult Measure(ReadOnlySpan<float> norms)
    {
        int? horizon = null;
        int count = 0;
        double x = 0, y = 0, xx = 0, xy = 0, yy = 0;
        double atZero = norms.IsEmpty ? 0 : norms[^1];
        for (int lag = 0; lag < norms.Length; lag++)
        {
            double norm = norms[norms.Length - 1 - lag];
            if (atZero > 0 && double.IsFinite(atZero) && norm > Share * atZero)
            {
                horizon = lag;
            }

            if (norm > 0 && double.IsFinite(norm))
            {
                double value = Math.Log(norm);
                count++;
                x += lag;
                y += value;
                xx += (double)lag * lag;
                xy += lag * value;
                yy += value * value;
            }
        }

        double lagSquares = xx - (x * x / count);
        if (count < 2 || lagSquares <= 0)
        {
            return new HorizonResult(horizon, double.NaN, double.NaN, count);
        }

        double products = xy - (x * y / count);
        double valueSquares = yy - (y * y / count);

        // R² = (explained variance) / (variance), above 1 by rounding alone; a flat profile is explained completely by slope 0.
        double confidence = valueSquares <= 1e-12 * yy ? 1 : Math.Min(1, products * products / (lagSquares * valueSquares));
        return new HorizonResult(horizon, Math.Exp(products / lagSquares), confidence, count);
    }
}

/// <summary>How far back a gradient reaches.</summary>
/// <param name="Horizon">Largest lag above 1 % of lag 0; null where lag 0 has no gradient or none that is
/// finite.</param>
/// <param name="DecayPerTimestep">Factor per timestep going back; NaN with fewer than two usable norms.</param>
/// <param name="Confidence">R² of the fit, in [0, 1]; NaN with fewer than two usable norms.</param>
/// <param name="UsedTimesteps">Norms that took part in the fit.</param>
public readonly record struct HorizonResult(
    int? Horizon, double DecayPerTimestep, double Confidence, int UsedTimesteps);
