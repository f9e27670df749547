using System.Collections.Immutable;
using Backflow.Telemetry;

namespace Backflow.Experiments.Dynamics;

/// <summary>How a trained network hands its state on, and its gradient back, along held-out sequences.</summary>
public sealed record DynamicsReport
{
    /// <summary>The run's id.</summary>
    public required string RunId { get; init; }

    /// <summary>The step of the checkpoint.</summary>
    public required long Step { get; init; }

    /// <summary>Timesteps of a sequence, T.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>The timestep t of the Jacobian ∂hₜ/∂hₜ₋₁, in [0, T − 1].</summary>
    public required int Timestep { get; init; }

    /// <summary>What was measured of each layer, or of the one that was asked for.</summary>
    public required ImmutableArray<LayerDynamics> Layers { get; init; }
}

/// <summary>The dynamics of one layer.</summary>
/// <remarks>Jacobian and products are those of the first held-out sequence; exponents and factors are means.</remarks>
public sealed record LayerDynamics
{
    /// <summary>From 0, the one next to the input.</summary>
    public required int Layer { get; init; }

    /// <summary>The name of the layer's cell.</summary>
    public required string Cell { get; init; }

    /// <summary>What is carried from one timestep to the next: "h", or "(h, c)".</summary>
    public required string State { get; init; }

    /// <summary>Numbers of that state, S: H, or 2H.</summary>
    public required int StateSize { get; init; }

    /// <summary>What the numbers below mean, in plain words.</summary>
    public required string Sentence { get; init; }

    /// <summary>Why nothing below was measured, as a sentence; null where it was.</summary>
    public string? NotMeasured { get; init; }

    /// <summary>∂hₜ/∂hₜ₋₁, [S, S], row-major: row i is how unit i of the new state answers to the old ones.</summary>
    public ImmutableArray<float> Jacobian { get; init; } = [];

    /// <summary>Singular values of the Jacobian, [S], largest first: the stretches of one timestep.</summary>
    public ImmutableArray<double> SingularValues { get; init; } = [];

    /// <summary>Eigenvalues of the Jacobian, [S], largest magnitude first.</summary>
    public ImmutableArray<Eigenvalue> Eigenvalues { get; init; } = [];

    /// <summary>What is left of a gradient by lag, with its bound.</summary>
    public ImmutableArray<BoundedLag> Product { get; init; } = [];

    /// <summary>γσ₁(R), the bound on what one timestep can stretch; null for a gated cell, which has none.</summary>
    public double? BoundPerTimestep { get; init; }

    /// <summary>The largest Lyapunov exponents, in nats per timestep; null where they were not measured.</summary>
    public LyapunovSpectrum? Lyapunov { get; init; }

    /// <summary>The decay of the loss's gradient, split; null where it cannot be measured.</summary>
    public DecaySplit? Split { get; init; }
}

/// <summary>A complex number.</summary>
/// <param name="Real">Its real part.</param>
/// <param name="Imaginary">Its imaginary part.</param>
public sealed record Eigenvalue(double Real, double Imaginary);

/// <summary>How much of a gradient is left after some timesteps, and how much can be at most.</summary>
/// <param name="Lag">Timesteps, T − t.</param>
/// <param name="Largest">σ₁ of ∂h_T/∂hₜ.</param>
/// <param name="Smallest">Its smallest singular value; null where it is lost in the rounding of a double.</param>
/// <param name="Bound">(γσ₁(R))^(T−t), of an Elman network; null for gated cells.</param>
public sealed record BoundedLag(int Lag, double Largest, double? Smallest, double? Bound);

/// <summary>What the gradient of the loss is multiplied by per timestep, as ln of two factors.</summary>
/// <remarks>Means over all timesteps and sequences at which the gradient is not 0.</remarks>
/// <param name="KeptName">The first factor: the forget gate, or the activation's derivative.</param>
/// <param name="Kept">ln of it per timestep.</param>
/// <param name="RestName">The second factor: the recurrent matrix, or all other paths.</param>
/// <param name="Rest">ln of it per timestep.</param>
/// <param name="Paths">The terms that <paramref name="Rest"/> is the sum of; empty for an Elman network.</param>
public sealed record DecaySplit(
    string KeptName, double Kept, string RestName, double Rest, ImmutableArray<DecayTerm> Paths)
{
    /// <summary>ln of what one timestep multiplies the gradient by.</summary>
    public double Total => Kept + Rest;
}

/// <summary>One gate's path.</summary>
/// <param name="Name">Such as "via input gate".</param>
/// <param name="Log">ln of what adding it changes per timestep.</param>
public sealed record DecayTerm(string Name, double Log);
