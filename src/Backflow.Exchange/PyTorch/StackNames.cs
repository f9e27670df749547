using System.Globalization;
using System.Text.RegularExpressions;
using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>The recurrent stacks of a state dict by their names alone.</summary>
/// <remarks>
/// torch.nn.LSTM, GRU and RNN: PREFIX + weight_ih_l0, …, weight_hh_l1_reverse. Cell modules: PREFIX + weight_ih, and in
/// a list PREFIX + 0.weight_ih, where the numbers count the layers.
/// </remarks>
internal sealed partial class StackNames
{
    private readonly Dictionary<string, SortedDictionary<(int Depth, bool IsReverse), Dictionary<string, Tensor>>>
        _stacks = new(StringComparer.Ordinal);

    /// <summary>Sorts tensors by stacks.</summary>
    public StackNames(IEnumerable<Tensor> tensors)
    {
        foreach (Tensor tensor in tensors)
        {
            if (Layer().Match(tensor.Name) is { Success: true } layer
                && int.TryParse(layer.Groups["depth"].Value, CultureInfo.InvariantCulture, out int depth))
            {
                Add(layer.Groups["prefix"].Value, depth, layer.Groups["reverse"].Success, layer, tensor);
            }
            else if (Cell().Match(tensor.Name) is { Success: true } cell)
            {
                bool isNumbered = int.TryParse(cell.Groups["depth"].Value, CultureInfo.InvariantCulture, out depth);
                Add(cell.Groups["prefix"].Value, isNumbered ? depth : 0, isReverse: false, cell, tensor);
            }
        }
    }

    /// <summary>The prefixes of all stacks, in the order of their names.</summary>
    public string[] Prefixes => [.. _stacks.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The tensors of a stack by direction and by what they are: weight_ih, …; null where it is not there.
    /// </summary>
    public IReadOnlyDictionary<(int Depth, bool IsReverse), Dictionary<string, Tensor>>? Look(string prefix) =>
        _stacks.GetValueOrDefault(prefix);

    [GeneratedRegex(
        @"^(?<prefix>.*?)(?<what>weight_ih|weight_hh|weight_hr|bias_ih|bias_hh)_l(?<depth>[0-9]{1,4})"
        + @"(?<reverse>_reverse)?(?<norm>_g|_v)?$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Layer();

    [GeneratedRegex(
        @"^(?<prefix>(.*?\.)?)((?<depth>[0-9]{1,4})\.)?(?<what>weight_ih|weight_hh|bias_ih|bias_hh)(?<norm>_g|_v)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Cell();

    private void Add(string prefix, int depth, bool isReverse, Match match, Tensor tensor)
    {
        if (!_stacks.TryGetValue(prefix, out SortedDictionary<(int, bool), Dictionary<string, Tensor>>? stack))
        {
            stack = [];
            _stacks.Add(prefix, stack);
        }

        if (!stack.TryGetValue((depth, isReverse), out Dictionary<string, Tensor>? layer))
        {
            layer = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            stack.Add((depth, isReverse), layer);
        }

        // A layer and a list of cells can share a prefix; the second of a name stays outside, and is named later.
        _ = layer.TryAdd(match.Groups["what"].Value + match.Groups["norm"].Value, tensor);
    }
}
