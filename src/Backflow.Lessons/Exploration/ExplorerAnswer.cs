using System.Collections.Immutable;

namespace Backflow.Lessons.Exploration;

/// <summary>The gradients of one network. Arrays are [T]: entry t belongs to timestep t.</summary>
public sealed record ExplorerAnswer
{
    /// <summary>‖∂L/∂hₜ‖₂, where L reads the last state alone with a random direction of length 1.</summary>
    public required ImmutableArray<double> Norms { get; init; }

    /// <summary>The norms divided by that of the last timestep.</summary>
    public required ImmutableArray<double> Relative { get; init; }

    /// <summary>
    /// What each timestep multiplies the gradient by: ‖∂L/∂hₜ₋₁‖₂ ÷ ‖∂L/∂hₜ‖₂. Entry 0 leads to the initial state. NaN
    /// where nothing is left to multiply.
    /// </summary>
    public required ImmutableArray<double> Factors { get; init; }

    /// <summary>√(mean φ′²) over units at each timestep; null for gated cells.</summary>
    public required ImmutableArray<double>? Slopes { get; init; }

    /// <summary>The rate of the scalar formula, and what it is made of.</summary>
    public required ExplorerFormula Formula { get; init; }

    /// <summary>Why the gradient falls or grows.</summary>
    public required ExplorerReason Reason { get; init; }

    /// <summary>rateⁿ, n timesteps back, with the rate of <see cref="Formula"/>.</summary>
    public required ImmutableArray<double> ScalarFormula { get; init; }

    /// <summary>
    /// (γσ₁)ⁿ, n timesteps back, which the norm of ∂h/∂hₜ, h the last state, cannot exceed; null for gated cells.
    /// </summary>
    public required ImmutableArray<double>? Bound { get; init; }

    /// <summary>γσ₁, the most that one timestep can multiply by; null for gated cells.</summary>
    public required double? StepBound { get; init; }

    /// <summary>All of these quantities for the initial state, T timesteps back.</summary>
    public required ExplorerInitialState Initial { get; init; }

    /// <summary>The mean activation of each gate by name; empty for an Elman network.</summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<double>> Gates { get; init; }

    /// <summary>
    /// The constant error carousel's own gain from cₜ to the last cell state; null where there is no cell state.
    /// </summary>
    public required ImmutableArray<double>? Carousel { get; init; }

    /// <summary>σ₁ of R, or of each gate's block.</summary>
    public required double Sigma1 { get; init; }

    /// <summary>ρ of R, or of each gate's block.</summary>
    public required double Rho { get; init; }

    /// <summary>The largest lag with more than 1 % of the gradient at lag 0; null where there is none.</summary>
    public required int? Horizon { get; init; }

    /// <summary>healthy, vanishing or exploding.</summary>
    public required string Verdict { get; init; }

    /// <summary>The verdict in a sentence with its numbers.</summary>
    public required string Sentence { get; init; }

    /// <summary>What the relative gradient of the initial state was held against.</summary>
    public required double Threshold { get; init; }

    /// <summary>How long the answer took to compute.</summary>
    public double Milliseconds { get; init; }
}

/// <summary>The initial state, behind all T timesteps.</summary>
/// <param name="Norm">‖∂L/∂h‖₂ of the initial state.</param>
/// <param name="Relative">The norm divided by that of the last timestep.</param>
/// <param name="ScalarFormula">rate^T.</param>
/// <param name="Bound">(γσ₁)^T; null for gated cells.</param>
public sealed record ExplorerInitialState(double Norm, double Relative, double ScalarFormula, double? Bound);

/// <summary>One number per timestep that a cell's textbook formula takes to a power.</summary>
/// <remarks>
/// Elman networks: γ · scale, with γ the largest slope: tanh and ReLU 1, σ 1/4. Cells with a gate that keeps the state:
/// what it lets through on average. Other cells: scale.
/// </remarks>
/// <param name="Name">What the rate is made of, as in "0.25 · scale" or "mean forget gate".</param>
/// <param name="Rate">The factor of one timestep.</param>
public sealed record ExplorerFormula(string Name, double Rate);
