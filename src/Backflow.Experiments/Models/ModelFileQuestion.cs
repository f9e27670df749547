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

    /// <summary>Reads the network.</summary>
    /// <returns>The network.</returns>
    /// <exception cref="ExperimentException">It cannot be read, or holds no network that there is here.</exception>
    public ImportedModel Read()
    {
        try
        {
            return new ImportedModel(ModelFile.Read(Path, new StateDictOptions
            {
                Prefixes = Prefixes,
                Elman = Elman is null ? null : Cells.Named(Elman),
                Embedding = Embedding,
                Head = Head,
                Ignored = Ignored,
            }));
        }
        catch (ExchangeException mistake)
        {
            throw new ExperimentException($"{mistake.Message}", $"{mistake.Remedy}", mistake);
        }
    }
}
