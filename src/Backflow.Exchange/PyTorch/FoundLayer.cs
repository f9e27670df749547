using Backflow.Engine;
using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>One direction of one layer of a state dict, its shapes verified.</summary>
/// <param name="Cell">The cell that its rows speak of.</param>
/// <param name="InputWeights">[G·H, I].</param>
/// <param name="RecurrentWeights">[G·H, H].</param>
/// <param name="InputBias">[G·H], or null where the layer has none.</param>
/// <param name="RecurrentBias">[G·H], or null where the layer has none.</param>
/// <param name="IsReverse">Whether it reads from the last timestep to the first.</param>
internal sealed record FoundLayer(
    CellDescription Cell,
    Tensor InputWeights,
    Tensor RecurrentWeights,
    Tensor? InputBias,
    Tensor? RecurrentBias,
    bool IsReverse)
{
    /// <summary>Features that the layer reads, I.</summary>
    public long InputSize => InputWeights.Shape[1];

    /// <summary>The units of the layer, H.</summary>
    public long HiddenSize => RecurrentWeights.Shape[1];

    /// <summary>All tensors that the layer has.</summary>
    public IEnumerable<Tensor> Tensors =>
        new[] { InputWeights, RecurrentWeights, InputBias, RecurrentBias }.OfType<Tensor>();
}
