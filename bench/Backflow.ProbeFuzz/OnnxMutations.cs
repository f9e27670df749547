using Backflow.Engine;
using Backflow.Exchange;
using Backflow.Exchange.Onnx;

namespace Backflow.ProbeFuzz;

/// <summary>Reads damaged ONNX models: each must give a network or a refusal.</summary>
/// <remarks>A small count runs in the tests of Exchange, which compile this file too.</remarks>
internal static class OnnxMutations
{
    // What changes a message without breaking it: small numbers, lengths, wire types of the first fields, and the ends
    // of long numbers.
    private static readonly byte[] Bytes =
    [
        0, 1, 2, 3, 4, 6, 7, 8, 0x0A, 0x10, 0x12, 0x1A, 0x20, 0x22, 0x2A, 0x3A, 0x42, 0x4A, 0x72, 0x7F, 0x80, 0xFF,
    ];

    /// <summary>How many models were read, and how many refused.</summary>
    public readonly record struct Outcome(int Read, int Refused);

    /// <summary>Mutates models and reads them.</summary>
    /// <param name="files">Valid models.</param>
    /// <param name="count">How many mutations.</param>
    /// <param name="seed">Draws them.</param>
    public static Outcome Run(byte[][] files, int count, ulong seed)
    {
        SplittableRandom random = new(seed);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = Mutated(files[i % files.Length], random);
            try
            {
                // Building it is part of reading: a network that cannot be made is none.
                _ = OnnxModel.Read(bytes, "mutated").Build();
                read++;
            }
            catch (ExchangeException)
            {
                refused++;
            }
        }

        return new Outcome(read, refused);
    }

    private static byte[] Mutated(byte[] file, SplittableRandom random)
    {
        byte[] bytes = [.. file];
        for (int change = random.NextInt32(4); change >= 0; change--)
        {
            int place = random.NextInt32(bytes.Length);
            switch (random.NextInt32(6))
            {
                case 0:
                    bytes[place] = (byte)random.NextInt32(256);
                    break;
                case 1:
                    bytes = bytes[..(1 + place)];
                    break;
                case 2:
                    // A piece of the file again, somewhere else.
                    int length = Math.Min(1 + random.NextInt32(32), bytes.Length - place);
                    bytes.AsSpan(place, length).ToArray().CopyTo(bytes, random.NextInt32(bytes.Length - length + 1));
                    break;
                default:
                    bytes[place] = Bytes[random.NextInt32(Bytes.Length)];
                    break;
            }
        }

        return bytes;
    }
}
