using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Training.Transcription;

/// <summary>One of the four ways of handing a sequence over that are compared.</summary>
/// <param name="Name">As in addresses and files: <c>lstm-attention</c>.</param>
/// <param name="Title">As people read it.</param>
/// <param name="State">What is handed over, in a few words.</param>
/// <param name="Cell">The cell of encoder and decoder.</param>
/// <param name="HasAttention">Whether the decoder looks back.</param>
public sealed record TranscriptionSystem(
    string Name, string Title, string State, CellDescription Cell, bool HasAttention)
{
    /// <summary>From a state that is overwritten at each timestep to one that grows with the input.</summary>
    public static ImmutableArray<TranscriptionSystem> All { get; } =
    [
        new("rnn", "RNN", "a fixed state, written over at each timestep", Cells.RnnTanh, HasAttention: false),
        new("lstm", "LSTM", "a fixed state, written selectively through gates", Cells.Lstm, HasAttention: false),
        new("rnn-attention", "RNN with attention", "every state, read by content", Cells.RnnTanh, HasAttention: true),
        new("lstm-attention", "LSTM with attention", "every state, read by content", Cells.Lstm, HasAttention: true),
    ];

    /// <summary>A transcriber of this kind, whose parameters are all zero.</summary>
    /// <param name="hiddenSize">Units of encoder and decoder, H.</param>
    /// <returns>The transcriber.</returns>
    public Transcriber Create(int hiddenSize) => new(new TranscriberOptions
    {
        Cell = Cell,
        HiddenSize = hiddenSize,
        HasAttention = HasAttention,
    });
}
