using System.IO.Compression;
using System.Text.Json;
using Backflow.Exchange.PyTorch;
using Backflow.FormatFuzz;
using Backflow.Tensors;

namespace Backflow.Exchange.Tests.PyTorch;

/// <summary>Files of torch.save beside what Python reads in them (make_files.py).</summary>
public sealed class StateDictFileTests
{
    private static readonly string Folder = Path.Combine(TorchPython.Folder, "files");

    public static TheoryData<string> Names =>
    [
        .. Directory.EnumerateFiles(Folder, "*.pt")
            .Select(static file => Path.GetFileNameWithoutExtension(file)!)
            .Order(),
    ];

    public static TheoryData<string, string> Refused => new()
    {
        { "model", "holds a whole pickled model, with an object of the class 'torch.nn.modules.rnn.LSTM'" },
        { "parameters", "an object of the class 'torch.nn.modules.container.ParameterList'" },
        { "custom", "the class or function '__main__.Custom', as a whole pickled model does" },
        { "sparse", "a sparse tensor" },
        { "quantized", "a quantized tensor" },
        { "complex", "complex numbers" },
        { "set", "a set" },
        { "set-4", "a set" },
        { "bytes", "bytes" },
        { "bytes-4", "bytes" },
        { "device", "a torch.device" },
        { "meta", "a tensor without numbers, of the device 'meta'" },
        { "storage", "a storage without a tensor at 'a'" },
        { "tensor", "a tensor at its top, and no dictionary" },
        { "keys", "a dictionary with a key that is neither a string nor a whole number" },
        { "legacy", "a file of torch.save from before PyTorch 1.6" },
        { "script", "a TorchScript archive" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_FileOfTorch_HasWhatPythonReads(string name) => AssertRead(Folder, name);

    /// <summary>Files of the same kinds, made now by the PyTorch of this machine.</summary>
    [Fact]
    public async Task Read_FilesOfThePyTorchThatIsHere_HasWhatPythonReads()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("backflow-torch-");
        try
        {
            await TorchPython.RunAsync("make_files.py", folder.FullName);
            string[] names = [.. Names.Select(static row => row.Data)];
            Assert.All(names, name => AssertRead(folder.FullName, name));
            Assert.Equal(names.Length, folder.EnumerateFiles("*.pt").Count());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Read_SomethingElse_IsRefusedByNameWithARemedy(string name, string said)
    {
        ExchangeException refusal = Assert.Throws<ExchangeException>(
            () => StateDictFile.Read(Path.Combine(Folder, "refused", name + ".pt")));
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("torch.save(", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EntriesThatAreCompressed_AreTheSame()
    {
        byte[] bytes = PickleFuzz.WithPickle(
            File.ReadAllBytes(Path.Combine(Folder, "views.pt")),
            static pickle => pickle,
            CompressionLevel.SmallestSize);
        using MemoryStream stream = new(bytes);
        AssertSame(Expected(Folder, "views"), StateDictFile.Read(stream, "deflated"));
    }

    /// <summary>What versions since 2.0 put beside the storages.</summary>
    [Fact]
    public void Read_EntriesOfNewerVersions_ChangeNothing()
    {
        using MemoryStream stream = new(Archive("newer"));
        AssertSame(Expected(Folder, "views"), StateDictFile.Read(stream, "newer"));
    }

    [Fact]
    public void Read_Safetensors_IsKnownByItsBytes()
    {
        using MemoryStream stream = new(File.ReadAllBytes(Path.Combine(Folder, "lstm.safetensors")));
        Assert.Equal(6, StateDictFile.Read(stream, "model.bin").Tensors.Length);
    }

    [Fact]
    public void Read_TiedTensors_ShareTheirData()
    {
        StateDict dict = StateDictFile.Read(Path.Combine(Folder, "views.pt"));
        Assert.Equal(dict.Tensors[0].Data, dict.Tensors[1].Data);
    }

    [Theory]
    [InlineData("big", "of the byte order 'big'")]
    [InlineData("checksum", "does not have the checksum")]
    [InlineData("bomb", "bytes unpack to 300")]
    [InlineData("twice", "two entries 'views/data/0'")]
    [InlineData("no pickle", "a zip file without the data.pkl of PyTorch")]
    [InlineData("no storage", "it has no storage '0'")]
    [InlineData("storage", "its storage '0' has 4 bytes, and its pickle says 240")]
    [InlineData("pickle", "a pickle outside of a zip file")]
    [InlineData("nothing", "of no kind that is known here")]
    public void Read_ArchiveThatIsWrong_IsRefused(string what, string said)
    {
        byte[] bytes = Archive(what);
        using MemoryStream stream = new(bytes);
        ExchangeException refusal = Assert.Throws<ExchangeException>(() => StateDictFile.Read(stream, "wrong.pt"));
        Assert.StartsWith("wrong.pt ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoFile_SaysSo()
    {
        ExchangeException refusal =
            Assert.Throws<ExchangeException>(() => StateDictFile.Read(Path.Combine(Folder, "absent.pt")));
        Assert.Contains("could not be read", refusal.Message, StringComparison.Ordinal);
    }

    private static void AssertRead(string folder, string name) =>
        AssertSame(Expected(folder, name), StateDictFile.Read(Path.Combine(folder, name + ".pt")));

    private static SafetensorsFile Expected(string folder, string name) =>
        SafetensorsFile.Read(Path.Combine(folder, name + ".safetensors"));

    private static void AssertSame(SafetensorsFile expected, StateDict dict)
    {
        Assert.Equal(
            expected.Tensors.Select(static tensor => tensor.Name).Order(StringComparer.Ordinal),
            dict.Tensors.Select(static tensor => tensor.Name).Order(StringComparer.Ordinal));
        foreach (Tensor tensor in dict.Tensors)
        {
            Tensor wanted = expected.Find(tensor.Name);
            Assert.Equal(wanted.DataType, tensor.DataType);
            Assert.Equal(wanted.Shape, tensor.Shape);
            Assert.True(
                wanted.Data.Span.SequenceEqual(tensor.Data.Span), $"'{tensor.Name}' has other numbers than in Python.");
        }

        Assert.Equal(JsonSerializer.Deserialize<string[]>(expected.Metadata["others"]), dict.Others);
    }

    private static byte[] Archive(string what)
    {
        byte[] views = File.ReadAllBytes(Path.Combine(Folder, "views.pt"));
        switch (what)
        {
            case "pickle": return [0x80, 2, (byte)'N', (byte)'.'];
            case "nothing": return [1, 2, 3];
            case "checksum":
                // 5, 6, 7 as floats lie in one storage alone.
                int place = views.AsSpan().IndexOf((ReadOnlySpan<byte>)[0, 0, 0xa0, 0x40, 0, 0, 0xc0, 0x40]);
                views[place + 2] ^= 1;
                return views;
            default: break;
        }

        using MemoryStream source = new(views);
        using ZipArchive old = new(source, ZipArchiveMode.Read);
        using MemoryStream target = new();
        using (ZipArchive made = new(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in old.Entries)
            {
                bool isFirst = entry.FullName == "views/data/0";
                if ((what == "no pickle" && entry.Name == "data.pkl") || (what == "no storage" && isFirst))
                {
                    continue;
                }

                byte[] bytes = new byte[entry.Length];
                using Stream content = entry.Open();
                content.ReadExactly(bytes);
                Add(made, entry.FullName, what == "storage" && isFirst ? bytes[..4] : bytes);
                if (what == "twice" && isFirst)
                {
                    Add(made, entry.FullName, bytes);
                }
            }

            if (what == "big")
            {
                Add(made, "views/byteorder", "big"u8);
            }
            else if (what == "newer")
            {
                Add(made, "views/byteorder", "little"u8);
                Add(made, "views/.format_version", "1"u8);
                Add(made, "views/.storage_alignment", "64"u8);
                Add(made, "views/.data/serialization_id", "0000000000000000000000000000000000000000"u8);
            }
            else if (what == "bomb")
            {
                Add(made, "views/data/99", new byte[300_000_000]);
            }
        }

        return target.ToArray();
    }

    private static void Add(ZipArchive archive, string name, ReadOnlySpan<byte> bytes)
    {
        using Stream stream = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
        stream.Write(bytes);
    }
}
