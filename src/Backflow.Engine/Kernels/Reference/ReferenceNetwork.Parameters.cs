using System.Collections.Immutable;

namespace Backflow.Engine.Kernels.Reference;

/// <content>Parameters and their gradients, by PyTorch's names.</content>
public sealed partial class ReferenceNetwork
{
    private readonly ImmutableArray<(string Name, ReferenceParameter Parameter)> _parameters;

    /// <summary>The names of all parameters, in the order of <see cref="RecurrentNetwork.Layout"/>.</summary>
    public ImmutableArray<string> ParameterNames => [.. _parameters.Select(static entry => entry.Name)];

    /// <summary>A parameter, in PyTorch's order.</summary>
    /// <param name="name">One of <see cref="ParameterNames"/>.</param>
    /// <returns>Its values, which the caller may set.</returns>
    public Span<double> Parameter(string name) => Find(name).Values;

    /// <summary>The gradient of a parameter, in PyTorch's order.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <returns>What the last backward pass wrote.</returns>
    public ReadOnlySpan<double> ParameterGradient(string name) => Find(name).Gradient;

    /// <summary>Takes over the parameters of a fast network with the same options.</summary>
    /// <param name="network">The network that is copied from; it stays as it is.</param>
    public void CopyParametersFrom(RecurrentNetwork network)
    {
        foreach (Parameter parameter in network.Layout.Parameters)
        {
            float[] values = new float[parameter.Count];
            parameter.Export(network.Parameters.Span, values);
            Span<double> target = Parameter(parameter.Name);
            ShapeGuard.HasLength(values.Length, target.Length, nameof(network), parameter.Name);
            for (int i = 0; i < values.Length; i++)
            {
                target[i] = values[i];
            }
        }
    }

    internal ReferenceParameter Find(string name)
    {
        foreach ((string known, ReferenceParameter parameter) in _parameters)
        {
            if (known == name)
            {
                return parameter;
            }
        }

        throw new ArgumentException($"There is no parameter '{name}' in this network.", nameof(name));
    }

    private ImmutableArray<(string Name, ReferenceParameter Parameter)> NameParameters()
    {
        ImmutableArray<(string, ReferenceParameter)>.Builder parameters =
            ImmutableArray.CreateBuilder<(string, ReferenceParameter)>();
        if (_embedding is not null)
        {
            parameters.Add(("embedding.weight", _embedding));
        }

        for (int i = 0; i < _layers.Length; i++)
        {
            string suffix = Options.SuffixOf(i);
            parameters.Add(($"weight_ih_{suffix}", _layers[i].InputWeights));
            parameters.Add(($"weight_hh_{suffix}", _layers[i].RecurrentWeights));
            parameters.Add(($"bias_ih_{suffix}", _layers[i].InputBias));
            parameters.Add(($"bias_hh_{suffix}", _layers[i].RecurrentBias));
        }

        if (_head is not null)
        {
            parameters.Add(("head.weight", _head.Weights));
            parameters.Add(("head.bias", _head.Bias));
        }

        return parameters.ToImmutable();
    }
}
