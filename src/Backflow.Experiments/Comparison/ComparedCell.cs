using Backflow.Experiments.Recording;
using Backflow.Training;

namespace Backflow.Experiments.Comparison;

/// <summary>How one cell of a comparison ended.</summary>
/// <param name="Cell">The cell's name.</param>
/// <param name="HiddenSize">Units per layer.</param>
/// <param name="Summary">How its run ended, in this process or in an earlier one.</param>
/// <param name="Reach">Its newest effective context and gradient reach, as the store has them.</param>
/// <param name="Horizon">Timesteps that the gradient of the first layer last reached back; null where not
/// measured.</param>
/// <param name="Decay">Its last factor per timestep; null where not measured.</param>
public sealed record ComparedCell(
    string Cell, int HiddenSize, TrainingSummary Summary, RecordedReach Reach, double? Horizon, double? Decay);
