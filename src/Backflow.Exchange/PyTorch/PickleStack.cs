namespace Backflow.Exchange.PyTorch;

/// <summary>The stack of an unpickler with its marks; nothing is taken from below the last mark.</summary>
/// <param name="refusals">What is said where it is empty.</param>
internal sealed class PickleStack(Refusals refusals)
{
    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];

    /// <summary>Whether exactly one value is left.</summary>
    public bool IsOne => _values.Count == 1 && _marks.Count == 0;

    /// <summary>Puts a value on top.</summary>
    public void Push(object? value) => _values.Add(value);

    /// <summary>Marks where a collection begins.</summary>
    public void Mark() => _marks.Add(_values.Count);

    /// <summary>The value on top, which stays there.</summary>
    public object? Top()
    {
        Require(1);
        return _values[^1];
    }

    /// <summary>Takes the value on top.</summary>
    public object? Pop()
    {
        object? value = Top();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    /// <summary>Takes some values, the lowest first.</summary>
    public object?[] Pop(int count)
    {
        Require(count);
        return RemoveFrom(_values.Count - count);
    }

    /// <summary>Takes everything above the last mark, and the mark.</summary>
    public object?[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw refusals.Damaged("its pickle ends a collection that it did not begin");
        }

        int mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return RemoveFrom(mark);
    }

    /// <summary>Drops the value on top, or the mark where no value is above it.</summary>
    public void Drop()
    {
        if (_marks.Count > 0 && _marks[^1] == _values.Count)
        {
            _marks.RemoveAt(_marks.Count - 1);
        }
        else
        {
            _ = Pop();
        }
    }

    private void Require(int count)
    {
        if (_values.Count - (_marks.Count > 0 ? _marks[^1] : 0) < count)
        {
            throw refusals.Damaged("its pickle takes a value that it did not make");
        }
    }

    private object?[] RemoveFrom(int index)
    {
        object?[] values = [.. _values[index..]];
        _values.RemoveRange(index, _values.Count - index);
        return values;
    }
}
