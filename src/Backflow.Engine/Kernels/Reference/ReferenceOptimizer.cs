namespace Backflow.Engine.Kernels.Reference;

/// <summary>The optimizers as their papers print them: in double, one parameter after another.</summary>
/// <remarks>
/// The plain twin of <see cref="Optimizer"/>, kept to test it. Bias corrections divide the moments, as in the paper,
/// where the fast kernels work them into the learning rate. Sources as there; derived in
/// docs/mathematics/optimizers.md.
/// </remarks>
internal sealed class ReferenceOptimizer
{
    private readonly OptimizerOptions _options;
    private readonly double[] _first;
    private readonly double[] _second;

    /// <summary>Makes an optimizer whose state is zero.</summary>
    /// <param name="options">Kind and constants.</param>
    /// <param name="length">Parameters.</param>
    public ReferenceOptimizer(OptimizerOptions options, int length)
    {
        _options = options;
        _first = new double[length];
        _second = new double[length];
    }

    /// <summary>Updates so far.</summary>
    public long Step { get; private set; }

    /// <summary>One update.</summary>
    /// <param name="parameters">θ, updated in place.</param>
    /// <param name="gradients">∂L/∂θ, of the same length.</param>
    /// <param name="learningRate">η of this step.</param>
    public void Update(Span<double> parameters, ReadOnlySpan<double> gradients, double learningRate)
    {
        Step++;
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = _options.Kind switch
            {
                OptimizerKind.Sgd => Sgd(i, parameters[i], gradients[i], learningRate),
                OptimizerKind.RmsProp => RmsProp(i, parameters[i], gradients[i], learningRate),
                OptimizerKind.Adam => Adam(i, parameters[i], gradients[i] + L2(parameters[i]), learningRate),
                _ => Adam(i, parameters[i] - (learningRate * L2(parameters[i])), gradients[i], learningRate),
            };
        }
    }

    // λθ: the gradient of ½λθ².
    private double L2(double parameter) => _options.WeightDecay * parameter;

    // u = μu + (g + λθ),  θ = θ − ηu
    private double Sgd(int i, double parameter, double gradient, double learningRate)
    {
        _first[i] = (_options.Momentum * _first[i]) + gradient + L2(parameter);
        return parameter - (learningRate * _first[i]);
    }

    // v = αv + (1 − α)g²,  θ = θ − ηg / (√v + ε)
    private double RmsProp(int i, double parameter, double gradient, double learningRate)
    {
        double g = gradient + L2(parameter);
        _first[i] = (_options.Decay * _first[i]) + ((1 - _options.Decay) * g * g);
        return parameter - (learningRate * g / (Math.Sqrt(_first[i]) + _options.Epsilon));
    }

    // m = β₁m + (1 − β₁)g,  v = β₂v + (1 − β₂)g²,  θ = θ − η · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
    private double Adam(int i, double parameter, double gradient, double learningRate)
    {
        _first[i] = (_options.Beta1 * _first[i]) + ((1 - _options.Beta1) * gradient);
        _second[i] = (_options.Beta2 * _second[i]) + ((1 - _options.Beta2) * gradient * gradient);
        double mean = _first[i] / (1 - Math.Pow(_options.Beta1, Step));
        double meanSquare = _second[i] / (1 - Math.Pow(_options.Beta2, Step));
        return parameter - (learningRate * mean / (Math.Sqrt(meanSquare) + _options.Epsilon));
    }
}
