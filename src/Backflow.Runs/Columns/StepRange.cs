namespace Backflow.Runs.Columns;

/// <summary>Steps from one to another, both included.</summary>
/// <param name="First">The first step.</param>
/// <param name="Last">The last step.</param>
public readonly record struct StepRange(long First, long Last)
{
    /// <summary>Every step.</summary>
    public static StepRange All { get; } = new(long.MinValue, long.MaxValue);

    /// <summary>One step.</summary>
    /// <param name="step">The first and the last step at once.</param>
    /// <returns>The range of it alone.</returns>
    public static StepRange At(long step) => new(step, step);

    /// <summary>What came after a step.</summary>
    /// <param name="step">The newest step that is already known.</param>
    /// <returns>Every later step.</returns>
    public static StepRange After(long step) => new(checked(step + 1), long.MaxValue);
}
