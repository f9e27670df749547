using System.Collections.Immutable;

namespace Backflow.Training;

/// <summary>Words of a configuration and what each of them means; every pair is written out.</summary>
/// <param name="rows">The pairs, in the order in which help lists them.</param>
internal sealed class NameTable<T>(params ImmutableArray<(string Name, T Value)> rows)
{
    /// <summary>The words.</summary>
    public ImmutableArray<string> Names { get; } = [.. rows.Select(static row => row.Name)];

    /// <summary>All meanings, in the order of <see cref="Names"/>.</summary>
    public ImmutableArray<T> Values { get; } = [.. rows.Select(static row => row.Value)];

    /// <summary>What a word means.</summary>
    /// <exception cref="ArgumentException">The table has no such word.</exception>
    public T this[string name]
    {
        get
        {
            int index = Names.IndexOf(name);
            return index >= 0
                ? Values[index]
                : throw new ArgumentException($"'{name}' is none of {string.Join(", ", Names)}.", nameof(name));
        }
    }
}
