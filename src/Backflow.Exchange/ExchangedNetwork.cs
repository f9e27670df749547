using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Tensors;

namespace Backflow.Exchange;

/// <summary>A network that another program's file holds, in the engine's words.</summary>
public sealed record ExchangedNetwork
{
    /// <summary>What it consists of; a bidirectional layer is two of its layers.</summary>
    public required NetworkOptions Options { get; init; }

    /// <summary>
    /// Every parameter, float32, by the engine's names and in its shapes, which are PyTorch's: weight_ih_l0 [G·H, I],
    /// …, embedding.weight [V, E], head.weight [O, H].
    /// </summary>
    public required ImmutableArray<Tensor> Parameters { get; init; }

    /// <summary>Whether the file says which timesteps the head reads; state dicts hold weights alone.</summary>
    public bool KnowsHeadPosition { get; init; } = true;

    /// <summary>What the file says and the network does not do, one sentence each; empty where nothing is.</summary>
    public ImmutableArray<string> Remarks { get; init; } = [];

    /// <summary>Makes the network.</summary>
    /// <returns>A network with these parameters.</returns>
    /// <exception cref="InvalidOperationException">A parameter is missing, or has another shape: a fault of the
    /// reader.</exception>
    public RecurrentNetwork Build()
    {
        RecurrentNetwork network = new(Options);
        foreach (Parameter parameter in network.Layout.Parameters)
        {
            Tensor? tensor = Parameters.FirstOrDefault(tensor => tensor.Name == parameter.Name);
            if (tensor is null || !tensor.Shape.SequenceEqual(parameter.Shape.Select(static size => (long)size)))
            {
                throw new InvalidOperationException($"The parameter {parameter.Name} is missing or of another shape.");
            }

            parameter.Import(tensor.ToSingles(), network.Parameters.Span);
        }

        return network;
    }
}
