using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Experiments.Models;

/// <summary>What became of another program's network.</summary>
/// <param name="Run">The run that holds it.</param>
/// <param name="Network">What it consists of, in half a line.</param>
/// <param name="Parameters">Its trainable numbers.</param>
/// <param name="Data">What it can be trained, measured and asked on; null where no data was given.</param>
/// <param name="ValidationLoss">Its loss on held-out data: nats, or mean squared error; null without data.</param>
/// <param name="ValidationSuccess">The task's measure of success; null for a text and without data.</param>
/// <param name="EffectiveContext">How many timesteps back it uses its input; null where that was not measured.</param>
/// <param name="GradientReach">How many timesteps back it can learn now; null where that was not measured.</param>
/// <param name="Remarks">What the file says and the network does not do.</param>
public sealed record ImportReport(
    string Run,
    string Network,
    long Parameters,
    string? Data,
    double? ValidationLoss,
    double? ValidationSuccess,
    string? EffectiveContext,
    string? GradientReach,
    ImmutableArray<string> Remarks)
{
    /// <summary>A network in half a line: "2 × LSTM 128 both ways, embedding 65 × 32, 65 outputs".</summary>
    /// <param name="options">The network.</param>
    /// <returns>The words.</returns>
    internal static string Describe(NetworkOptions options)
    {
        List<string> parts = [];
        for (int i = 0; i < options.Layers.Length;)
        {
            LayerOptions layer = options.Layers[i];
            bool isBoth = i + 1 < options.Layers.Length && options.Layers[i + 1].IsReverse;
            string words = $"{layer.Cell.Title} {NumberText.Count(layer.HiddenSize)}"
                + (isBoth ? " both ways" : string.Empty);
            parts.Add(words);
            i += isBoth ? 2 : 1;
        }

        IEnumerable<string> layers = parts.Distinct().Count() == 1 && parts.Count > 1
            ? [$"{NumberText.Count(parts.Count)} × {parts[0]}"]
            : parts;
        string embedding = options.VocabularySize > 0
            ? $", embedding {NumberText.Count(options.VocabularySize)} × {NumberText.Count(options.InputSize)}"
            : $", {NumberText.Counted(NumberText.Count(options.InputSize), "feature")}";
        string head = options.OutputSize > 0
            ? $", {NumberText.Counted(NumberText.Count(options.OutputSize), "output")}"
            : ", no head";
        return string.Join(", ", layers) + embedding + head;
    }
}
