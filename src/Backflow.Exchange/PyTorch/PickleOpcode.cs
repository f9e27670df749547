namespace Backflow.Exchange.PyTorch;

/// <summary>The opcodes of a pickle that are read or named in a refusal, with Python's names for them.</summary>
internal enum PickleOpcode
{
    /// <summary>MARK.</summary>
    Mark = '(',

    /// <summary>STOP.</summary>
    Stop = '.',

    /// <summary>POP.</summary>
    Pop = '0',

    /// <summary>POP_MARK.</summary>
    PopMark = '1',

    /// <summary>DUP.</summary>
    Duplicate = '2',

    /// <summary>BINBYTES.</summary>
    Bytes4 = 'B',

    /// <summary>SHORT_BINBYTES.</summary>
    Bytes1 = 'C',

    /// <summary>BINFLOAT.</summary>
    Float = 'G',

    /// <summary>BININT.</summary>
    Int32 = 'J',

    /// <summary>BININT1.</summary>
    UInt8 = 'K',

    /// <summary>BININT2.</summary>
    UInt16 = 'M',

    /// <summary>NONE.</summary>
    None = 'N',

    /// <summary>BINPERSID.</summary>
    PersistentId = 'Q',

    /// <summary>REDUCE.</summary>
    Reduce = 'R',

    /// <summary>BINUNICODE.</summary>
    Text4 = 'X',

    /// <summary>EMPTY_LIST.</summary>
    EmptyList = ']',

    /// <summary>APPEND.</summary>
    Append = 'a',

    /// <summary>BUILD.</summary>
    Build = 'b',

    /// <summary>GLOBAL.</summary>
    Global = 'c',

    /// <summary>DICT.</summary>
    Dictionary = 'd',

    /// <summary>APPENDS.</summary>
    Appends = 'e',

    /// <summary>BINGET.</summary>
    Get1 = 'h',

    /// <summary>LONG_BINGET.</summary>
    Get4 = 'j',

    /// <summary>LIST.</summary>
    List = 'l',

    /// <summary>BINPUT.</summary>
    Put1 = 'q',

    /// <summary>LONG_BINPUT.</summary>
    Put4 = 'r',

    /// <summary>SETITEM.</summary>
    SetItem = 's',

    /// <summary>TUPLE.</summary>
    Tuple = 't',

    /// <summary>EMPTY_TUPLE.</summary>
    EmptyTuple = ')',

    /// <summary>SETITEMS.</summary>
    SetItems = 'u',

    /// <summary>EMPTY_DICT.</summary>
    EmptyDictionary = '}',

    /// <summary>PROTO.</summary>
    Protocol = 0x80,

    /// <summary>NEWOBJ.</summary>
    NewObject = 0x81,

    /// <summary>TUPLE1.</summary>
    Tuple1 = 0x85,

    /// <summary>TUPLE2.</summary>
    Tuple2 = 0x86,

    /// <summary>TUPLE3.</summary>
    Tuple3 = 0x87,

    /// <summary>NEWTRUE.</summary>
    True = 0x88,

    /// <summary>NEWFALSE.</summary>
    False = 0x89,

    /// <summary>LONG1.</summary>
    Long1 = 0x8a,

    /// <summary>LONG4.</summary>
    Long4 = 0x8b,

    /// <summary>SHORT_BINUNICODE.</summary>
    Text1 = 0x8c,

    /// <summary>BINUNICODE8.</summary>
    Text8 = 0x8d,

    /// <summary>BINBYTES8.</summary>
    Bytes8 = 0x8e,

    /// <summary>EMPTY_SET.</summary>
    EmptySet = 0x8f,

    /// <summary>FROZENSET.</summary>
    FrozenSet = 0x91,

    /// <summary>NEWOBJ_EX.</summary>
    NewObjectWithNames = 0x92,

    /// <summary>STACK_GLOBAL.</summary>
    StackGlobal = 0x93,

    /// <summary>MEMOIZE.</summary>
    Memoize = 0x94,

    /// <summary>FRAME.</summary>
    Frame = 0x95,

    /// <summary>BYTEARRAY8.</summary>
    ByteArray = 0x96,
}
