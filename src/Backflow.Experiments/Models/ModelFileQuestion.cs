using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Exchange;
using Backflow.Exchange.PyTorch;
using Backflow.Training;

namespace Backflow.Experiments.Models;

/// <summary>A file of another program, and what a person says of it that it does not say itself.</summary>
/// <param name="Path">The file.</param>
public sealed record ModelFileQuestion(string Path)
{
    private const string Every = "every";
    private const string Last = "last";

    /// <summary>The cells that layers with H rows of weights may have.</summary>
    public static ImmutableArray<string> ElmanCells => ["rnn-tanh", "rnn-relu"];

    /// <summary>What stands before the names of the recurrent layers; empty where there is one stack.</summary>
    public ImmutableArray<string> Prefixes { get; init; } = [];

    /// <summary>One of <see cref="ElmanCells"/>; null where the file has no such layers.</summary>
    public string? Elman { get; init; }

    /// <summary>The name of the embedding's weight; null where it is found.</summary>
    public string? Embedding { get; init; }

    /// <summary>The name of the head's weight; null where it is found.</summary>
    public string? Head { get; init; }

    /// <summary>The beginnings of names of tensors that are left out.</summary>
    public ImmutableArray<string> Ignored { get; init; } = [];

    /// <summary>Which timesteps the head reads, one of <see cref="HeadPositions"/>; null for every one.</summary>
    public string? HeadReads { get; init; }

    /// <summary>What a state dict does not say of its head.</summary>
    public static ImmutableArray<string> HeadPositions => [Every, Last];

    /// <summary>Reads the network.</summary>
    /// <returns>The network.</returns>
    /// <exception cref="ExperimentException">It cannot be read, or holds no network that there is here.</exception>
    public ImportedModel Read()
    {
        try
        {
            ExchangedNetwork network = ModelFile.Read(Path, new StateDictOptions
            {
                Prefixes = Prefixes,
                Elman = Elman is null ? null : Cells.Named(Elman),
                Embedding = Embedding,
                Head = Head,
                Ignored = Ignored,
                HeadPosition = HeadReads == Last ? HeadPosition.LastTimestep : HeadPosition.EveryTimestep,
            });
            return new ImportedModel(HeadReads is null ? network : network with { KnowsHeadPosition = true });
        }
        catch (ExchangeException mistake)
        {
            throw new ExperimentException($"{mistake.Message}", $"{mistake.Remedy}", mistake);
        }
    }
}
