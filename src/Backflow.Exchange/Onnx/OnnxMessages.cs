using System.Collections.Immutable;

namespace Backflow.Exchange.Onnx;

/// <summary>Counts the messages of a model before one of them is made.</summary>
/// <remarks>
/// An empty message has two bytes in a file and some hundred in memory, so that a small file could fill a machine's.
/// What is damaged ends the count: the parser refuses it.
/// </remarks>
internal static class OnnxMessages
{
    /// <summary>The most that a model may have: its nodes, attributes, tensors, inputs and outputs.</summary>
    public const int Most = 1_000_000;

    private const int Varint = 0;
    private const int EightBytes = 1;
    private const int Delimited = 2;
    private const int FourBytes = 5;

    private static readonly Message Plain = new(ImmutableDictionary<int, Message>.Empty);
    private static readonly Message Tensor = Of((13, Plain));
    private static readonly Message Described = Of((2, Of((1, Of((2, Of((1, Plain))))))));
    private static readonly Message Node = Of((5, Of((5, Tensor))));
    private static readonly Message Graph = Of((1, Node), (5, Tensor), (11, Described), (12, Described));
    private static readonly Message Model = Of((7, Graph), (8, Plain), (14, Plain));

    /// <summary>Whether a model has more messages than it may.</summary>
    public static bool AreTooMany(ReadOnlySpan<byte> model)
    {
        int left = Most;
        Count(model, Model, ref left);
        return left < 0;
    }

    private static void Count(ReadOnlySpan<byte> bytes, Message message, ref int left)
    {
        while (left >= 0 && TryRead(ref bytes, out ulong tag))
        {
            int kind = (int)(tag & 7);
            ulong value = 0;
            if (kind is Varint or Delimited && !TryRead(ref bytes, out value))
            {
                return;
            }

            ulong length = kind switch
            {
                Varint => 0,
                EightBytes => 8,
                FourBytes => 4,
                Delimited => value,
                _ => ulong.MaxValue,
            };
            if (length > (ulong)bytes.Length)
            {
                return;
            }

            if (kind == Delimited && message.Fields.TryGetValue((int)(tag >> 3), out Message? inner))
            {
                left--;
                Count(bytes[..(int)length], inner, ref left);
            }

            bytes = bytes[(int)length..];
        }
    }

    private static bool TryRead(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static Message Of(params ReadOnlySpan<(int Field, Message Inner)> fields)
    {
        ImmutableDictionary<int, Message>.Builder builder = ImmutableDictionary.CreateBuilder<int, Message>();
        foreach ((int field, Message inner) in fields)
        {
            builder.Add(field, inner);
        }

        return new Message(builder.ToImmutable());
    }

    private sealed record Message(ImmutableDictionary<int, Message> Fields);
}
