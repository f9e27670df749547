using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>Finds the recurrent layers of a state dict and verifies their shapes.</summary>
/// <param name="dict">The state dict.</param>
/// <param name="options">What its names do not say.</param>
internal sealed class FoundStack(StateDict dict, StateDictOptions options)
{
    private const long LargestSize = 1 << 20;
    private const int LstmGates = 4;
    private const int GruGates = 3;

    private readonly StackNames _names = new(dict.Tensors);

    /// <summary>The layers from the input upwards, a reverse one after its forward one.</summary>
    public ImmutableArray<FoundLayer> Layers()
    {
        ImmutableArray<FoundLayer> layers = [.. Prefixes().SelectMany(LayersOf)];
        if (options.Elman is CellDescription elman
            && !layers.Any(static layer => layer.Cell.ElmanActivation is not null))
        {
            throw Wrong(
                $"it has no torch.nn.RNN, whose cell {elman} could be; its layers are "
                + string.Join(", ", layers.Select(static layer => layer.Cell.Name).Distinct()),
                "Leave out the cell: the shapes of the weights say it.");
        }

        long inputSize = layers[0].InputSize;
        for (int i = 0; i < layers.Length; i++)
        {
            if (layers[i].IsReverse ? layers[i].InputSize != layers[i - 1].InputSize : layers[i].InputSize != inputSize)
            {
                throw Wrong(
                    $"{Refusals.Quoted(layers[i].InputWeights.Name)} reads {layers[i].InputSize} features, and the "
                    + $"layer below it has {(layers[i].IsReverse ? layers[i - 1].InputSize : inputSize)}",
                    "Name the recurrent modules in the order from the input upwards with the option prefix.");
            }

            bool isLast = i + 1 == layers.Length || !layers[i + 1].IsReverse;
            inputSize = layers[i].IsReverse ? layers[i].HiddenSize + layers[i - 1].HiddenSize
                : isLast ? layers[i].HiddenSize
                : inputSize;
        }

        return layers;
    }

    private ImmutableArray<string> Prefixes()
    {
        string[] found = _names.Prefixes;
        string list = string.Join(", ", found.Select(Refusals.Quoted));
        if (found.Length == 0)
        {
            throw Wrong(
                "it has no recurrent layer: no tensor is called weight_ih_l0 or weight_ih after any prefix",
                "Save the state dict of a model with torch.nn.LSTM, GRU or RNN, or with their cells.");
        }

        if (options.Prefixes.FirstOrDefault(prefix => _names.Look(prefix) is null) is string missing)
        {
            throw Wrong(
                $"it has no recurrent stack {Refusals.Quoted(missing)}; it has {list}", "Give one of these as prefix.");
        }

        return !options.Prefixes.IsEmpty ? options.Prefixes
            : found.Length == 1 ? [found[0]]
            : throw Wrong(
                $"it has {found.Length} recurrent stacks: {list}",
                "Give one as prefix, or several from the input upwards.");
    }

    private IEnumerable<FoundLayer> LayersOf(string prefix)
    {
        int depth = 0;
        foreach (((int number, bool isReverse), Dictionary<string, Tensor> parts) in _names.Look(prefix)!)
        {
            depth += isReverse ? 0 : 1;
            if (number != depth - 1)
            {
                throw Wrong(
                    $"layer {number} of {Refusals.Quoted(prefix)} stands without the one before it",
                    Refusals.SaveStateDict);
            }

            yield return Layer(prefix, parts, isReverse);
        }
    }

    private FoundLayer Layer(string prefix, Dictionary<string, Tensor> parts, bool isReverse)
    {
        if (parts.GetValueOrDefault("weight_hr") is Tensor projection)
        {
            throw Wrong(
                $"{Refusals.Quoted(projection.Name)} projects the state, which no cell here does",
                "Train the LSTM without proj_size.");
        }

        if (parts.Keys.FirstOrDefault(static part => part.EndsWith("_g", StringComparison.Ordinal)) is string norm)
        {
            throw Wrong(
                $"{Refusals.Quoted(parts[norm].Name)} is half of a weight that torch.nn.utils.weight_norm has split",
                "Join it with torch.nn.utils.remove_weight_norm, and save the state dict again.");
        }

        if (!parts.TryGetValue("weight_ih", out Tensor? input)
            || !parts.TryGetValue("weight_hh", out Tensor? recurrent))
        {
            throw Wrong(
                $"{Refusals.Quoted(prefix)} has "
                + string.Join(", ", parts.Values.Select(static part => Refusals.Quoted(part.Name)))
                + " and not both weight_ih and weight_hh",
                "Save the state dict without parametrizations: torch.nn.utils.parametrize.remove_parametrizations.");
        }

        CellDescription cell = Cell(input, recurrent);
        long rows = input.Shape[0];
        return new FoundLayer(
            cell,
            input,
            recurrent,
            Bias(parts.GetValueOrDefault("bias_ih"), rows),
            Bias(parts.GetValueOrDefault("bias_hh"), rows),
            isReverse);
    }

    private CellDescription Cell(Tensor input, Tensor recurrent)
    {
        if (input.Shape.Length != 2 || recurrent.Shape.Length != 2 || input.Shape[0] != recurrent.Shape[0]
            || input.Shape.Concat(recurrent.Shape).Any(static size => size is < 1 or > LargestSize))
        {
            throw Wrong(
                $"{Refusals.Shaped(input)} and {Refusals.Shaped(recurrent)} are not the weights of one "
                + "layer",
                Refusals.SaveStateDict);
        }

        (long gates, long rest) = long.DivRem(recurrent.Shape[0], recurrent.Shape[1]);
        return (gates, rest) switch
        {
            (LstmGates, 0) => Cells.Lstm,
            (GruGates, 0) => Cells.Gru,
            (1, 0) => Elman(recurrent),
            _ => throw Wrong(
                $"{Refusals.Shaped(recurrent)} is of no known cell; an LSTM has 4·H rows, a GRU 3·H, an RNN H",
                Refusals.SaveStateDict),
        };
    }

    private CellDescription Elman(Tensor recurrent) => options.Elman switch
    {
        null => throw Wrong(
            $"{Refusals.Shaped(recurrent)} is of a torch.nn.RNN, and a state dict does not say which activation "
            + "it has",
            "Give the cell: rnn-tanh, which is PyTorch's default, or rnn-relu."),
        { ElmanActivation: not null } cell => cell,
        _ => throw Wrong(
            $"{Refusals.Shaped(recurrent)} is of a torch.nn.RNN, and the cell {options.Elman} is none",
            "Give the cell rnn-tanh or rnn-relu."),
    };

    private Tensor? Bias(Tensor? bias, long rows) => bias is null || (bias.Shape is [long size] && size == rows)
        ? bias
        : throw Wrong($"{Refusals.Shaped(bias)} is no bias of {rows} rows", Refusals.SaveStateDict);

    private ExchangeException Wrong(string fact, string remedy) => new($"{dict.File}: {fact}.", remedy);
}
