using Backflow.Telemetry;

namespace Backflow.Experiments.Dynamics;

/// <summary>What Lyapunov exponents mean, in plain words.</summary>
public static class DynamicsText
{
    /// <summary>Standard errors within which an exponent is not told from 0.</summary>
    private const double Errors = 2;

    /// <summary>What is left at the gradient reach: 1 %.</summary>
    private const double Share = GradientReach.Share;

    /// <summary>What follows from the exponents of a layer.</summary>
    /// <param name="layer">From 0.</param>
    /// <param name="spectrum">Its exponents, at least one.</param>
    /// <param name="timesteps">Timesteps of a sequence, T: what grows a hundredfold over them explodes.</param>
    /// <returns>One or two sentences.</returns>
    public static string Sentence(int layer, LyapunovSpectrum spectrum, int timesteps)
    {
        double exponent = spectrum.Exponents[0];
        double error = spectrum.StandardErrors[0];
        double uncertainty = double.IsNaN(error) ? 0 : Errors * error;
        string where = $"Layer {layer}: ";
        if (double.IsNegativeInfinity(exponent))
        {
            return where + "no gradient comes back; one timestep loses every direction.";
        }

        if (!double.IsFinite(exponent))
        {
            return where + "a state or a weight is NaN or infinite, so nothing follows.";
        }

        if (Math.Abs(exponent) <= uncertainty)
        {
            return where + "the best kept gradient neither shrinks nor grows measurably: it lasts.";
        }

        string half = Timesteps(Math.Log(2) / Math.Abs(exponent));
        return exponent < 0
            ? $"{where}a gradient shrinks by half every {half}. "
                + $"{NumberText.Share(Share)} of it is left after {Timesteps(Math.Log(Share) / exponent)}."
            : $"{where}a gradient grows ×{NumberText.Of(Math.Exp(exponent))} per timestep, and doubles every {half}."
                + Explosion(Math.Exp(exponent * timesteps), timesteps);
    }

    /// <summary>An exponent with its uncertainty.</summary>
    /// <param name="spectrum">Exponents, as they were measured.</param>
    /// <param name="rank">Which of them, from 0.</param>
    /// <returns>Such as "−0.223 ± 0.004".</returns>
    public static string Exponent(LyapunovSpectrum spectrum, int rank) =>
        double.IsNaN(spectrum.StandardErrors[rank])
            ? NumberText.Of(spectrum.Exponents[rank])
            : $"{NumberText.Of(spectrum.Exponents[rank])} ± {NumberText.Of(spectrum.StandardErrors[rank])}";

    private static string Explosion(double growth, int timesteps) => growth > GradientReach.Explosion
        ? $" It explodes: ×{NumberText.Of(growth)} over the {NumberText.Count(timesteps)} timesteps of a sequence."
        : string.Empty;

    private static string Timesteps(double count)
    {
        string text = NumberText.Of(count);
        return text == "1" ? "timestep" : $"{text} timesteps";
    }
}
