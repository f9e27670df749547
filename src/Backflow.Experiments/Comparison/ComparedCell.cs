using Backflow.Training;

namespace Backflow.Experiments.Comparison;

/// <summary>How one cell of a comparison ended.</summary>
/// <param name="Cell">The cell's name.</param>
/// <param name="HiddenSize">Units per layer.</param>
/// <param name="Summary">How its run ended.</param>
/// <param name="Horizon">Timesteps that the gradient of the first layer last reached back; null where not
/// measured.</param>
/// <param name="Decay">Its last factor per timestep; null where not measured.</param>
public sealed record ComparedCell(
    string Cell, int HiddenSize, TrainingSummary Summary, double? Horizon, double? Decay);
