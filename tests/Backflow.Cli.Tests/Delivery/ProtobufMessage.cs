using Google.Protobuf;

namespace Backflow.Cli.Tests.Delivery;

/// <summary>A message of protobuf's wire format by field numbers.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Field, object Value)> _fields = [];

    public ProtobufMessage(byte[] content)
    {
        using CodedInputStream input = new(content);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            _fields.Add((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadUInt64(),
                WireFormat.WireType.Fixed64 => input.ReadFixed64(),
                WireFormat.WireType.Fixed32 => input.ReadFixed32(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes(),
                WireFormat.WireType kind => throw new InvalidDataException($"OTLP has no field of kind {kind}."),
            }));
        }
    }

    public bool Has(int field) => _fields.Any(one => one.Field == field);

    public IEnumerable<ProtobufMessage> Messages(int field) =>
        All(field).Cast<ByteString>().Select(static bytes => new ProtobufMessage(bytes.ToByteArray()));

    public ProtobufMessage Message(int field) => Messages(field).Single();

    public string Text(int field) => ((ByteString)All(field).Single()).ToStringUtf8();

    public ulong Number(int field) => (ulong)All(field).Single();

    public double Double(int field) => BitConverter.UInt64BitsToDouble(Number(field));

    private IEnumerable<object> All(int field) =>
        _fields.Where(one => one.Field == field).Select(static one => one.Value);
}
