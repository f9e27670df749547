namespace Backflow.Engine.Kernels.Reference;

/// <summary>One parameter of the twin with its gradient, both in PyTorch's order.</summary>
internal sealed class ReferenceParameter(int count)
{
    /// <summary>The parameter.</summary>
    public double[] Values { get; } = new double[count];

    /// <summary>∂L/∂(parameter).</summary>
    public double[] Gradient { get; } = new double[count];
}
