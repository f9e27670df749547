using System.Collections.Immutable;

namespace Backflow.Lessons.FirstStates;

/// <summary>The gradients of the initial state and of the one after the first timestep, by sequence length.</summary>
/// <param name="Rows">One for each length.</param>
public sealed record FirstStatesAnswer(ImmutableArray<FirstStatesRow> Rows);

/// <summary>Both gradients of one network.</summary>
/// <param name="Timesteps">T.</param>
/// <param name="Initial">‖∂L/∂h₀‖₂, the gradient of the initial state.</param>
/// <param name="First">‖∂L/∂h₁‖₂, that of the state after the first timestep.</param>
public sealed record FirstStatesRow(int Timesteps, double Initial, double First);
