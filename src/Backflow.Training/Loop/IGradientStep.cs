using Backflow.Engine;

namespace Backflow.Training;

/// <summary>Something that happens to the gradients between the backward pass and the update: a regulariser, an
/// exchange between processes, a limit.</summary>
public interface IGradientStep
{
    /// <summary>Whether the step limits the gradient. The norm that telemetry records is measured before the first
    /// limit, and limits are left out where it is NaN or infinite.</summary>
    bool IsLimit { get; }

    /// <summary>Changes the gradients of a pass.</summary>
    /// <param name="pass">The pass; its backward pass is over.</param>
    /// <param name="norm">The norm of all gradients; only for a limit, else NaN.</param>
    /// <returns>Whether it scaled all gradients by one factor, as a limit on the norm does.</returns>
    bool Apply(NetworkPass pass, double norm);
}

/// <summary>The gradient steps that a configuration asks for.</summary>
internal static class GradientSteps
{
    public static IEnumerable<IGradientStep> Of(TrainingConfiguration configuration, NetworkPass pass)
    {
        if (configuration.Omega > 0)
        {
            yield return new OmegaStep(new OmegaRegulariser(pass), configuration.Omega);
        }

        if (configuration.ClipNorm > 0)
        {
            yield return new NormLimit(configuration.ClipNorm);
        }

        if (configuration.ClipValue > 0)
        {
            yield return new ValueLimit(configuration.ClipValue);
        }
    }

    /// <summary>Adds λ·∂Ω/∂θ, see docs/mathematics/omega.md.</summary>
    private sealed class OmegaStep(OmegaRegulariser omega, double strength) : IGradientStep
    {
        public bool IsLimit => false;

        public bool Apply(NetworkPass pass, double norm)
        {
            omega.AddGradient(strength);
            return false;
        }
    }

    /// <summary>Scales all gradients so that their norm is at most a limit: Pascanu, Mikolov &amp; Bengio 2013,
    /// algorithm 1.</summary>
    private sealed class NormLimit(double limit) : IGradientStep
    {
        public bool IsLimit => true;

        public bool Apply(NetworkPass pass, double norm) =>
            GradientClipping.ByNorm(pass.Network.Gradients.Span, norm, limit);
    }

    /// <summary>Limits every element of the gradients.</summary>
    private sealed class ValueLimit(double limit) : IGradientStep
    {
        public bool IsLimit => true;

        public bool Apply(NetworkPass pass, double norm)
        {
            GradientClipping.ByValue(pass.Network.Gradients.Span, limit);
            return false;
        }
    }
}
