using System.Text;
using Backflow.Engine;
using Backflow.Exchange;
using Backflow.Exchange.Probes;

namespace Backflow.FormatFuzz;

/// <summary>A format whose damaged files are read: each must give a value or a refusal.</summary>
/// <remarks>Small counts run in the tests of Exchange, which compile this file too.</remarks>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Folder">Where its valid files lie in the checkout.</param>
/// <param name="FilesOf">The valid files of a folder.</param>
/// <param name="Read">Reads bytes; throws only <see cref="ExchangeException"/>.</param>
/// <param name="Mutate">Changes a valid file.</param>
internal sealed record FuzzedFormat(
    string Name,
    string Folder,
    Func<string, byte[][]> FilesOf,
    Action<byte[]> Read,
    Func<byte[], SplittableRandom, byte[]> Mutate)
{
    // What a header is made of: replaced by one another they keep more of it readable than random bytes do.
    private static readonly byte[] HeaderSigns = Encoding.ASCII.GetBytes("0123456789[]{}\",:.-_truefalsnhc");

    /// <summary>How many files were read, and how many refused.</summary>
    public readonly record struct Outcome(int Read, int Refused);

    /// <summary>Every format.</summary>
    public static FuzzedFormat[] All { get; } =
    [
        new(
            "probe",
            "python/tests/golden",
            static folder => Matching(folder, "*.safetensors"),
            ReadProbe,
            MutateHeader),
        new(
            "context",
            "python/tests/golden",
            static folder => Matching(folder, ProbeContextFile.Prefix + "*.safetensors"),
            ReadContext,
            MutateHeader),
        new(
            "pickle",
            "tests/Backflow.Exchange.Tests/PyTorch/files",
            static folder => Matching(folder, "*.pt"),
            PickleFuzz.Read,
            PickleFuzz.Mutate),
        new(
            "onnx",
            "tests/Backflow.Exchange.Tests/Onnx/Golden",
            OnnxFuzz.Files,
            OnnxFuzz.Read,
            OnnxFuzz.Mutate),
        new(
            "tensorflowjs",
            "tests/Backflow.Exchange.Tests/TensorFlowJs/files",
            LayersModelFuzz.Files,
            LayersModelFuzz.Read,
            LayersModelFuzz.Mutate),
        new(
            "events",
            "tests/Backflow.Exchange.Tests/TensorBoard/files",
            EventFuzz.Files,
            EventFuzz.Read,
            EventFuzz.Mutate),
    ];

    /// <summary>The valid files of a checkout.</summary>
    /// <param name="root">The folder that has src/ and tests/.</param>
    public byte[][] Files(string root) => FilesOf(Path.Combine(root, Folder));

    /// <summary>Mutates files and reads them.</summary>
    /// <param name="files">Valid files.</param>
    /// <param name="count">How many mutations.</param>
    /// <param name="seed">Draws them.</param>
    public Outcome Run(byte[][] files, int count, ulong seed)
    {
        SplittableRandom random = new(seed);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = Mutate(files[i % files.Length], random);
            try
            {
                Read(bytes);
                read++;
            }
            catch (ExchangeException)
            {
                refused++;
            }
        }

        return new Outcome(read, refused);
    }

    /// <summary>One to four changes of some bytes: any byte, a cut, or a byte of a set within the first ones.</summary>
    /// <param name="file">A valid file; not changed.</param>
    /// <param name="from">Where the bytes begin that are changed to one of the set.</param>
    /// <param name="count">How many these are.</param>
    /// <param name="set">What they become; empty for any byte.</param>
    /// <param name="random">Draws the changes.</param>
    public static byte[] Change(byte[] file, int from, int count, byte[] set, SplittableRandom random)
    {
        byte[] bytes = [.. file];
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
                    int place = from + random.NextInt32(Math.Max(1, Math.Min(count, bytes.Length - from)));
                    bytes[Math.Min(place, bytes.Length - 1)] =
                        set.Length == 0 ? (byte)random.NextInt32(256) : set[random.NextInt32(set.Length)];
                    break;
            }
        }

        return bytes;
    }

    private static byte[][] Matching(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(folder, pattern).Order().Select(File.ReadAllBytes)];

    private static void ReadProbe(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        _ = ProbeFile.Read(stream, bytes.Length, "mutated");
    }

    private static void ReadContext(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        _ = ProbeContextFile.Read(stream, bytes.Length, "mutated");
    }

    private static byte[] MutateHeader(byte[] file, SplittableRandom random) =>
        Change(file, sizeof(ulong), BitConverter.ToInt32(file), HeaderSigns, random);
}
