using System.Collections.Immutable;
using System.Numerics;
using Backflow.Tensors;

namespace Backflow.Exchange.Probes;

/// <summary>One backward pass of another program's training, as a probe file holds it.</summary>
/// <remarks>The format is in docs/probe-format.md.</remarks>
public sealed record ProbeSample
{
    private readonly SafetensorsFile _file;
    private readonly SampleRoom _room;

    internal ProbeSample(SafetensorsFile file, SampleRoom room)
    {
        _file = file;
        _room = room;
    }

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

    /// <summary>Whether the plain double twin computes it, instead of the engine in float32: exact, and much
    /// slower.</summary>
    public bool IsDouble => !Doubles.IsDefault;

    /// <summary>The calls of recurrent layers in the pass, in their order; default where the twin computes.</summary>
    internal ImmutableArray<ProbedCall<float>> Singles { get; init; }

    /// <summary>The calls where the twin computes; else default.</summary>
    internal ImmutableArray<ProbedCall<double>> Doubles { get; init; }

    /// <summary>A parameter, in PyTorch's order.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <returns>Its values; null where the layer has none of that name.</returns>
    internal T[]? Parameter<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        _file.Look(name) is Tensor tensor ? ProbeTensors.Values<T>(tensor, _room) : null;

    /// <summary>The gradient that arrived at a parameter, divided by the loss scale; null where none did.</summary>
    internal T[]? ParameterGradient<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Parameter<T>(name + ".grad") is T[] gradient ? ProbeTensors.Divided(gradient, LossScale) : null;
}
