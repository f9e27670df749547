namespace Backflow.Engine;

/// <summary>The four parameters of one recurrent layer.</summary>
/// <param name="InputWeights">W, weight_ih, [G·H, I].</param>
/// <param name="RecurrentWeights">R, weight_hh, [G·H, H].</param>
/// <param name="InputBias">bias_ih, [G·H].</param>
/// <param name="RecurrentBias">bias_hh, [G·H].</param>
public sealed record RecurrentLayerParameters(
    Parameter InputWeights, Parameter RecurrentWeights, Parameter InputBias, Parameter RecurrentBias);
