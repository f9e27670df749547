namespace Backflow.Engine.Verification;

/// <summary>How far a gradient check is.</summary>
/// <param name="Tensor">The tensor at hand.</param>
/// <param name="Checked">Entries measured so far.</param>
/// <param name="Total">Entries to measure.</param>
public readonly record struct GradientCheckProgress(string Tensor, int Checked, int Total);
