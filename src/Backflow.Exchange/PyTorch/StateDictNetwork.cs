using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Backflow.Engine;
using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>Finds embedding, recurrent stack and head in a state dict.</summary>
/// <remarks>
/// A state dict has names and shapes and no program. What they leave open is asked for, and a tensor without a place in
/// the network is refused: the network that was saved may compute with it.
/// </remarks>
public static partial class StateDictNetwork
{
    private const int NamedTensors = 8;

    /// <summary>The network of a state dict.</summary>
    /// <param name="dict">The state dict.</param>
    /// <param name="options">What its names and shapes do not say; null where they say all.</param>
    /// <returns>Its sizes and parameters, in float32.</returns>
    /// <exception cref="ExchangeException">It is no such network, or something is open.</exception>
    public static ExchangedNetwork Of(StateDict dict, StateDictOptions? options = null)
    {
        options ??= new StateDictOptions();
        RequireIgnoredAreThere(dict, options);
        ImmutableArray<FoundLayer> layers = new FoundStack(dict, options).Layers();
        HashSet<Tensor> used =
            new(layers.SelectMany(static layer => layer.Tensors), ReferenceEqualityComparer.Instance);
        Dictionary<string, Tensor> free = dict.Tensors
            .Where(tensor => !used.Contains(tensor) && !IsBeside(tensor, options))
            .ToDictionary(static tensor => tensor.Name, StringComparer.Ordinal);
        FoundEnds ends = new(dict, options, free, layers[0].InputWeights);
        long topSize = layers[^1].IsReverse ? layers[^1].HiddenSize + layers[^2].HiddenSize : layers[^1].HiddenSize;
        ends.Find(layers[0].InputSize, topSize);
        used.UnionWith(new[] { ends.Embedding, ends.Head, ends.HeadBias }.OfType<Tensor>());
        RequireNoOther(dict, [.. free.Values.Where(tensor => !used.Contains(tensor)).Select(static one => one.Name)]);

        FoundParameters parameters = new(dict.File);
        parameters.Add(layers, ends);
        return new ExchangedNetwork
        {
            KnowsHeadPosition = false,
            Options = new NetworkOptions
            {
                VocabularySize = ends.Embedding is null ? 0 : (int)ends.Embedding.Shape[0],
                InputSize = (int)layers[0].InputSize,
                Layers =
                [
                    .. layers.Select(static layer =>
                        new LayerOptions(layer.Cell, (int)layer.HiddenSize, layer.IsReverse)),
                ],
                OutputSize = ends.Head is null ? 0 : (int)ends.Head.Shape[0],
                HeadPosition = options.HeadPosition,
            },
            Parameters = parameters.All,
            Remarks = [.. parameters.Remarks, .. Unused([.. dict.Tensors.Where(one => !used.Contains(one))])],
        };
    }

    private static void RequireIgnoredAreThere(StateDict dict, StateDictOptions options)
    {
        if (options.Ignored.FirstOrDefault(start => !dict.Tensors.Any(tensor =>
            tensor.Name.StartsWith(start, StringComparison.Ordinal))) is string missing)
        {
            throw new ExchangeException(
                $"{dict.File}: no name begins with {Refusals.Quoted(missing)}, which is to be ignored.",
                $"Its names are {List([.. dict.Tensors.Select(static tensor => tensor.Name)])}.");
        }
    }

    /// <summary>Whether a tensor is no part of the computation: left out by the caller, a counter, or an optimizer's.
    /// </summary>
    private static bool IsBeside(Tensor tensor, StateDictOptions options) =>
        options.Ignored.Any(start => tensor.Name.StartsWith(start, StringComparison.Ordinal))
        || OptimizerState().IsMatch(tensor.Name)
        || OfATrainer.Any(start => tensor.Name.StartsWith(start, StringComparison.Ordinal))
        || IsCounter(tensor)
        || IsOfOtherStack(tensor, options);

    // What PyTorch Lightning keeps beside the parameters.
    private static readonly string[] OfATrainer = ["callbacks.", "loops.", "lr_schedulers.", "optimizer_states."];

    // Whole numbers count batches, hold positions or the state of a generator; weights may be quantized ones.
    private static bool IsCounter(Tensor tensor) =>
        tensor.DataType is not (TensorDataType.F64 or TensorDataType.F32 or TensorDataType.F16 or TensorDataType.BF16)
        && tensor.Name.Split('.')[^1] is string last
        && !last.Contains("weight", StringComparison.Ordinal) && !last.Contains("bias", StringComparison.Ordinal);

    // Who names one stack of several has said that the others are not it.
    private static bool IsOfOtherStack(Tensor tensor, StateDictOptions options) => !options.Prefixes.IsEmpty
        && new StackNames([tensor]).Prefixes is [string prefix] && !options.Prefixes.Contains(prefix);

    // The state of an optimizer: state.3.exp_avg, after any prefix.
    [GeneratedRegex(
        @"(^|\.)state\.[0-9]+\.[a-z_]+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OptimizerState();

    private static void RequireNoOther(StateDict dict, string[] names)
    {
        if (names.Length > 0)
        {
            throw new ExchangeException(
                $"{dict.File}: embedding, recurrent stack and head leave {List(names)} over, and the network that was "
                + "saved may compute with them.",
                "If it does not, or if that does not matter, give the beginnings of their names as ignored.");
        }
    }

    private static IEnumerable<string> Unused(Tensor[] tensors) => tensors.Length == 0
        ? []
        : [$"Not used: {List([.. tensors.Select(static tensor => tensor.Name)])}."];

    private static string List(string[] names) => string.Join(", ", names.Take(NamedTensors).Select(Refusals.Quoted))
        + (names.Length > NamedTensors ? $" and {names.Length - NamedTensors} more" : "");
}
