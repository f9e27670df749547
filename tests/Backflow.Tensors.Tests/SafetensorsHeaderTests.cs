using System.Buffers.Binary;
using System.Text;

namespace Backflow.Tensors.Tests;

public sealed class SafetensorsHeaderTests
{
    [Theory]
    [InlineData("", 0, "does not begin with '{'")]
    [InlineData(" {}", 0, "does not begin with '{'")]
    [InlineData("[]", 0, "does not begin with '{'")]
    [InlineData("{", 0, "not valid JSON")]
    [InlineData("{} x", 0, "not valid JSON")]
    [InlineData("{}\0", 0, "not valid JSON")]
    [InlineData("{'a':1}", 0, "not valid JSON")]
    [InlineData("{}", 1, "its tensors need 0 bytes of data and it has 1: it was made longer")]
    [InlineData("""{"a":1}""", 0, "tensor a is of JSON kind Number and must be Object")]
    [InlineData("""{"a":{}}""", 0, "tensor a needs dtype, shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":0}}""", 4, "and nothing else")]
    [InlineData("""{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", 4, "the dtype 'F31'; known are F64, F32")]
    [InlineData(
        """{"a":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}""", 4, "dtype of tensor a is of JSON kind Number")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "shape of tensor a has the element -1")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "has the element 1.5")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "has the element \"1\"")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "shape of tensor a is of JSON kind Number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "which are no begin and end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "which are no begin and end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "which are no begin and end")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}}""", 4, "has the element 9999")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "spans 4 bytes, which is not F32 [2]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "spans 0 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "there is a hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "it was cut short")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "it was made longer")]
    [InlineData("""{"__metadata__":1}""", 0, "__metadata__ is of JSON kind Number")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "__metadata__.k is of JSON kind Number")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"}}""", 0, "__metadata__ has the key 'k' twice")]
    [InlineData(
        """{"a":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}}""",
        0,
        "tensor a has the key 'dtype' twice")]
    [InlineData("""{"\ud800":{}}""", 0, "a string that is no text")]
    public void Parse_BrokenRule_NamesTheFileAndTheFact(string json, int dataLength, string fact)
    {
        TensorFileException failure = Assert.Throws<TensorFileException>(
            () => SafetensorsHeader.Parse(Encoding.UTF8.GetBytes(json), dataLength, "x.safetensors"));
        Assert.StartsWith("x.safetensors is not a valid safetensors file: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(fact, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_DuplicateTensor_NamesIt()
    {
        const string Entry = """ "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]} """;
        Assert.Contains(
            "the header has the key 'a' twice",
            Fail("{" + Entry + "," + Entry + "}", dataLength: 4),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 8, 8, 12, "there is a hole")]
    [InlineData(0, 4, 0, 4, "they overlap")]
    [InlineData(0, 4, 2, 6, "they overlap")]
    [InlineData(0, 4, 8, 12, "there is a hole")]
    public void Parse_TwoTensorsThatDoNotTile_AreRefused(int begin1, int end1, int begin2, int end2, string fact)
    {
        string json = $$$"""
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[{{{begin1}}},{{{end1}}}]},
             "b":{"dtype":"F32","shape":[1],"data_offsets":[{{{begin2}}},{{{end2}}}]}}
            """;
        Assert.Contains(fact, Fail(json, dataLength: Math.Max(end1, end2)), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_InvalidUtf8_IsRefused() => Assert.Throws<TensorFileException>(
        () => SafetensorsHeader.Parse(new byte[] { (byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)'}' }, 0, "x"));

    [Theory]
    [InlineData(16_000_001UL, "16000000 are allowed")]
    [InlineData(ulong.MaxValue, "16000000 are allowed")]
    [InlineData(9UL, "the file has only 8 after its length")]
    public void Read_HeaderLengthBeyondTheFile_IsRefused(ulong length, string fact)
    {
        byte[] file = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        using MemoryStream stream = new(file);
        TensorFileException failure = Assert.Throws<TensorFileException>(
            () => SafetensorsFile.Read(stream, file.Length, "x"));
        Assert.Contains(fact, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TensorsInAnyOrderWithEmptyOnesAndPadding_AreRead()
    {
        string json = """
            {"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]},"e":{"dtype":"F64","shape":[0,9],"data_offsets":[4,4]},
             "a":{"data_offsets":[0,4],"shape":[],"dtype":"F32"}}
            """ + "     ";
        Assert.Equal(
            ["a", "e", "b"],
            SafetensorsHeader.Parse(Encoding.UTF8.GetBytes(json), 6, "x").Entries.Select(entry => entry.Name));
    }

    // Headers of the greatest length, each a different way to make a reader work.
    [Theory]
    [InlineData("{\"a\":", "[", "", "")]
    [InlineData("{\"a\":", "{\"a\":", "", "")]
    [InlineData("{\"a\":{\"shape\":[", "0,", "0]", "}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":", "[", "", "")]
    [InlineData("{\"__metadata__\":{", "\"#\":\"\",", "\"z\":\"\"", "}}")]
    [InlineData("{", "\"#\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},", "\"z\":{}", "}")]
    [InlineData("{\"", "a", "\":1", "}")]
    [InlineData("{\"a\":{\"dtype\":\"", "\\u0061", "\"", "}}")]
    [InlineData("{\"a\":{\"", "\\u0061", "\":1", "}}")]
    [InlineData("{\"__metadata__\":{\"", "a", "\":1", "}}")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[", "9", "]", "}}")]
    [InlineData("{", " ", "", "x")]
    public void Parse_LongestHeader_IsRefusedForFewBytesOfMemory(string begin, string repeated, string last, string end)
    {
        // A tree of brackets or zeros takes twenty times their bytes; the names and the entries of a flat reader do
        // not.
        const long Allowed = 80_000_000;
        byte[] header = Filled(begin, repeated, last + end);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TensorFileException failure = Assert.Throws<TensorFileException>(
            () => SafetensorsHeader.Parse(header, 0, "x"));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= Allowed, $"{allocated:N0} bytes for a header of {header.Length:N0}.");
        Assert.InRange(failure.Message.Length, 1, 1000);
    }

    private static byte[] Filled(string begin, string repeated, string end)
    {
        const int RoomOfANumber = 8;
        bool isNumbered = repeated.Contains('#', StringComparison.Ordinal);
        StringBuilder text = new(begin, (int)SafetensorsHeader.MaximumLength);
        int length = (int)SafetensorsHeader.MaximumLength - end.Length - repeated.Length - RoomOfANumber;
        for (int i = 0; text.Length < length; i++)
        {
            text.Append(isNumbered ? repeated.Replace("#", $"{i}", StringComparison.Ordinal) : repeated);
        }

        return Encoding.UTF8.GetBytes(text.Append(end).ToString());
    }

    private static string Fail(string json, int dataLength) => Assert.Throws<TensorFileException>(
        () => SafetensorsHeader.Parse(Encoding.UTF8.GetBytes(json), dataLength, "x")).Message;
}
