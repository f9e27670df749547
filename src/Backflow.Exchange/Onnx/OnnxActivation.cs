using System.Collections.Immutable;

namespace Backflow.Exchange.Onnx;

/// <summary>An activation of a recurrent operator, with its numbers.</summary>
/// <param name="Name">The specification's name.</param>
/// <param name="Alpha">α, where the function has one.</param>
/// <param name="Beta">β, where the function has one.</param>
/// <remarks>The specification of RNN, LSTM and GRU, version 14, "Equations".</remarks>
internal sealed record OnnxActivation(string Name, double Alpha, double Beta)
{
    private static readonly Function[] Functions =
    [
        new("Relu", static (x, _, _) => Math.Max(0, x)),
        new("Tanh", static (x, _, _) => Math.Tanh(x)),
        new("Sigmoid", static (x, _, _) => 1 / (1 + Math.Exp(-x))),
        new("Softsign", static (x, _, _) => x / (1 + Math.Abs(x))),
        new("Softplus", static (x, _, _) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)))),
        new("LeakyRelu", static (x, alpha, _) => x >= 0 ? x : alpha * x) { HasAlpha = true, Alpha = 0.01 },
        new("Elu", static (x, alpha, _) => x >= 0 ? x : alpha * (Math.Exp(x) - 1)) { HasAlpha = true, Alpha = 1 },
        new("HardSigmoid", static (x, alpha, beta) => Math.Max(0, Math.Min(1, (alpha * x) + beta)))
        {
            HasAlpha = true, HasBeta = true, Alpha = 0.2, Beta = 0.5,
        },

        // Runtime and specification disagree about what holds without the numbers of these three.
        new("ThresholdedRelu", static (x, alpha, _) => x > alpha ? x : 0) { HasAlpha = true },
        new("ScaledTanh", static (x, alpha, beta) => alpha * Math.Tanh(beta * x))
        {
            HasAlpha = true, HasBeta = true,
        },
        new("Affine", static (x, alpha, beta) => (alpha * x) + beta) { HasAlpha = true, HasBeta = true },
    ];

    /// <summary>The activations of a node: names, and two lists of numbers for those that take some.</summary>
    /// <exception cref="ExchangeException">A name is unknown, a number is missing or too many.</exception>
    public static ImmutableArray<OnnxActivation> Read(OnnxNode node, ImmutableArray<string> otherwise)
    {
        ImmutableArray<string> names = node.Texts("activations") ?? otherwise;
        if (names.Length != otherwise.Length)
        {
            throw node.Wrong($"has {names.Length} activations and needs {otherwise.Length}");
        }

        ImmutableArray<double> alphas = node.Numbers("activation_alpha");
        ImmutableArray<double> betas = node.Numbers("activation_beta");
        int alpha = 0;
        int beta = 0;
        ImmutableArray<OnnxActivation>.Builder activations = ImmutableArray.CreateBuilder<OnnxActivation>();
        foreach (string name in names)
        {
            Function function = Array.Find(
                Functions, one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw node.Wrong($"has the activation {OnnxRefusal.Quote(name)}, which ONNX does not have");
            activations.Add(new OnnxActivation(
                function.Name,
                function.HasAlpha ? Next(alphas, ref alpha, function.Alpha) : 0,
                function.HasBeta ? Next(betas, ref beta, function.Beta) : 0));

            double Next(ImmutableArray<double> given, ref int place, double? without) =>
                place < given.Length ? given[place++] : without ?? throw node.Wrong(
                    $"has the activation {function.Name} without all of its numbers, of which runtime and "
                    + "specification think differently");
        }

        return alpha == alphas.Length && beta == betas.Length
            ? activations.ToImmutable()
            : throw node.Wrong(
                $"has {alphas.Length} numbers alpha and {betas.Length} beta, and its activations take {alpha} and "
                + $"{beta}");
    }

    /// <summary>The value.</summary>
    public double Value(double x) => Array.Find(Functions, one => one.Name == Name)!.Value(x, Alpha, Beta);

    private sealed record Function(string Name, Func<double, double, double, double> Value)
    {
        public bool HasAlpha { get; init; }

        public bool HasBeta { get; init; }

        public double? Alpha { get; init; }

        public double? Beta { get; init; }
    }
}
