using Backflow.Engine;
using Backflow.Exchange.Onnx;

namespace Backflow.FormatFuzz;

/// <summary>Damaged ONNX models: each must give a network or a refusal.</summary>
internal static class OnnxFuzz
{
    // What changes a message without breaking it: small numbers, lengths, wire types of the first fields, and the ends
    // of long numbers.
    private static readonly byte[] Bytes =
    [
        0, 1, 2, 3, 4, 6, 7, 8, 0x0A, 0x10, 0x12, 0x1A, 0x20, 0x22, 0x2A, 0x3A, 0x42, 0x4A, 0x72, 0x7F, 0x80, 0xFF,
    ];

    /// <summary>The models of a folder that has one in each of its folders.</summary>
    public static byte[][] Files(string folder) =>
        [.. OnnxCheck.Find(folder).Select(static one => File.ReadAllBytes(Path.Combine(one, OnnxCheck.ModelFile)))];

    /// <summary>Reads a model. Building it is part of that: a network that cannot be made is none.</summary>
    public static void Read(byte[] bytes) => OnnxModel.Read(bytes, "mutated").Build();

    /// <summary>Changes a model.</summary>
    public static byte[] Mutate(byte[] file, SplittableRandom random)
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
