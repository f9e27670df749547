using Backflow.Engine;

namespace Backflow.Training.Transcription;

/// <summary>An encoder and a decoder that write a sequence of symbols again.</summary>
public sealed record TranscriberOptions
{
    /// <summary>The cell of encoder and decoder.</summary>
    public CellDescription Cell { get; init; } = Cells.Lstm;

    /// <summary>Units of encoder and decoder, H: the size of the state that is handed over.</summary>
    public int HiddenSize { get; init; } = 32;

    /// <summary>Symbols, V; each is as likely as any other.</summary>
    public int Symbols { get; init; } = 8;

    /// <summary>Whether the decoder looks back at every state of the encoder.</summary>
    public bool HasAttention { get; init; }

    /// <summary>The encoder's network, without a head: its states are what is handed over.</summary>
    internal NetworkOptions Encoder => new()
    {
        VocabularySize = Symbols,
        InputSize = HiddenSize,
        Layers = [new LayerOptions(Cell, HiddenSize)],
    };

    /// <summary>The decoder's network, which has one more symbol: what it reads before its first answer.</summary>
    internal NetworkOptions Decoder => new()
    {
        VocabularySize = Symbols + 1,
        InputSize = HiddenSize,
        Layers = [new LayerOptions(Cell, HiddenSize)],
        OutputSize = HasAttention ? 0 : Symbols,
    };
}
