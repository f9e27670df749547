namespace Backflow.Engine;

/// <summary>The sizes that fix every buffer of one recurrent layer.</summary>
/// <param name="SequenceLength">Timesteps per sequence, T.</param>
/// <param name="BatchSize">Sequences processed together, B.</param>
/// <param name="InputSize">Features per timestep, I.</param>
/// <param name="HiddenSize">Units, H.</param>
internal readonly record struct LayerShape(int SequenceLength, int BatchSize, int InputSize, int HiddenSize)
{
    /// <summary>Floats from one sequence's input to the next: I padded to whole vectors.</summary>
    public int InputStride => PanelLayout.Pad(InputSize);

    /// <summary>Floats from one sequence's state to the next: H padded to whole vectors.</summary>
    public int HiddenStride => PanelLayout.Pad(HiddenSize);
}
