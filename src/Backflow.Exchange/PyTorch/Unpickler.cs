namespace Backflow.Exchange.PyTorch;

/// <summary>Reads pickles of protocols 2 to 5 that hold tensors and plain values, and refuses all others.</summary>
/// <remarks>
/// Python's pickletools.py describes the opcodes. An unpickler of Python makes an object of any class that a file
/// names, and so runs what the file wants. This one knows the names of <see cref="PickledNames"/> and makes nothing.
/// It does not recurse: however deep a pickle nests, it costs a stack of its own.
/// </remarks>
internal sealed class Unpickler
{
    /// <summary>The longest pickle that is read, in bytes; a state dict needs some 150 for a tensor.</summary>
    public const int MaximumLength = 32_000_000;

    private const int MostOperations = 5_000_000;
    private const int OldestProtocol = 2;
    private const int NewestProtocol = 5;

    private readonly PickleBytes _bytes;
    private readonly PickleStack _stack;
    private readonly PickleCalls _calls;
    private readonly Refusals _refusals;
    private readonly Dictionary<uint, object?> _memo = [];

    private Unpickler(byte[] pickle, Refusals refusals)
    {
        _bytes = new PickleBytes(pickle, refusals);
        _stack = new PickleStack(refusals);
        _calls = new PickleCalls(refusals);
        _refusals = refusals;
    }

    /// <summary>Reads a pickle.</summary>
    /// <param name="pickle">Its bytes; what follows its end is not looked at.</param>
    /// <param name="refusals">What is said of it.</param>
    /// <returns>
    /// A string, long, BigInteger, double, bool or null, a <see cref="PickledTensor"/>, a
    /// <see cref="PickledDictionary"/>, a list as List, a tuple as an array. Values can be shared and can hold
    /// themselves.
    /// </returns>
    public static object? Read(byte[] pickle, Refusals refusals) => new Unpickler(pickle, refusals).ReadAll();

    private object? ReadAll()
    {
        if ((PickleOpcode)_bytes.Byte() != PickleOpcode.Protocol)
        {
            throw _refusals.Damaged("its pickle does not begin with a protocol");
        }

        ReadProtocol();
        for (int operations = 0; operations < MostOperations; operations++)
        {
            PickleOpcode opcode = (PickleOpcode)_bytes.Byte();
            if (opcode == PickleOpcode.Stop)
            {
                return _stack.IsOne ? _stack.Pop() : throw _refusals.Damaged("its pickle does not end with one value");
            }

            if (!TryValue(opcode) && !TryCollection(opcode) && !TryObject(opcode))
            {
                throw Unknown(opcode);
            }
        }

        throw _refusals.TooLarge($"its pickle has more than {MostOperations} operations");
    }

    private void ReadProtocol()
    {
        int protocol = _bytes.Byte();
        if (protocol is < OldestProtocol or > NewestProtocol)
        {
            throw _refusals.Damaged(
                $"its pickle is of protocol {protocol}, and {OldestProtocol} to {NewestProtocol} are read");
        }
    }

    private bool TryValue(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.None: _stack.Push(null); break;
            case PickleOpcode.True: _stack.Push(true); break;
            case PickleOpcode.False: _stack.Push(false); break;
            case PickleOpcode.Int32: _stack.Push((long)_bytes.Int32()); break;
            case PickleOpcode.UInt8: _stack.Push((long)_bytes.Byte()); break;
            case PickleOpcode.UInt16: _stack.Push((long)_bytes.UInt16()); break;
            case PickleOpcode.Long1: _stack.Push(_bytes.Integer(_bytes.Byte())); break;
            case PickleOpcode.Long4: _stack.Push(_bytes.Integer(_bytes.UInt32())); break;
            case PickleOpcode.Float: _stack.Push(_bytes.Double()); break;
            case PickleOpcode.Text1: _stack.Push(_bytes.Text(_bytes.Byte())); break;
            case PickleOpcode.Text4: _stack.Push(_bytes.Text(_bytes.UInt32())); break;
            case PickleOpcode.Text8: _stack.Push(_bytes.Text(_bytes.UInt64())); break;
            default: return false;
        }

        return true;
    }

    private bool TryCollection(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Mark: _stack.Mark(); break;
            case PickleOpcode.EmptyTuple: _stack.Push(Array.Empty<object?>()); break;
            case PickleOpcode.Tuple1: _stack.Push(_stack.Pop(1)); break;
            case PickleOpcode.Tuple2: _stack.Push(_stack.Pop(2)); break;
            case PickleOpcode.Tuple3: _stack.Push(_stack.Pop(3)); break;
            case PickleOpcode.Tuple: _stack.Push(_stack.PopToMark()); break;
            case PickleOpcode.EmptyList: _stack.Push(new List<object?>()); break;
            case PickleOpcode.List: _stack.Push(new List<object?>(_stack.PopToMark())); break;
            case PickleOpcode.Append: Append(_stack.Pop(1)); break;
            case PickleOpcode.Appends: Append(_stack.PopToMark()); break;
            case PickleOpcode.EmptyDictionary: _stack.Push(new PickledDictionary()); break;
            case PickleOpcode.SetItem: SetItems(_stack.Pop(2)); break;
            case PickleOpcode.SetItems: SetItems(_stack.PopToMark()); break;
            case PickleOpcode.Dictionary:
                object?[] items = _stack.PopToMark();
                _stack.Push(new PickledDictionary());
                SetItems(items);
                break;
            default: return false;
        }

        return true;
    }

    private bool TryObject(PickleOpcode opcode)
    {
        switch (opcode)
        {
            case PickleOpcode.Protocol: ReadProtocol(); break;
            case PickleOpcode.Frame: _ = _bytes.UInt64(); break;
            case PickleOpcode.Pop: _stack.Drop(); break;
            case PickleOpcode.PopMark: _ = _stack.PopToMark(); break;
            case PickleOpcode.Duplicate: _stack.Push(_stack.Top()); break;
            case PickleOpcode.Get1: Recall(_bytes.Byte()); break;
            case PickleOpcode.Get4: Recall(_bytes.UInt32()); break;
            case PickleOpcode.Put1: _memo[_bytes.Byte()] = _stack.Top(); break;
            case PickleOpcode.Put4: _memo[_bytes.UInt32()] = _stack.Top(); break;
            case PickleOpcode.Memoize: _memo[(uint)_memo.Count] = _stack.Top(); break;
            case PickleOpcode.Global: _stack.Push(PickledNames.Find(_bytes.Line(), _bytes.Line(), _refusals)); break;
            case PickleOpcode.StackGlobal:
                _stack.Push(_stack.Pop(2) is [string module, string name]
                    ? PickledNames.Find(module, name, _refusals)
                    : throw _refusals.Damaged("a name in its pickle is no text"));
                break;
            case PickleOpcode.Reduce:
                object? arguments = _stack.Pop();
                _stack.Push(_calls.Call(_stack.Pop(), arguments));
                break;
            case PickleOpcode.Build: Build(); break;
            case PickleOpcode.PersistentId: _stack.Push(_calls.Storage(_stack.Pop())); break;
            default: return false;
        }

        return true;
    }

    private void Append(object?[] items)
    {
        if (_stack.Top() is not List<object?> list)
        {
            throw _refusals.Damaged("its pickle adds values to something that is no list");
        }

        list.AddRange(items);
    }

    private void SetItems(object?[] items)
    {
        if (_stack.Top() is not PickledDictionary dictionary || items.Length % 2 != 0)
        {
            throw _refusals.Damaged("its pickle sets entries of something that is no dictionary");
        }

        for (int i = 0; i < items.Length; i += 2)
        {
            string key = items[i] switch
            {
                string text => text,
                long number => FormattableString.Invariant($"{number}"),
                _ => throw _refusals.NotAdmitted("a dictionary with a key that is neither a string nor a whole number"),
            };
            if (!dictionary.Entries.TryAdd(key, items[i + 1]))
            {
                throw _refusals.Damaged($"a dictionary has two entries {Refusals.Quoted(key)}");
            }
        }
    }

    private void Recall(uint index) => _stack.Push(_memo.TryGetValue(index, out object? value)
        ? value
        : throw _refusals.Damaged($"its pickle recalls value {index}, which it did not keep"));

    // An ordered dictionary can have attributes: state_dict() keeps the versions of its modules in _metadata.
    private void Build()
    {
        object? state = _stack.Pop();
        if (_stack.Top() is not PickledDictionary || state is not PickledDictionary)
        {
            throw _refusals.NotAdmitted("an object with a state of its own");
        }
    }

    private ExchangeException Unknown(PickleOpcode opcode) => opcode switch
    {
        PickleOpcode.Bytes1 or PickleOpcode.Bytes4 or PickleOpcode.Bytes8 or PickleOpcode.ByteArray =>
            _refusals.NotAdmitted("bytes"),
        PickleOpcode.EmptySet or PickleOpcode.FrozenSet => _refusals.NotAdmitted("a set"),
        PickleOpcode.NewObject or PickleOpcode.NewObjectWithNames => _refusals.NotAdmitted("an object of a class"),
        _ => _refusals.Damaged(
            $"its pickle has the opcode 0x{(int)opcode:x2} at byte {_bytes.Position - 1}, which is not read"),
    };
}
