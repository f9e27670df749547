using System.Collections.Immutable;
using Backflow.Engine.Kernels;

namespace Backflow.Engine.Verification;

/// <summary>The float engine against the double twin, on the scales that <see cref="GradientCheck.SingleTolerance"/> names.</summary>
internal static class SingleComparison
{
    private const string GradientPrefix = "grad.";

    /// <summary>Runs both on what the options draw.</summary>
    public static ImmutableArray<TensorDeviation> Run(GradientCheckOptions options, KernelSet kernels)
    {
        PassInputs inputs = RandomInputs.Draw(options);
        return Compare(PassResults.OfTwin(inputs), inputs, kernels);
    }

    /// <summary>Runs the engine and compares every tensor.</summary>
    public static ImmutableArray<TensorDeviation> Compare(PassResults expected, PassInputs inputs, KernelSet kernels)
    {
        PassResults actual = PassResults.OfEngine(inputs, kernels);
        double states = Largest(expected, IsState);
        double totalGradients = Largest(expected, name => IsTotalGradient(name, inputs));
        double gradients = Largest(expected, IsGradient);
        return
        [
            .. expected.Tensors.Keys.Select(name => TensorDeviation.ByScale(
                name,
                expected[name],
                actual[name],
                scale: IsTotalGradient(name, inputs) ? totalGradients
                    : IsGradient(name) ? gradients
                    : IsState(name) ? states
                    : name == "loss" ? LossScale(expected, inputs)
                    : Largest(expected, other => other == name))),
        ];
    }

    private static bool IsState(string name) => name[0] is 'h' or 'c';

    private static bool IsGradient(string name) => name.StartsWith(GradientPrefix, StringComparison.Ordinal);

    private static bool IsTotalGradient(string name, PassInputs inputs) =>
        IsGradient(name) && !inputs.Parameters.ContainsKey(name[GradientPrefix.Length..]);

    private static double Largest(PassResults results, Func<string, bool> isMember) =>
        results.Tensors.Where(entry => isMember(entry.Key)).Max(static entry => entry.Value.Max(Math.Abs));

    // A loss of signed terms is measured against the sum of their magnitudes.
    private static double LossScale(PassResults expected, PassInputs inputs)
    {
        int top = inputs.Options.Layers.Length - 1;
        double scale = inputs.OutputGradient.Length == 0
            ? Math.Abs(expected["loss"][0])
            : LinearLoss.SumOfMagnitudes(inputs.OutputGradient, expected[$"h_l{top}"]);
        for (int k = 0; k <= top; k++)
        {
            double[] dHidden = inputs.FinalHiddenGradient[k];
            double[] dCell = inputs.FinalCellGradient[k];
            scale += LinearLoss.SumOfMagnitudes(dHidden, expected[$"h_l{k}"].AsSpan(^dHidden.Length));
            scale += dCell.Length == 0
                ? 0
                : LinearLoss.SumOfMagnitudes(dCell, expected[$"c_l{k}"].AsSpan(^dCell.Length));
        }

        return scale;
    }
}
