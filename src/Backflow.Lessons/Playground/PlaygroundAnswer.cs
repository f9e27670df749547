using System.Collections.Immutable;

namespace Backflow.Lessons.Playground;

/// <summary>What the last steps of a small training left.</summary>
public sealed record PlaygroundAnswer
{
    /// <summary>Steps done so far.</summary>
    public required long Step { get; init; }

    /// <summary>Steps in all.</summary>
    public required long Steps { get; init; }

    /// <summary>Timesteps of a sequence, T.</summary>
    public required int Length { get; init; }

    /// <summary>The loss of a model that always answers with the mean.</summary>
    public required double LossWithoutMemory { get; init; }

    /// <summary>The networks, in the order in which they are shown.</summary>
    public required ImmutableArray<PlaygroundNetwork> Networks { get; init; }
}

/// <summary>One network of a small training.</summary>
/// <param name="Cell">The cell by its name.</param>
/// <param name="Hidden">Units, H.</param>
/// <param name="Parameters">Parameters, all of them.</param>
/// <param name="Losses">The loss of each of these steps; not finite for the step at which the training broke.</param>
/// <param name="Norms">‖∂L/∂hₜ‖₂ of each of these steps: T numbers for the first, T for the next, and so on.</param>
public sealed record PlaygroundNetwork(
    string Cell, int Hidden, long Parameters, ImmutableArray<double> Losses, ImmutableArray<float> Norms);
