using Backflow.Engine;
using Backflow.Exchange.Onnx;
using Backflow.Exchange.Onnx.Protobuf;
using Google.Protobuf;

namespace Backflow.Exchange.Tests.Onnx;

/// <summary>The twelve node tests of the specification, and folders that lack something.</summary>
public sealed class OnnxCheckTests
{
    private static readonly string Folder =
        Path.Combine(RepositoryRoot.Path, "tests", "Backflow.Exchange.Tests", "Onnx", "NodeTests");

    private static readonly string[] WithoutEngine = ["test_lstm_with_peepholes"];

    public static TheoryData<string> Names =>
        [.. OnnxCheck.Find(Folder).Select(static folder => Path.GetFileName(folder)!)];

    [Fact]
    public void NodeTests_All_AreThere() => Assert.Equal(12, Names.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public void Check_NodeTest_PassesBySpecificationAndEngine(string name)
    {
        using WorkerPool pool = new(threads: 1);
        OnnxCheckRow row = OnnxCheck.Check(Path.Combine(Folder, name), pool);
        Assert.True(row.Passed && row.Entries > 0, $"{row}");
        Assert.Equal(WithoutEngine.Contains(name), row.EngineDeviation is null);
        Assert.Equal(WithoutEngine.Contains(name), row.Remark is not null);
    }

    /// <summary>The runtime keeps the specification's word but for layout 1, which it refuses when it loads.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Run_NodeTest_PassesInTheRuntimeOrIsRefusedThere(string name)
    {
        string folder = Path.Combine(Folder, name);
        if (name.EndsWith("batchwise", StringComparison.Ordinal))
        {
            Assert.ThrowsAny<Exception>(() => RecordedFolder.AssertRuntime(folder));
            return;
        }

        RecordedFolder.AssertRuntime(folder);
    }

    [Theory]
    [InlineData("no output", "there is no out_Y_h.npy beside it")]
    [InlineData("no input", "there is no in_X.npy beside it")]
    [InlineData("other output", "")]
    [InlineData("short output", "its output 'Y_h' has 15 numbers, and 12 are recorded")]
    [InlineData("fortran", "in_X.npy: its array is in Fortran order, or has no shape")]
    [InlineData("big-endian", "in_X.npy: its elements are '>f4', and <f4, <f8, <i4, <i8 are read")]
    [InlineData("cut", "in_X.npy: it has 20 bytes of numbers, and its shape [1, 3, 2] needs 24")]
    [InlineData("no npy", "in_X.npy: it is no npy file of version 1 to 3")]
    [InlineData("no model", "model.onnx: it is no ONNX model")]
    [InlineData("name", "is no name that a file can have")]
    public void Check_FolderThatLacksSomething_FailsAndSaysWhat(string what, string said)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("backflow-onnx-");
        try
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(Folder, "test_gru_defaults")))
            {
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            }

            Change(folder.FullName, what);
            using WorkerPool pool = new(threads: 1);
            OnnxCheckRow row = OnnxCheck.Check(folder.FullName, pool);
            Assert.False(row.Passed);
            Assert.Contains(said, row.Remark ?? "", StringComparison.Ordinal);
            Assert.Equal(what == "other output", row.SpecificationDeviation > 0.5);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Change(string folder, string what)
    {
        string input = Path.Combine(folder, "in_X.npy");
        string output = Path.Combine(folder, "out_Y_h.npy");
        string model = Path.Combine(folder, OnnxCheck.ModelFile);
        byte[] bytes = File.ReadAllBytes(input);
        void Replace(string from, string to) => File.WriteAllBytes(
            input, [.. System.Text.Encoding.Latin1.GetBytes(
                System.Text.Encoding.Latin1.GetString(bytes).Replace(from, to, StringComparison.Ordinal))]);
        switch (what)
        {
            case "no output": File.Delete(output); break;
            case "no input": File.Delete(input); break;
            case "other output":
                byte[] other = File.ReadAllBytes(output);
                BitConverter.TryWriteBytes(other.AsSpan(^4), 7f);
                File.WriteAllBytes(output, other);
                break;
            case "short output":
                string text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(output));
                File.WriteAllBytes(output, System.Text.Encoding.Latin1.GetBytes(
                    text.Replace("(1, 3, 5)", "(1, 3, 4)", StringComparison.Ordinal)[..^12]));
                break;
            case "fortran": Replace("'fortran_order': False", "'fortran_order': True "); break;
            case "big-endian": Replace("<f4", ">f4"); break;
            case "cut": File.WriteAllBytes(input, bytes[..^4]); break;
            case "no npy": File.WriteAllBytes(input, [1, 2, 3]); break;
            case "no model": File.WriteAllBytes(model, "text"u8); break;
            case "name":
                ModelProto proto = ModelProto.Parser.ParseFrom(File.ReadAllBytes(model));
                proto.Graph.Node[0].Input[0] = "../X";
                proto.Graph.Input[0].Name = "../X";
                File.WriteAllBytes(model, proto.ToByteArray());
                break;
            default: throw new ArgumentOutOfRangeException(nameof(what), what, "No such change.");
        }
    }
}
