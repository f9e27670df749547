using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Exchange.Onnx.Protobuf;
using Backflow.Tensors;
using Google.Protobuf;

namespace Backflow.Exchange.Onnx;

/// <summary>Reads ONNX models that are a chain of recurrent layers.</summary>
/// <remarks>
/// docs/exchange-onnx.md lists what such a chain may have. Everything in a file is foreign and is checked.
/// </remarks>
public static class OnnxModel
{
    /// <summary>The oldest version of the operators that is read.</summary>
    public const int OldestOpset = 7;

    /// <summary>The newest version of the operators that is read.</summary>
    public const int NewestOpset = 26;

    private const string OwnDomain = "ai.onnx";

    private const long MostBytes = int.MaxValue;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The network that it holds.</returns>
    /// <exception cref="ExchangeException">It cannot be read, or is something else; the message says what.</exception>
    public static ExchangedNetwork Read(string path) => Read(Bytes(path), path);

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="bytes">The content.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>The network that it holds.</returns>
    /// <exception cref="ExchangeException">It is something else; the message says what.</exception>
    public static ExchangedNetwork Read(ReadOnlyMemory<byte> bytes, string name)
    {
        OnnxRefusal refusal = new(name);
        return Network(OnnxChain.Follow(Parse(bytes, refusal).Graph, refusal));
    }

    internal static byte[] Bytes(string path)
    {
        OnnxRefusal refusal = new(path);
        try
        {
            return new FileInfo(path).Length > MostBytes
                ? throw refusal.Of("it is larger than 2 GiB, which no ONNX model is")
                : File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw refusal.Of($"it cannot be read ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    internal static ModelProto Parse(ReadOnlyMemory<byte> bytes, OnnxRefusal refusal)
    {
        if (OnnxMessages.AreTooMany(bytes.Span))
        {
            throw refusal.Of($"it has more than {OnnxMessages.Most} nodes, attributes and tensors");
        }

        ModelProto model;
        try
        {
            model = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException failure)
        {
            throw refusal.Of("it is no ONNX model, or damaged", failure);
        }

        if (model.Graph is null)
        {
            throw refusal.Of("it is no ONNX model: it holds no graph");
        }

        long opset = model.OpsetImport.FirstOrDefault(static one => one.Domain is "" or OwnDomain)?.Version ?? 0;
        return opset is >= OldestOpset and <= NewestOpset
            ? model
            : throw refusal.Of($"its operators are of opset {opset}, and {OldestOpset} to {NewestOpset} are read");
    }

    internal static ExchangedNetwork Network(OnnxChain chain)
    {
        OnnxHead? head = chain.Head;
        OnnxTensor? embedding = chain.Embedding;
        RequireRoom(chain);
        ImmutableArray<Tensor>.Builder parameters = ImmutableArray.CreateBuilder<Tensor>();
        if (embedding is not null)
        {
            parameters.Add(Tensor.FromSingles("embedding.weight", embedding.Shape, embedding.Singles()));
        }

        parameters.AddRange(chain.Layers.SelectMany(static layer => layer.Parameters));
        if (head is not null)
        {
            long width = chain.Layers[^1].Width;
            parameters.Add(Tensor.FromSingles("head.weight", [head.Outputs, width], head.Weights));
            parameters.Add(Tensor.FromSingles("head.bias", [head.Outputs], head.Bias));
        }

        return new ExchangedNetwork
        {
            Options = new NetworkOptions
            {
                VocabularySize = (int)(embedding?.Shape[0] ?? 0),
                InputSize = chain.Layers[0].InputSize,
                Layers =
                [
                    .. chain.Layers.SelectMany(static layer => layer.Cells.Select((cell, direction) =>
                        new LayerOptions(cell.Cell, layer.HiddenSize, IsReverse: direction == 1))),
                ],
                OutputSize = head?.Outputs ?? 0,
                HeadPosition = head is { IsLast: true } ? HeadPosition.LastTimestep : HeadPosition.EveryTimestep,
            },
            Parameters = parameters.ToImmutable(),
            Remarks = [.. chain.Remarks],
        };
    }

    // The engine pads units to a multiple of 64 at most, and keeps all parameters in one buffer.
    private static void RequireRoom(OnnxChain chain)
    {
        static long Padded(long units) => (units + 63) / 64 * 64;
        long numbers = chain.Embedding is null ? 0 : chain.Embedding.Shape[0] * Padded(chain.Embedding.Shape[1]);
        foreach (OnnxLayer layer in chain.Layers)
        {
            long rows = layer.Cells.Length * layer.Cells[0].Gates.Length * Padded(layer.HiddenSize);
            numbers += rows * (Padded(layer.InputSize) + Padded(layer.HiddenSize) + 2);
        }

        numbers += chain.Head is null ? 0 : Padded(chain.Head.Outputs) * (Padded(chain.Layers[^1].Width) + 1);
        if (numbers > int.MaxValue)
        {
            throw chain.Refusal.Of($"its network needs room for {numbers} numbers, and the engine has {int.MaxValue}");
        }
    }
}
