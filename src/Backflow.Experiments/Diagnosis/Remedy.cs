using Backflow.Training;

namespace Backflow.Experiments.Diagnosis;

/// <summary>A configuration that may learn what another did not.</summary>
/// <param name="Name">The remedy in a few words.</param>
/// <param name="Configuration">What it trains.</param>
internal sealed record Remedy(string Name, TrainingConfiguration Configuration)
{
    /// <summary>The cause that it removes alone, so that its success proves it; null for a bundle of changes.</summary>
    public string? Cause { get; init; }
}
