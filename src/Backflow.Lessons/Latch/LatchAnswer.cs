using System.Collections.Immutable;

namespace Backflow.Lessons.Latch;

/// <summary>A unit whose weights keep a sign, and the same unit trained to.</summary>
/// <param name="ByHand">The network whose weights were set.</param>
/// <param name="Trained">The network that was trained from a random start.</param>
/// <param name="Steps">Updates of the training.</param>
/// <param name="Sequences">Sequences on which both were measured; training saw none of them.</param>
/// <param name="HintSuccess">The share of right answers that the hint alone gives.</param>
/// <param name="Losses">[Steps], the training's loss in nats.</param>
/// <param name="StartingWeight">W_hh before the training.</param>
public sealed record LatchAnswer(
    LatchNetwork ByHand,
    LatchNetwork Trained,
    int Steps,
    int Sequences,
    double HintSuccess,
    ImmutableArray<double> Losses,
    double StartingWeight);

/// <summary>How one of the two networks does.</summary>
/// <param name="RecurrentWeight">W_hh of its one unit.</param>
/// <param name="Success">The share of sequences whose sign it says.</param>
/// <param name="Relative">[T], ‖∂L/∂hₜ‖₂ divided by that of the last timestep.</param>
/// <param name="Initial">‖∂L/∂h‖₂ of the initial state.</param>
/// <param name="RelativeInitial">The same divided by that of the last timestep.</param>
/// <param name="Factor">The geometric mean of |∂hₜ/∂hₜ₋₁| = |W_hh|·(1 − hₜ²) over timesteps and sequences.</param>
/// <param name="Context">The effective context: the largest lag at which another sequence's past raises the
/// loss.</param>
/// <param name="ContextCurve">That rise by lag.</param>
public sealed record LatchNetwork(
    double RecurrentWeight,
    double Success,
    ImmutableArray<double> Relative,
    double Initial,
    double RelativeInitial,
    double Factor,
    int Context,
    ImmutableArray<LatchRise> ContextCurve);

/// <summary>What another sequence's past costs where it begins beyond a lag.</summary>
/// <param name="Lag">The inputs at the end that stay the sequence's own.</param>
/// <param name="LossRise">By how much the loss rises, in nats.</param>
public sealed record LatchRise(int Lag, double LossRise);
