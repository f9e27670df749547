using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backflow.Engine;
using Backflow.Tensors;
using Backflow.Training;

namespace Backflow.Experiments.Models;

/// <summary>A network without data, in the metadata of a checkpoint: what it consists of.</summary>
internal static class KeptNetwork
{
    /// <summary>The task of a run that holds such a network.</summary>
    public const string Task = "imported";

    private const string Last = "last";
    private const string Every = "every";

    /// <summary>Describes a network.</summary>
    public static Dictionary<string, string> Metadata(NetworkOptions network) => new()
    {
        ["format"] = "backflow-network-1",
        [CheckpointContent.NetworkKey] = new JsonObject
        {
            ["vocabularySize"] = network.VocabularySize,
            ["inputSize"] = network.InputSize,
            ["layers"] = new JsonArray(
            [
                .. network.Layers.Select(static layer => (JsonNode)new JsonObject
                {
                    ["cell"] = layer.Cell.Name,
                    ["hiddenSize"] = layer.HiddenSize,
                    ["isReverse"] = layer.IsReverse,
                }),
            ]),
            ["outputSize"] = network.OutputSize,
            ["head"] = network.HeadPosition == HeadPosition.LastTimestep ? Last : Every,
            ["dropout"] = network.Dropout,
        }.ToJsonString(),
    };

    /// <summary>Whether a checkpoint holds such a network.</summary>
    public static bool IsIn(SafetensorsFile checkpoint) =>
        checkpoint.Metadata.ContainsKey(CheckpointContent.NetworkKey);

    /// <summary>Reads what <see cref="Metadata"/> wrote.</summary>
    /// <exception cref="ExperimentException">It is no such description.</exception>
    public static NetworkOptions Read(SafetensorsFile checkpoint)
    {
        try
        {
            JsonNode json = JsonNode.Parse(checkpoint.Metadata[CheckpointContent.NetworkKey])!;
            return new NetworkOptions
            {
                VocabularySize = Whole(json, "vocabularySize"),
                InputSize = Whole(json, "inputSize"),
                Layers =
                [
                    .. json["layers"]!.AsArray().Select(static layer => new LayerOptions(
                        Cells.Named((string)layer!["cell"]!),
                        Whole(layer, "hiddenSize"),
                        (bool)layer["isReverse"]!)),
                ],
                OutputSize = Whole(json, "outputSize"),
                HeadPosition = (string?)json["head"] == Last ? HeadPosition.LastTimestep : HeadPosition.EveryTimestep,
                Dropout = (double)json["dropout"]!,
            };
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException
            or NullReferenceException or FormatException or ArgumentException or OverflowException)
        {
            throw new ExperimentException(
                "The checkpoint does not say of what network it is.", "Import the file again.", failure);
        }
    }

    private static int Whole(JsonNode json, string name) =>
        Convert.ToInt32((double)json[name]!, CultureInfo.InvariantCulture);
}
