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

    /// <summary>The words and the schedule of <see cref="MetricName"/>.</summary>
    public static MetricDescription Description { get; } = new()
    {
        Name = MetricName,
        Label = "Horizon",
        Title = "Horizon of the total gradient",
        Meaning = "The largest lag whose gradient norm is above 1 % of the norm at lag 0.",
        Formula = "max {T − t : nₜ > 0.01·n_T}, n any row of norms",
        Reduction = "a scalar per row of norms, null where lag 0 has no finite gradient",
        Range = "[0, T − 1]",
        Unit = "timesteps",
        HowToRead = "Compare it with the dependency that the task has.",
        Caption = "largest lag whose total gradient is above 1 % of its norm at lag 0",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.Free,
    };

    /// <summary>The name of the decay per timestep.</summary>
    public const string DecayMetricName = "gradient-decay";

    /// <summary>The words and the schedule of <see cref="DecayMetricName"/>.</summary>
    public static MetricDescription DecayDescription { get; } = new()
    {
        Name = DecayMetricName,
        Label = "Decay per timestep",
        Title = "Decay of the total gradient per timestep",
        Meaning = "The factor by which the norm changes per timestep going back.",
        Formula = "e^slope of the least-squares line through ln nₜ against the lag",
        Reduction = "a scalar per row of norms; zeros and non-finite norms take no part",
        Range = "(0, ∞)",
        Unit = "factor per timestep",
        HowToRead = "0.9 per timestep leaves 0.5 % after 50. Trust it as far as its confidence goes.",
        Caption = "fitted to the logarithm of the norms",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.Free,
    };

    /// <summary>The name of the fit's R².</summary>
    public const string ConfidenceMetricName = "gradient-decay-confidence";

    /// <summary>The words and the schedule of <see cref="ConfidenceMetricName"/>.</summary>
    public static MetricDescription ConfidenceDescription { get; } = new()
    {
        Name = ConfidenceMetricName,
        Label = "Confidence of the decay",
        Title = "Confidence R² of the fitted decay",
        Meaning = "How well one rate describes the norms.",
        Formula = "R² of the same line; 1 for a flat profile",
        Reduction = "a scalar per row of norms",
        Range = "[0, 1]",
        Unit = "none",
        HowToRead = "Below about 0.9 no single rate exists: look at the profile.",
        Caption = "R² of the line through the logarithm of the norms",
        Level = TelemetryLevel.Economy,
        Kind = ColumnKind.Scalar,
        Cost = CostClass.Free,
    };

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

        // R² = (explained variance) / (variance), above 1 by rounding alone; a flat profile is explained completely by
        // slope 0.
        double confidence = valueSquares <= 1e-12 * yy
            ? 1
            : Math.Min(1, products * products / (lagSquares * valueSquares));
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
