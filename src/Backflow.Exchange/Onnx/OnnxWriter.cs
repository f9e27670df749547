using System.Text;
using Backflow.Engine;
using Backflow.Exchange.Onnx.Protobuf;
using Google.Protobuf;

namespace Backflow.Exchange.Onnx;

/// <summary>Writes a network as an ONNX model that ONNX Runtime computes.</summary>
/// <remarks>
/// Opset 14, IR 8; any number of timesteps T and of sequences B. Inputs are <c>input</c> float32 [T, B, I], or
/// <c>tokens</c> int64 [T, B], and for layer k the initial states <c>h0_lk</c>, of an LSTM <c>c0_lk</c> too, [D, B, H],
/// where a bidirectional layer has D = 2 directions. Outputs are <c>output</c>, [T, B, O], [B, O] of a head on the last
/// timestep, or the top hidden states [T, B, D·H] without a head, and the final states <c>hn_lk</c> and <c>cn_lk</c>.
/// </remarks>
public static class OnnxWriter
{
    /// <summary>The version of the operators.</summary>
    public const int Opset = 14;

    /// <summary>The version of the file format.</summary>
    public const int IrVersion = 8;

    private const string Producer = "Backflow";

    // protobuf's own limit on a message.
    private const long MostBytes = int.MaxValue;

    /// <summary>Writes a network.</summary>
    /// <param name="network">The network; what dropout does while training is not part of the model.</param>
    /// <param name="stream">Where the file goes.</param>
    /// <exception cref="ExchangeException">A cell has no operator, a parameter is not finite, or the model is too large
    /// for a file.</exception>
    public static void Write(RecurrentNetwork network, Stream stream) => Create(network).WriteTo(stream);

    /// <summary>Whether a file was written by <see cref="Write"/>, in this version or an earlier one.</summary>
    /// <param name="stream">The file, from its beginning.</param>
    public static bool Wrote(Stream stream)
    {
        // The first fields of a model are its version, a small number, and the producer.
        byte[] first = new byte[4 + Producer.Length];
        return stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length
            && first.AsSpan(0, 4) is [0x08, _, 0x12, _]
            && first[3] == Producer.Length
            && first.AsSpan(4).SequenceEqual(Encoding.ASCII.GetBytes(Producer));
    }

    internal static ModelProto Create(RecurrentNetwork network)
    {
        if (network.Layout.Count * sizeof(float) > MostBytes - (1 << 20))
        {
            throw new ExchangeException(
                $"The network has {network.Layout.Count} parameters, and an ONNX file holds at most 2 GiB.",
                "Export a smaller network.");
        }

        OnnxGraphWriter graph = new(network);
        ModelProto model = new()
        {
            IrVersion = IrVersion,
            ProducerName = Producer,
            ProducerVersion = typeof(OnnxWriter).Assembly.GetName().Version?.ToString(3) ?? "",
            Graph = graph.Write(),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = Opset });
        NetworkOptions options = network.Options;
        Add(model, "producer", Producer);
        Add(model, "cells", string.Join(
            ", ", options.Layers.Where(static layer => !layer.IsReverse).Select(static layer => layer.Cell)));
        Add(model, "input_size", $"{options.InputSize}");
        Add(model, "hidden_sizes", string.Join(
            ", ", options.Layers.Where(static layer => !layer.IsReverse).Select(static layer => layer.HiddenSize)));
        Add(model, "output_size", $"{options.OutputSize}");
        Add(model, "vocabulary_size", $"{options.VocabularySize}");
        return model;
    }

    private static void Add(ModelProto model, string key, string value) =>
        model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
}
