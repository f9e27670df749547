using System.Collections.Immutable;

namespace Backflow.Engine;

/// <summary>All parameters of a model in the order of its one buffer.</summary>
public sealed class ParameterLayout
{
    private readonly ImmutableArray<Parameter>.Builder _parameters = ImmutableArray.CreateBuilder<Parameter>();

    internal ParameterLayout()
    {
    }

    /// <summary>The parameters, in storage order.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>Floats of the buffer, padding included.</summary>
    public int Length { get; private set; }

    /// <summary>Trainable numbers, padding excluded.</summary>
    public long Count => _parameters.Sum(static parameter => (long)parameter.Count);

    /// <summary>Finds a parameter.</summary>
    /// <param name="name">A name in PyTorch's manner, such as weight_ih_l0.</param>
    /// <returns>The parameter, or null.</returns>
    public Parameter? Find(string name) => _parameters.FirstOrDefault(parameter => parameter.Name == name);

    internal Parameter Add(string name, ImmutableArray<int> shape, PanelLayout storage, bool isTransposed = false)
    {
        Parameter parameter = new(name, shape, storage, Length, isTransposed);
        _parameters.Add(parameter);
        Length += PanelLayout.Pad(storage.Length);
        return parameter;
    }

    internal RecurrentLayerParameters AddRecurrentLayer(string suffix, GateLayout gates, int inputSize, int hiddenSize)
    {
        int rows = gates.Gates * hiddenSize;
        return new RecurrentLayerParameters(
            Add($"weight_ih_{suffix}", [rows, inputSize], gates.InputStorage(hiddenSize, inputSize)),
            Add($"weight_hh_{suffix}", [rows, hiddenSize], gates.RecurrentStorage(hiddenSize, hiddenSize)),
            Add($"bias_ih_{suffix}", [rows], gates.InputStorage(hiddenSize, 1)),
            Add($"bias_hh_{suffix}", [rows], gates.RecurrentStorage(hiddenSize, 1)));
    }
}
