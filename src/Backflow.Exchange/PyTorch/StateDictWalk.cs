using System.Collections.Immutable;
using System.Numerics;
using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>Names what lies in nested dictionaries and lists, in order.</summary>
/// <param name="refusals">What is said of what cannot be named.</param>
internal sealed class StateDictWalk(Refusals refusals)
{
    // A pickle can hold one list a thousand times in each of thirty lists; only the walk would notice.
    private const int MostValues = 200_000;
    private const int MostLevels = 32;
    private const int LongestName = 500;

    private readonly List<(string Name, PickledTensor Tensor)> _tensors = [];
    private readonly ImmutableArray<string>.Builder _others = ImmutableArray.CreateBuilder<string>();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _values;

    /// <summary>Walks through a file's value.</summary>
    /// <param name="root">What the unpickler read.</param>
    /// <param name="file">What messages call the file.</param>
    /// <param name="tensors">Makes the tensors.</param>
    public StateDict Read(object? root, string file, StoredTensors tensors)
    {
        if (root is not PickledDictionary dictionary)
        {
            throw refusals.NotAdmitted($"{Kind(root)} at its top, and no dictionary");
        }

        Enter(dictionary, "", MostLevels);
        ImmutableArray<Tensor> made = [.. _tensors.Select(one => tensors.Make(one.Name, one.Tensor))];
        return new StateDict(file, made, _others.ToImmutable());
    }

    private void Enter(object? value, string name, int levels)
    {
        if (++_values > MostValues || levels == 0 || name.Length > LongestName)
        {
            throw refusals.TooLarge(
                $"it nests deeper than {MostLevels}, or has more than {MostValues} values or names longer than "
                + $"{LongestName} characters");
        }

        switch (value)
        {
            case PickledDictionary dictionary:
                foreach ((string key, object? entry) in dictionary.Entries)
                {
                    Enter(entry, Join(name, key), levels - 1);
                }

                break;
            case IReadOnlyList<object?> items:
                for (int i = 0; i < items.Count; i++)
                {
                    Enter(items[i], Join(name, FormattableString.Invariant($"{i}")), levels - 1);
                }

                break;
            case PickledTensor tensor:
                RequireNew(name);
                _tensors.Add((name, tensor));
                break;
            case null or string or bool or long or double or BigInteger:
                RequireNew(name);
                _others.Add(name);
                break;
            default:
                throw refusals.NotAdmitted($"{Kind(value)} at {Refusals.Quoted(name)}");
        }
    }

    private static string Join(string name, string key) => name.Length == 0 ? key : $"{name}.{key}";

    private void RequireNew(string name)
    {
        if (!_names.Add(name))
        {
            throw refusals.Damaged($"two of its values are called {Refusals.Quoted(name)}");
        }
    }

    private static string Kind(object? value) => value switch
    {
        PickledTensor => "a tensor",
        PickledStorage => "a storage without a tensor",
        PickledFunction or TensorDataType => "a class or function",
        IReadOnlyList<object?> => "a list or tuple",
        null => "None",
        _ => "a number or string",
    };
}
