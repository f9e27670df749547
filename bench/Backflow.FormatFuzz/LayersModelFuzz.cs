using System.Text;
using Backflow.Engine;
using Backflow.Exchange.TensorFlowJs;

namespace Backflow.FormatFuzz;

/// <summary>Damages layers models of TensorFlow.js: model.json and its weights as one row of bytes.</summary>
internal static class LayersModelFuzz
{
    private static readonly byte[] Signs = Encoding.ASCII.GetBytes("0123456789[]{}\",:.-_/truefalsnhc");

    /// <summary>Each model of a folder: the length of its JSON, the JSON, its weights.</summary>
    /// <param name="folder">Has one folder for each model.</param>
    public static byte[][] Files(string folder) =>
    [
        .. Directory.EnumerateDirectories(folder).Order().Select(static model =>
        {
            byte[] json = File.ReadAllBytes(Path.Combine(model, "model.json"));
            return (byte[])
            [
                .. BitConverter.GetBytes(json.Length), .. json,
                .. File.ReadAllBytes(Path.Combine(model, "weights.bin")),
            ];
        }),
    ];

    /// <summary>Reads a model and makes its network.</summary>
    public static void Read(byte[] bytes)
    {
        int length = Math.Clamp(bytes.Length < sizeof(int) ? 0 : BitConverter.ToInt32(bytes), 0, bytes.Length);
        int from = Math.Min(sizeof(int), bytes.Length);
        length = Math.Min(length, bytes.Length - from);
        _ = LayersModelFile.Read(bytes.AsMemory(from, length), _ => bytes[(from + length)..], "mutated").Build();
    }

    /// <summary>Changes the JSON, and rarely the weights.</summary>
    public static byte[] Mutate(byte[] file, SplittableRandom random) =>
        FuzzedFormat.Change(file, sizeof(int), BitConverter.ToInt32(file), Signs, random);
}
