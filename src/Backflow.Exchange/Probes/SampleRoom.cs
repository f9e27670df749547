namespace Backflow.Exchange.Probes;

/// <summary>Arrays that one sample after the other is read into.</summary>
/// <remarks>
/// Fresh memory of this size costs as much as reading the file: the system clears every page of it. What a sample did
/// not use is dropped after it.
/// </remarks>
internal sealed class SampleRoom
{
    private readonly Dictionary<(Type Element, int Count), Stack<Array>> _free = [];
    private readonly List<Array> _taken = [];

    /// <summary>Gives an array, with whatever it holds, that is given once until <see cref="Begin"/>.</summary>
    public T[] Take<T>(int count)
    {
        T[] array = _free.TryGetValue((typeof(T), count), out Stack<Array>? free) && free.TryPop(out Array? one)
            ? (T[])one
            : GC.AllocateUninitializedArray<T>(count);
        _taken.Add(array);
        return array;
    }

    /// <summary>Begins a sample: the arrays of the one before are free.</summary>
    public void Begin()
    {
        _free.Clear();
        foreach (Array array in _taken)
        {
            (Type, int) kind = (array.GetType().GetElementType()!, array.Length);
            if (!_free.TryGetValue(kind, out Stack<Array>? free))
            {
                _free.Add(kind, free = []);
            }

            free.Push(array);
        }

        _taken.Clear();
    }
}
