using System.Collections.Immutable;
using Backflow.Tensors;

namespace Backflow.Exchange.Probes;

/// <summary>One backward pass of another program's training, as a probe file holds it.</summary>
/// <remarks>The format is in docs/probe-format.md.</remarks>
public sealed record ProbeSample
{
    private readonly SafetensorsFile _file;

    internal ProbeSample(SafetensorsFile file) => _file = file;

    /// <summary>The step of the training, from 0.</summary>
    public required long Step { get; init; }

    /// <summary>The backward pass of the step, from 0.</summary>
    public required int Pass { get; init; }

    /// <summary>The process among those that train together, from 0.</summary>
    public required int Rank { get; init; }

    /// <summary>How many processes train together.</summary>
    public required int World { get; init; }

    /// <summary>The framework and its version.</summary>
    public required string Framework { get; init; }

    /// <summary>The class of the model; empty where the file does not say it.</summary>
    public required string Model { get; init; }

    /// <summary>The loss of the step; null where the file does not say it.</summary>
    public required double? Loss { get; init; }

    /// <summary>The share of the training's time that the probe took; null where the file does not say it.</summary>
    public required double? Overhead { get; init; }

    /// <summary>What the loss was multiplied by; gradients here are divided by it.</summary>
    public required double LossScale { get; init; }

    /// <summary>The calls of recurrent layers in the pass, in their order.</summary>
    internal ImmutableArray<ProbedCall> Calls { get; init; } = [];

    /// <summary>A parameter, in PyTorch's order.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <returns>Its values; null where the layer has none of that name.</returns>
    internal double[]? Parameter(string name) => _file.Look(name)?.ToDoubles();

    /// <summary>The gradient that arrived at a parameter, divided by the loss scale; null where none did.</summary>
    internal double[]? ParameterGradient(string name)
    {
        double[]? gradient = Parameter(name + ".grad");
        for (int i = 0; gradient is not null && i < gradient.Length; i++)
        {
            gradient[i] /= LossScale;
        }

        return gradient;
    }
}
