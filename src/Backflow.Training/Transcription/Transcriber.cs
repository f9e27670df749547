using System.Collections.Immutable;
using Backflow.Engine;

namespace Backflow.Training.Transcription;

/// <summary>The parameters of an encoder and a decoder, with or without attention between them.</summary>
/// <remarks>
/// Without attention all that the decoder knows of the input is the encoder's last state (Sutskever, Vinyals &amp; Le
/// 2014; Cho et al. 2014), however long the input was. With attention its head also reads every state of the encoder
/// (Bahdanau, Cho &amp; Bengio 2015), by dot products (Luong, Pham &amp; Manning 2015).
/// </remarks>
public sealed class Transcriber
{
    /// <summary>Makes a transcriber whose parameters are all zero.</summary>
    /// <param name="options">What it consists of.</param>
    public Transcriber(TranscriberOptions options)
    {
        Options = options;
        Encoder = new RecurrentNetwork(options.Encoder);
        Decoder = new RecurrentNetwork(options.Decoder);
        Attention = options.HasAttention ? new AttentionHead(options.HiddenSize, options.Symbols) : null;
    }

    /// <summary>What it consists of.</summary>
    public TranscriberOptions Options { get; }

    /// <summary>The network that reads.</summary>
    public RecurrentNetwork Encoder { get; }

    /// <summary>The network that writes; it has a head of its own where there is no attention.</summary>
    public RecurrentNetwork Decoder { get; }

    /// <summary>The decoder's head with attention, or null.</summary>
    public AttentionHead? Attention { get; }

    /// <summary>Trainable numbers.</summary>
    public long ParameterCount => Encoder.Layout.Count + Decoder.Layout.Count + (Attention?.Layout.Count ?? 0);

    /// <summary>Parameters, gradients and places of each part, by the part's name.</summary>
    internal ImmutableArray<TranscriberPart> Parts =>
    [
        new("encoder", Encoder.Layout, Encoder.Parameters, Encoder.Gradients),
        new("decoder", Decoder.Layout, Decoder.Parameters, Decoder.Gradients),
        .. Attention is AttentionHead head
            ? (TranscriberPart[])[new("attention", head.Layout, head.Parameters, head.Gradients)]
            : [],
    ];

    /// <summary>Fills all parameters by PyTorch's rules; forget gates of an LSTM begin with a bias of 1.</summary>
    /// <param name="random">The generator of the start; every parameter draws from a split of its own.</param>
    public void Initialise(SplittableRandom random)
    {
        InitialisationOptions start = new() { ForgetBias = 1 };
        NetworkInitialiser.Initialise(Encoder, start, random.Split("encoder"));
        NetworkInitialiser.Initialise(Decoder, start, random.Split("decoder"));
        Attention?.Initialise(random.Split("attention"));
    }
}

/// <summary>A part of a transcriber.</summary>
/// <param name="Name">What its tensors begin with.</param>
/// <param name="Layout">Names, shapes and places of its parameters.</param>
/// <param name="Parameters">All parameters of the part in one buffer.</param>
/// <param name="Gradients">Their gradients, in the same order.</param>
internal readonly record struct TranscriberPart(
    string Name, ParameterLayout Layout, AlignedBuffer Parameters, AlignedBuffer Gradients);
