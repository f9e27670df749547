using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>Writes a network as a safetensors file with the names of a PyTorch module.</summary>
/// <remarks>
/// A module with self.embedding = nn.Embedding, self.rnn = nn.LSTM, GRU or RNN and self.head = nn.Linear loads it. The
/// metadata has the lines of Python that make these.
/// </remarks>
public static class StateDictWriter
{
    // The module of each cell that PyTorch has, and what its constructor is told beside the sizes.
    private static readonly ImmutableDictionary<CellDescription, (string Name, string? Argument)> Modules =
        new Dictionary<CellDescription, (string, string?)>
        {
            [Cells.Lstm] = ("LSTM", null),
            [Cells.Gru] = ("GRU", null),
            [Cells.RnnTanh] = ("RNN", null),
            [Cells.RnnRelu] = ("RNN", "nonlinearity=\"relu\""),
        }.ToImmutableDictionary();

    private const string PositionKey = "head_position";
    private const string PythonKey = "python";
    private const string Remedy = "Train with the cell lstm, gru, rnn-tanh or rnn-relu, which PyTorch has.";

    /// <summary>Writes a network.</summary>
    /// <param name="network">Of one cell and one hidden size, as the modules of PyTorch are.</param>
    /// <param name="stream">Written from its present position on; not closed.</param>
    /// <exception cref="ExchangeException">PyTorch has no module that computes as the network does.</exception>
    public static void Write(RecurrentNetwork network, Stream stream)
    {
        NetworkOptions options = network.Options;
        RequireModule(options);
        List<Tensor> tensors = [];
        foreach (Parameter parameter in network.Layout.Parameters)
        {
            float[] values = new float[parameter.Count];
            parameter.Export(network.Parameters.Span, values);
            string name = parameter.Name.Contains('.', StringComparison.Ordinal) ? parameter.Name
                : "rnn." + parameter.Name;
            tensors.Add(Tensor.FromSingles(name, [.. parameter.Shape.Select(static size => (long)size)], values));
        }

        SafetensorsFile.Write(stream, tensors, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["format"] = "pt",
            ["cell"] = options.Layers[0].Cell.Name,
            [PositionKey] = options.HeadPosition == HeadPosition.LastTimestep ? "last timestep" : "every timestep",
            [PythonKey] = Python(options),
        });
    }

    /// <summary>Whether a file was written by <see cref="Write"/>, in this version or an earlier one.</summary>
    /// <param name="stream">The file, from its beginning.</param>
    public static bool Wrote(Stream stream)
    {
        try
        {
            ImmutableDictionary<string, string> metadata =
                SafetensorsFile.ReadMetadata(stream, stream.Length, "safetensors file");
            return metadata.ContainsKey(PositionKey) && metadata.ContainsKey(PythonKey);
        }
        catch (TensorFileException)
        {
            return false;
        }
    }

    /// <summary>The lines of Python that make the modules, after import torch.nn as nn.</summary>
    /// <param name="options">A network that PyTorch can have.</param>
    /// <returns>One line for each module.</returns>
    public static string Python(NetworkOptions options)
    {
        LayerOptions first = options.Layers[0];
        List<string> arguments = [$"{options.InputSize}", $"{first.HiddenSize}"];
        int depth = options.Layers.Count(static layer => !layer.IsReverse);
        AddIf(arguments, depth > 1, $"num_layers={depth}");
        (string module, string? argument) = Modules[first.Cell];
        AddIf(arguments, argument is not null, argument ?? string.Empty);
        AddIf(arguments, options.Layers.Any(static layer => layer.IsReverse), "bidirectional=True");
        arguments.Add("batch_first=True");
        List<string> lines = [];
        AddIf(lines, options.VocabularySize > 0,
            $"self.embedding = nn.Embedding({options.VocabularySize}, {options.InputSize})");
        lines.Add($"self.rnn = nn.{module}({string.Join(", ", arguments)})");
        AddIf(lines, options.OutputSize > 0, $"self.head = nn.Linear({options.TopSize}, {options.OutputSize})");
        return string.Join('\n', lines);
    }

    private static void RequireModule(NetworkOptions options)
    {
        LayerOptions first = options.Layers[0];
        if (!Modules.ContainsKey(first.Cell))
        {
            throw new ExchangeException($"PyTorch has no module that computes the cell {first.Cell}.", Remedy);
        }

        foreach (LayerOptions layer in options.Layers)
        {
            if (layer.Cell != first.Cell || layer.HiddenSize != first.HiddenSize)
            {
                throw new ExchangeException(
                    $"The layers are {first.Cell} of {first.HiddenSize} units and {layer.Cell} of {layer.HiddenSize}, "
                    + "and a module of PyTorch has one cell and one hidden size.",
                    "Train with layers that are alike.");
            }
        }

        int reverse = options.Layers.Count(static layer => layer.IsReverse);
        if (reverse > 0 && 2 * reverse != options.Layers.Length)
        {
            throw new ExchangeException(
                $"{reverse} layers of {options.Layers.Length - reverse} have a reverse direction, and a module of "
                + "PyTorch has it in all or in none.",
                "Train with layers that are alike.");
        }
    }

    private static void AddIf(List<string> list, bool condition, string value)
    {
        if (condition)
        {
            list.Add(value);
        }
    }
}
