using System.Collections.Immutable;

namespace Backflow.Experiments.Studies.Exercises;

/// <summary>An exercise, answered with computed numbers.</summary>
/// <param name="Name">A few words.</param>
/// <param name="Answer">Question, reasoning and answer.</param>
/// <param name="Checks">The numbers that have an expected value.</param>
internal sealed record Exercise(string Name, WorkedAnswer Answer, ImmutableArray<ExerciseCheck> Checks);

/// <summary>A number that an exercise expects, and what came out.</summary>
/// <param name="Quantity">What it is.</param>
/// <param name="Expected">What mathematics says.</param>
/// <param name="Computed">What the engine or the arithmetic gave.</param>
internal sealed record ExerciseCheck(string Quantity, double Expected, double Computed)
{
    // The engine keeps states and weights as floats, 2⁻²⁴ each; a few dozen of them meet in a number.
    private const double Tolerance = 1e-5;

    /// <summary>Whether both numbers agree to the rounding of floats.</summary>
    public bool Agrees => Math.Abs(Computed - Expected) <= Tolerance * Math.Max(1, Math.Abs(Expected));
}
