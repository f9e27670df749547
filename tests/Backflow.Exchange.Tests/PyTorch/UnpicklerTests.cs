using System.Text;
using Backflow.Exchange.PyTorch;
using Backflow.FormatFuzz;
using Backflow.Tensors;

namespace Backflow.Exchange.Tests.PyTorch;

/// <summary>Pickles that no PyTorch writes: they would run something, or exhaust memory.</summary>
public sealed class UnpicklerTests
{
    private static readonly byte[] Carrier =
        File.ReadAllBytes(Path.Combine(TorchPython.Folder, "files", "views.pt"));

    public static TheoryData<string, string> Wrong => new()
    {
        { "cos\nsystem\n(U\u0002lstR.", "the class or function 'os.system'" },
        { "cposix\nsystem\n.", "the class or function 'posix.system'" },
        { "c__builtin__\neval\n.", "the class or function '__builtin__.eval'" },
        { "X\u0002\u0000\u0000\u0000osX\u0006\u0000\u0000\u0000system\u0093.", "the class or function 'os.system'" },
        { "c__main__\nModel\u0001\n.", "the class or function '__main__.Model?'" },
        { "(i__main__\nModel\n.", "opcode 0x69" },
        { "ccollections\nOrderedDict\n(R.", "takes a value that it did not make" },
        { "ccollections\nOrderedDict\nK\u0001\u0085R.", "OrderedDictionary is called with other arguments" },
        { "}}b}b}Nb.", "an object with a state of its own" },
        { "}NNs.", "a key that is neither a string nor a whole number" },
        { "}(K\u0001NK\u0001Nu.", "a dictionary has two entries '1'" },
        { "}K\u0001a.", "adds values to something that is no list" },
        { "]K\u0001K\u0002s.", "sets entries of something that is no dictionary" },
        { "h\u0001.", "recalls value 1, which it did not keep" },
        { "X\u00ff\u00ff\u00ff\u00ffabc.", "ends after" },
        { "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffabc.", "ends after" },
        { "\u008b\u00ff\u00ff\u00ff\u007f.", "takes 2147483647 bytes, and 255 are read" },
        { "X\u0001\u0000\u0000\u0000\u00ff.", "is no text" },
        { "NN.", "does not end with one value" },
        { "}", "ends after" },
        { ".", "does not end with one value" },
        { "N.", "None at its top, and no dictionary" },
        { "NQ.", "a reference of its pickle names no storage" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_WrongPickle_IsRefused(string pickle, string said) =>
        Assert.Contains(said, Refusal(Encoding.Latin1.GetBytes("\u0080\u0002" + pickle)), StringComparison.Ordinal);

    [Fact]
    public void Read_ListsInLists_AreRefusedAndExhaustNothing()
    {
        // Each list holds the one before it twice: 2³⁰ values of 270 bytes.
        StringBuilder doubling = new("\u0080\u0002}K\u0001]q\u0000");
        for (char i = '\u0001'; i < 30; i++)
        {
            doubling.Append("0](h").Append((char)(i - 1)).Append('h').Append((char)(i - 1)).Append("eq").Append(i);
        }

        Assert.Contains(
            "more than 200000 values", Refusal(Encoding.Latin1.GetBytes(doubling + "s.")), StringComparison.Ordinal);
        string nested = "\u0080\u0002}K\u0001" + new string(']', 10_000) + new string('a', 9_999) + "s.";
        Assert.Contains("nests deeper than 32", Refusal(Encoding.Latin1.GetBytes(nested)), StringComparison.Ordinal);
        Assert.Contains(
            "nests deeper than 32", Refusal(Encoding.Latin1.GetBytes("\u0080\u0002}q\u0000K\u0001h\u0000s.")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, 4, 1, true)]
    [InlineData(56, 4, 1, true)]
    [InlineData(57, 4, 1, false)]
    [InlineData(0, 4, 19, true)]
    [InlineData(0, 4, 20, false)]
    [InlineData(-1, 4, 1, false)]
    [InlineData(3, 4, -1, false)]
    [InlineData(0, -1, 1, false)]
    [InlineData(0, 2_000_000_000, 0, false)]
    [InlineData(2_000_000_000, 2, 2_000_000_000, false)]
    [InlineData(60, 0, 1, true)]
    [InlineData(61, 0, 1, false)]
    public void Read_View_LiesInsideOfItsStorage(int offset, int size, int stride, bool isInside)
    {
        byte[] pickle = View(offset, size, stride);
        if (!isInside)
        {
            string said = Refusal(pickle);
            Assert.True(said.Contains("reaches outside", StringComparison.Ordinal)
                || said.Contains("repeats its storage", StringComparison.Ordinal), said);
            return;
        }

        Tensor tensor = Assert.Single(Read(pickle).Tensors);
        Assert.Equal([.. Enumerable.Range(0, size).Select(i => (float)(offset + (i * stride)))], tensor.ToSingles());
    }

    // {1: _rebuild_tensor_v2(storage 0 of 60 floats, offset, (size,), (stride,), False, OrderedDict())}
    private static byte[] View(int offset, int size, int stride)
    {
        static string Number(int value) => "J" + Encoding.Latin1.GetString(BitConverter.GetBytes(value));
        static string Text(string value) => "X" + (char)value.Length + "\0\0\0" + value;
        string storage = $"({Text("storage")}ctorch\nFloatStorage\n{Text("0")}{Text("cpu")}{Number(60)}tQ";
        return Encoding.Latin1.GetBytes(
            "\u0080\u0002}K\u0001ctorch._utils\n_rebuild_tensor_v2\n"
            + $"({storage}{Number(offset)}{Number(size)}\u0085{Number(stride)}\u0085\u0089"
            + "ccollections\nOrderedDict\n)RtRs.");
    }

    private static StateDict Read(byte[] pickle)
    {
        using MemoryStream stream = new(PickleFuzz.WithPickle(Carrier, _ => pickle));
        return StateDictFile.Read(stream, "pickle.pt");
    }

    private static string Refusal(byte[] pickle) => Assert.Throws<ExchangeException>(() => Read(pickle)).Message;
}
