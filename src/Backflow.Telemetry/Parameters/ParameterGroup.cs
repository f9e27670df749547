using Backflow.Engine;

namespace Backflow.Telemetry;

/// <summary>The groups that parameters are judged by: they learn at different speeds.</summary>
public enum ParameterGroup
{
    /// <summary>R of every layer.</summary>
    Recurrent,

    /// <summary>W of every layer.</summary>
    Input,

    /// <summary>Both biases of every layer.</summary>
    Bias,

    /// <summary>The embedding.</summary>
    Embedding,

    /// <summary>The head's weights and bias.</summary>
    Head,
}

/// <summary>Which group a parameter belongs to.</summary>
public static class ParameterGroups
{
    /// <summary>The group of a parameter, by its name.</summary>
    /// <param name="parameter">A parameter of a network.</param>
    /// <returns>Its group.</returns>
    public static ParameterGroup Of(Parameter parameter) => parameter.Name switch
    {
        string name when name.StartsWith("weight_hh", StringComparison.Ordinal) => ParameterGroup.Recurrent,
        string name when name.StartsWith("weight_ih", StringComparison.Ordinal) => ParameterGroup.Input,
        string name when name.StartsWith("bias", StringComparison.Ordinal) => ParameterGroup.Bias,
        string name when name.StartsWith("embedding", StringComparison.Ordinal) => ParameterGroup.Embedding,
        string name when name.StartsWith("head", StringComparison.Ordinal) => ParameterGroup.Head,
        _ => throw new ArgumentException($"The parameter '{parameter.Name}' belongs to no group.", nameof(parameter)),
    };
}
