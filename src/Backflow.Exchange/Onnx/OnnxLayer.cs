using System.Collections.Immutable;
using Backflow.Tensors;

namespace Backflow.Exchange.Onnx;

/// <summary>A recurrent layer of a file.</summary>
/// <param name="Cells">The cell of each direction.</param>
/// <param name="InputSize">I.</param>
/// <param name="HiddenSize">H.</param>
/// <param name="Parameters">The engine's parameters of all directions.</param>
internal sealed record OnnxLayer(
    ImmutableArray<OnnxCell> Cells, int InputSize, int HiddenSize, ImmutableArray<Tensor> Parameters)
{
    /// <summary>Where its initial hidden state comes from; null where it is zero.</summary>
    public StateValue? InitialHidden { get; init; }

    /// <summary>Where its initial cell state comes from; null where it is zero.</summary>
    public StateValue? InitialCell { get; init; }

    /// <summary>Features that it makes, D·H.</summary>
    public long Width => (long)Cells.Length * HiddenSize;
}

/// <summary>The linear head of a file.</summary>
/// <param name="Level">How many layers are below it.</param>
/// <param name="IsLast">Whether it reads the last timestep alone.</param>
/// <param name="Outputs">O.</param>
/// <param name="Weights">[O, D·H].</param>
/// <param name="Bias">[O].</param>
internal sealed record OnnxHead(int Level, bool IsLast, int Outputs, float[] Weights, float[] Bias);
