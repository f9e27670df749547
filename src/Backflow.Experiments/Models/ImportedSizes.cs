using System.Collections.Immutable;
using System.Text;
using Backflow.Engine;
using Backflow.Exchange;
using Backflow.Tensors;
using Backflow.Training;
using Backflow.Training.Tasks;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Experiments.Models;

/// <summary>Whether a network of another program fits the data that it is to train on, and what does not.</summary>
internal static class ImportedSizes
{
    private const string Head = nameof(Head);

    private static readonly Rune CarriageReturn = new('\r');

    private const string WithoutData =
        "Leave out the data: the network is then kept as it is, for export.";

    /// <summary>A configuration with the cells and sizes of a network.</summary>
    /// <exception cref="ExperimentException">A training here cannot have such layers.</exception>
    public static TrainingConfiguration Fit(TrainingConfiguration configuration, NetworkOptions network)
    {
        if (network.Layers.Any(static layer => layer.IsReverse))
        {
            throw new ExperimentException(
                "The network reads its layers in both directions, and trainings here read forward.", WithoutData);
        }

        ImmutableArray<int> widths = [.. network.Layers.Select(static layer => layer.HiddenSize).Distinct()];
        if (widths.Length > 1)
        {
            throw new ExperimentException(
                $"The network's layers have {string.Join(" and ", widths)} units, and those of a training here have "
                    + $"the same number.",
                WithoutData);
        }

        ImmutableArray<string> cells = [.. network.Layers.Select(static layer => layer.Cell.Name)];
        return configuration with
        {
            Cells = cells.Distinct().Count() == 1 ? cells[..1] : cells,
            Layers = cells.Length,
            HiddenSize = widths[0],
            EmbeddingSize = network.VocabularySize > 0 ? network.InputSize : configuration.EmbeddingSize,
        };
    }

    /// <summary>
    /// The characters that a network was trained with: those of a vocabulary, or of the whole text where it has as many
    /// symbols; null for those of the training part, or of no text.
    /// </summary>
    public static string? CharactersOf(
        TrainingConfiguration configuration, SymbolOrder? order, NetworkOptions network)
    {
        int symbols = network.VocabularySize > 0 ? network.VocabularySize : network.InputSize;
        if (configuration.Task is not null)
        {
            return null;
        }

        if (order is not null)
        {
            order.RequireCount(symbols);
            return order.Vocabulary.Serialize();
        }

        if (configuration.TextPath is not string path)
        {
            return null;
        }

        // What was made with set(text) knows characters that only the last tenth has.
        Vocabulary whole = TextCorpus.Load(path, new TextCorpusOptions { TrainingFraction = 1 }).Vocabulary;
        return whole.Count == symbols ? whole.Serialize() : null;
    }

    /// <summary>
    /// Gives a network that reads symbols as vectors with a single one an embedding, which is the identity.
    /// </summary>
    public static ExchangedNetwork WithEmbedding(ExchangedNetwork network, TaskShape shape)
    {
        int symbols = shape.VocabularySize;
        if (symbols == 0 || network.Options.VocabularySize > 0 || network.Options.InputSize != symbols)
        {
            return network;
        }

        float[] identity = new float[symbols * symbols];
        for (int symbol = 0; symbol < symbols; symbol++)
        {
            identity[(symbol * symbols) + symbol] = 1;
        }

        return network with
        {
            Options = network.Options with { VocabularySize = symbols },
            Parameters = [.. network.Parameters, Tensor.FromSingles("embedding.weight", [symbols, symbols], identity)],
            Remarks =
            [
                .. network.Remarks,
                $"The file has no embedding and reads {symbols} features: an embedding that is the identity gives it "
                    + "the symbols one-hot, and is trained like any other.",
            ],
        };
    }

    /// <summary>Says of embedding and head that are one tensor that they are trained apart.</summary>
    public static IEnumerable<string> Tied(ExchangedNetwork network)
    {
        Tensor? embedding = network.Parameters.FirstOrDefault(static one => one.Name == "embedding.weight");
        Tensor? head = network.Parameters.FirstOrDefault(static one => one.Name == "head.weight");
        if (embedding is not null && head is not null && embedding.Data.Span.SequenceEqual(head.Data.Span))
        {
            yield return "Embedding and head have the same weights, as where they are tied; here they train apart, "
                + "each by its own gradient.";
        }
    }

    /// <summary>Throws where the data gives or wants other sizes than the network has.</summary>
    public static void RequireFit(ExchangedNetwork network, TrainingConfiguration configuration, ITrainingData data)
    {
        NetworkOptions has = network.Options;
        NetworkOptions needs = ConfigurationRules.Network(configuration, data.Shape);
        string source = data.Vocabulary is null ? $"the task {data.TaskName}" : data.TaskName;
        if (has.OutputSize == 0)
        {
            throw new ExperimentException(
                $"The file has no head, and {source} needs one with {needs.OutputSize} outputs.",
                $"Name the weight of its last linear layer as {Head:setting}, or save it with the model.");
        }

        if (has.VocabularySize != needs.VocabularySize)
        {
            throw new ExperimentException(
                needs.VocabularySize == 0
                    ? $"The file embeds {has.VocabularySize} symbols, and {source} gives numbers."
                    : has.VocabularySize == 0
                    ? $"The file reads {has.InputSize} numbers at each timestep, and {source} gives "
                        + $"{needs.VocabularySize} different symbols."
                    : $"The file knows {has.VocabularySize} symbols, and {source} has {needs.VocabularySize}.",
                data.Vocabulary?.Runes.Contains(CarriageReturn) == true && has.VocabularySize < needs.VocabularySize
                    ? (Sentence)($"Its lines end with a carriage return, which Python drops on reading: take it out "
                        + $"with sed 's/\\r$//', and give the result as {nameof(configuration.TextPath):setting}.")
                    : (Sentence)($"Give the data that it was trained on, as {nameof(configuration.TextPath):setting} "
                        + $"or {nameof(configuration.Task):setting}."));
        }

        if (has.InputSize != needs.InputSize || has.OutputSize != needs.OutputSize)
        {
            throw new ExperimentException(
                has.InputSize != needs.InputSize
                    ? $"The file reads {has.InputSize} numbers at each timestep, and {source} gives {needs.InputSize}."
                    : $"The file has {has.OutputSize} outputs, and {source} asks for {needs.OutputSize}.",
                $"Give the data that it was trained on, as {nameof(configuration.TextPath):setting} or "
                    + $"{nameof(configuration.Task):setting}.");
        }

        if (network.KnowsHeadPosition && has.HeadPosition != needs.HeadPosition)
        {
            throw new ExperimentException(
                has.HeadPosition == HeadPosition.LastTimestep
                    ? $"The file answers after the last timestep, and {source} asks at every one."
                    : $"The file answers at every timestep, and {source} asks after the last one.",
                WithoutData);
        }
    }
}
