namespace Backflow.Telemetry;

/// <summary>A property of a training and a value for it.</summary>
/// <param name="Property">The property's name, such as LearningRate.</param>
/// <param name="Value">The value as text, written the same on every machine: 0.003, lstm.</param>
public readonly record struct Setting(string Property, string Value)
{
    /// <summary>The setting as an engineer writes it.</summary>
    /// <returns>"LearningRate = 0.003".</returns>
    public override string ToString() => $"{Property} = {Value}";
}
