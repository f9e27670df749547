using System.Text;
using Backflow.Engine;
using Backflow.Exchange;
using Backflow.Exchange.Probes;

namespace Backflow.ProbeFuzz;

/// <summary>Reads damaged probe files: each must give a sample or a refusal.</summary>
/// <remarks>A small count runs in the tests of Exchange, which compile this file too.</remarks>
internal static class ProbeMutations
{
    // What a header is made of: replaced by one another they keep more of it readable than random bytes do.
    private static readonly byte[] Signs = Encoding.ASCII.GetBytes("0123456789[]{}\",:.-_truefalsnhc");

    /// <summary>How many files were read, and how many refused.</summary>
    public readonly record struct Outcome(int Read, int Refused);

    /// <summary>Mutates files and reads them.</summary>
    /// <param name="files">Valid files.</param>
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
            using MemoryStream stream = new(bytes);
            try
            {
                _ = ProbeFile.Read(stream, bytes.Length, "mutated");
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
        int header = BitConverter.ToInt32(bytes);
        for (int change = random.NextInt32(4); change >= 0; change--)
        {
            switch (random.NextInt32(4))
            {
                case 0:
                    bytes[random.NextInt32(bytes.Length)] = (byte)random.NextInt32(256);
                    break;
                case 1:
                    bytes = bytes[..(1 + random.NextInt32(bytes.Length))];
                    break;
                default:
                    int place = 8 + random.NextInt32(Math.Max(1, Math.Min(header, bytes.Length - 8)));
                    bytes[Math.Min(place, bytes.Length - 1)] = Signs[random.NextInt32(Signs.Length)];
                    break;
            }
        }

        return bytes;
    }
}
