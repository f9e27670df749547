using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using Backflow.Engine.Verification;

namespace Backflow.Engine.Tests.Fixtures;

/// <summary>Reads the recorded safetensors files: the engine itself knows no files.</summary>
internal sealed record FixtureFile(
    IReadOnlyDictionary<string, FixtureTensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Fixtures");

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.safetensors").Select(Path.GetFileNameWithoutExtension).Order()!;

    public static FixtureFile Read(string name)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Folder, $"{name}.safetensors"));
        int headerLength = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        ReadOnlyMemory<byte> data = file.AsMemory(sizeof(ulong) + headerLength);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(sizeof(ulong), headerLength));
        Dictionary<string, FixtureTensor> tensors = [];
        Dictionary<string, string> metadata = [];
        foreach (JsonProperty entry in header.RootElement.EnumerateObject())
        {
            if (entry.NameEquals("__metadata__"))
            {
                metadata = entry.Value
                    .EnumerateObject()
                    .ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!);
            }
            else
            {
                tensors.Add(entry.Name, ReadTensor(entry.Value, data.Span));
            }
        }

        return new FixtureFile(tensors, metadata);
    }

    private static FixtureTensor ReadTensor(JsonElement entry, ReadOnlySpan<byte> data)
    {
        Assert.Equal("F64", entry.GetProperty("dtype").GetString());
        int begin = entry.GetProperty("data_offsets")[0].GetInt32();
        int end = entry.GetProperty("data_offsets")[1].GetInt32();
        double[] values = new double[(end - begin) / sizeof(double)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(data[(begin + (i * sizeof(double)))..]);
        }

        ImmutableArray<long> shape = [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        return new FixtureTensor(shape, values);
    }
}
