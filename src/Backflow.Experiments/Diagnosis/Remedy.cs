using Backflow.Training;

namespace Backflow.Experiments.Diagnosis;

/// <summary>A configuration that may learn what another did not.</summary>
/// <param name="Name">The remedy in a few words.</param>
/// <param name="Configuration">What it trains.</param>
internal sealed record Remedy(string Name, TrainingConfiguration Configuration);
