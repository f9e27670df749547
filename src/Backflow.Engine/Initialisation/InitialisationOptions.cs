namespace Backflow.Engine;

/// <summary>How the recurrent weights begin.</summary>
public enum InitialisationScheme
{
    /// <summary>PyTorch's default: everything uniform in ±1/√H.</summary>
    PyTorch,

    /// <summary>Glorot's uniform distribution for each gate's block, biases zero.</summary>
    Glorot,

    /// <summary>A random orthogonal matrix for each gate, times the gain.</summary>
    Orthogonal,

    /// <summary>The identity for each gate, times the gain (IRNN).</summary>
    Identity,

    /// <summary>Gaussian, each gate's block scaled so that its spectral radius is the gain.</summary>
    SpectralRadius,

    /// <summary>Gaussian, each gate's block scaled so that its spectral norm is the gain.</summary>
    SpectralNorm,
}

/// <summary>How a network's parameters begin.</summary>
public sealed record InitialisationOptions
{
    /// <summary>The scheme of the recurrent weights.</summary>
    public InitialisationScheme Scheme { get; init; } = InitialisationScheme.PyTorch;

    /// <summary>The scheme's factor, spectral radius or spectral norm; above 0.</summary>
    public double Gain { get; init; } = 1;

    /// <summary>The sum of both forget-gate biases of an LSTM, or null for what the scheme gives.</summary>
    public double? ForgetBias { get; init; }

    /// <summary>
    /// The longest dependency to prepare for, T_max ≥ 2 timesteps, or null for no chrono initialisation.
    /// </summary>
    public double? ChronoMaximum { get; init; }
}
