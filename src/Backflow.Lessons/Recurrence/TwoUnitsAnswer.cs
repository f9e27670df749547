using System.Collections.Immutable;

namespace Backflow.Lessons.Recurrence;

/// <summary>Both passes of a tanh network of two units. Matrices are [2, 2], row-major.</summary>
internal sealed record TwoUnitsAnswer
{
    /// <summary>W_hh.</summary>
    public required ImmutableArray<double> Weights { get; init; }

    /// <summary>W_xh, [2].</summary>
    public required ImmutableArray<double> InputWeights { get; init; }

    /// <summary>W_hy, [2]: ∂L/∂h of the last timestep as well.</summary>
    public required ImmutableArray<double> OutputWeights { get; init; }

    /// <summary>x, alike at all timesteps.</summary>
    public required double Input { get; init; }

    /// <summary>The timesteps, [T].</summary>
    public required ImmutableArray<TwoUnitsStep> Steps { get; init; }

    /// <summary>∂L/∂h of the state before the first timestep, [2].</summary>
    public required ImmutableArray<double> InitialGradient { get; init; }

    /// <summary>The real parts of the eigenvalues of W_hh, largest magnitude first.</summary>
    public required ImmutableArray<double> EigenvalueReal { get; init; }

    /// <summary>The imaginary parts of those eigenvalues.</summary>
    public required ImmutableArray<double> EigenvalueImaginary { get; init; }

    /// <summary>σ₁ of W_hh.</summary>
    public required double Sigma1 { get; init; }

    /// <summary>ρ of W_hh.</summary>
    public required double Rho { get; init; }
}

/// <summary>One timestep of both passes.</summary>
internal sealed record TwoUnitsStep
{
    /// <summary>zₜ = W_hh hₜ₋₁ + W_xh x, [2].</summary>
    public required ImmutableArray<double> Sum { get; init; }

    /// <summary>hₜ, [2].</summary>
    public required ImmutableArray<double> State { get; init; }

    /// <summary>tanh′(zₜ), [2].</summary>
    public required ImmutableArray<double> Slopes { get; init; }

    /// <summary>yₜ.</summary>
    public required double Output { get; init; }

    /// <summary>∂hₜ/∂hₜ₋₁ = diag(tanh′(zₜ)) W_hh.</summary>
    public required ImmutableArray<double> Jacobian { get; init; }

    /// <summary>∂L/∂hₜ, [2].</summary>
    public required ImmutableArray<double> Gradient { get; init; }

    /// <summary>‖∂L/∂hₜ‖₂.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>∂h/∂hₜ of the last state h: the product of the Jacobians after this timestep.</summary>
    public required ImmutableArray<double> Product { get; init; }

    /// <summary>The singular values of the product, largest first.</summary>
    public required ImmutableArray<double> SingularValues { get; init; }

    /// <summary>σ₁ of W_hh to the power of as many factors: what the largest singular value cannot exceed.</summary>
    public required double Bound { get; init; }
}
