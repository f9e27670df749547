namespace Backflow.Engine;

/// <summary>The optimizers.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>RMSprop.</summary>
    RmsProp,

    /// <summary>Adam, weight decay as an L₂ term of the gradient.</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay.</summary>
    AdamW,
}

/// <summary>An optimizer and its constants.</summary>
/// <remarks>
/// Defaults are PyTorch's, but for momentum 0.9 (there 0) and no weight decay with AdamW (there 0.01).
/// </remarks>
public sealed record OptimizerOptions
{
    /// <summary>Which optimizer.</summary>
    public OptimizerKind Kind { get; init; } = OptimizerKind.Adam;

    /// <summary>Momentum μ of SGD, in [0, 1).</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Decay α of RMSprop's mean square, in [0, 1).</summary>
    public double Decay { get; init; } = 0.99;

    /// <summary>Decay β₁ of Adam's mean, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay β₂ of Adam's mean square, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε, added to the root of the mean square; above 0, also as a float.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay λ, at least 0.</summary>
    public double WeightDecay { get; init; }
}
