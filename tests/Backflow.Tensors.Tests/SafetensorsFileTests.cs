using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Backflow.Tensors.Tests;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => System.IO.Path.Combine(_folder.Folder, "a.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_EveryKind_ComesBack()
    {
        ImmutableDictionary<string, string> metadata = ImmutableDictionary<string, string>.Empty
            .Add("format", "pt").Add("ключ \"\\", "line\n∂😀");
        Tensor[] tensors =
        [
            new("bytes", TensorDataType.U8, [3], new byte[] { 1, 2, 255 }),
            Tensor.FromSingles("weight_ih_l0", [2, 3], [1, -2, float.NaN, float.PositiveInfinity, -0f, float.Epsilon]),
            Tensor.FromDoubles("name with \" and \\ and ∂", [2], [1.0 / 3, double.MinValue]),
            Tensor.FromInt64s("step", [], [long.MinValue]),
            Tensor.FromSingles("empty", [0, 5], []),
            new("mask", TensorDataType.Bool, [1, 1], new byte[] { 1 }),
        ];
        Write(tensors, metadata);

        SafetensorsFile file = SafetensorsFile.Read(Path);
        Assert.Equal(metadata, file.Metadata);
        Assert.Equal(tensors.Length, file.Tensors.Length);
        foreach (Tensor expected in tensors)
        {
            Tensor actual = file.Find(expected.Name);
            Assert.Equal(expected.DataType, actual.DataType);
            Assert.Equal(expected.Shape.AsEnumerable(), actual.Shape.AsEnumerable());
            Assert.Equal(expected.Data.ToArray(), actual.Data.ToArray());
        }
    }

    [Fact]
    public void Write_Nothing_ComesBack()
    {
        Write([]);
        Assert.Empty(SafetensorsFile.Read(Path).Tensors);
    }

    [Fact]
    public void Write_SmallFile_HasTheBytesOfTheFormat()
    {
        Write([Tensor.FromSingles("a", [1], [1])]);
        byte[] bytes = File.ReadAllBytes(Path);
        string header = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""".PadRight(56);
        Assert.Equal((ulong)header.Length, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        Assert.Equal(header, Encoding.UTF8.GetString(bytes.AsSpan(8, header.Length)));
        Assert.Equal([0, 0, 0x80, 0x3F], bytes[^4..]);
    }

    [Fact]
    public void Write_OtherOrder_GivesTheSameAlignedBytes()
    {
        Tensor[] tensors =
        [
            new("u", TensorDataType.U8, [3], new byte[3]),
            Tensor.FromSingles("b", [1], [2]),
            Tensor.FromSingles("a", [1], [1]),
            Tensor.FromDoubles("d", [1], [3]),
        ];
        Write(tensors);
        byte[] first = File.ReadAllBytes(Path);
        Write([.. tensors.Reverse()]);
        Assert.Equal(first, File.ReadAllBytes(Path));
        Assert.Equal(["d", "a", "b", "u"], SafetensorsFile.Read(Path).Tensors.Select(tensor => tensor.Name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Write_RandomTensors_ComeBack(ulong seed)
    {
        ulong state = seed;
        int Next(int bound) => (int)(Mix(ref state) % (ulong)bound);
        for (int round = 0; round < 50; round++)
        {
            Tensor[] tensors =
            [
                .. Enumerable.Range(0, Next(6)).Select(i =>
                {
                    TensorDataType type = (TensorDataType)Next(13);
                    ImmutableArray<long> shape = [.. Enumerable.Range(0, Next(4)).Select(_ => (long)Next(5))];
                    byte[] data = new byte[TensorElement.ByteCount(type, shape.AsSpan())!.Value];
                    foreach (ref byte value in data.AsSpan())
                    {
                        value = (byte)Next(256);
                    }

                    return new Tensor($"tensor {i}", type, shape, data);
                }),
            ];
            Write(tensors);
            SafetensorsFile file = SafetensorsFile.Read(Path);
            Assert.All(tensors, tensor => Assert.Equal(tensor.Data.ToArray(), file.Find(tensor.Name).Data.ToArray()));
        }
    }

    [Fact]
    public void Read_EveryTruncation_IsRefused()
    {
        Write([Tensor.FromSingles("a", [2], [1, 2]), Tensor.FromInt64s("b", [1], [3])]);
        byte[] whole = File.ReadAllBytes(Path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            TensorFileException failure = Assert.Throws<TensorFileException>(() => SafetensorsFile.Read(Path));
            Assert.StartsWith(Path + " is not a valid safetensors file: ", failure.Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(Path, [.. whole, 0]);
        Assert.Contains(
            "it was made longer",
            Assert.Throws<TensorFileException>(() => SafetensorsFile.Read(Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EveryFlippedHeaderByte_IsReadOrRefusedAndNeverCrashes()
    {
        Write([Tensor.FromSingles("a", [2], [1, 2])], ImmutableDictionary<string, string>.Empty.Add("k", "v"));
        byte[] whole = File.ReadAllBytes(Path);
        int refused = 0;
        for (int i = 0; i < whole.Length - 8; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] damaged = [.. whole];
                damaged[i] ^= (byte)(1 << bit);
                using MemoryStream stream = new(damaged);
                Exception? failure = Record.Exception(() => SafetensorsFile.Read(stream, damaged.Length, "a"));
                Assert.True(failure is null or TensorFileException, $"Byte {i}, bit {bit}: {failure}");
                refused += failure is null ? 0 : 1;
            }
        }

        Assert.True(refused > whole.Length, "Most damage must be noticed.");
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    public void Read_Device_IsRefusedAtOnce(string path) => Assert.Contains(
        "a pipe or a device",
        Assert.Throws<TensorFileException>(() => SafetensorsFile.Read(path)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Read_MissingFile_SaysSo() =>
        Assert.Contains(
            "could not be read",
            Assert.Throws<TensorFileException>(() => SafetensorsFile.Read(Path)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Find_UnknownTensor_ListsThoseThatAreThere()
    {
        Write([Tensor.FromSingles("b", [1], [2]), Tensor.FromSingles("a", [1], [1])]);
        Assert.Equal(
            $"{Path} has no tensor 'c'; it has a, b.",
            Assert.Throws<TensorFileException>(() => SafetensorsFile.Read(Path).Find("c")).Message);
    }

    [Fact]
    public void Write_TwoOfOneName_IsRefused()
    {
        Tensor tensor = Tensor.FromSingles("a", [1], [1]);
        Assert.Throws<ArgumentException>(() => Write([tensor, tensor]));
        Assert.Throws<ArgumentException>(() => Write([Tensor.FromSingles("__metadata__", [1], [1])]));
    }

    private static ulong Mix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        return (z ^ (z >> 27)) >> 8;
    }

    private void Write(Tensor[] tensors, ImmutableDictionary<string, string>? metadata = null)
    {
        using FileStream stream = File.Create(Path);
        SafetensorsFile.Write(stream, tensors, metadata);
    }
}
