using System.Collections.Immutable;
using Backflow.Engine.Kernels;

namespace Backflow.Engine.Verification;

/// <summary>
/// The float engine against the double twin, on the scales that <see cref="GradientCheck.SingleTolerance"/> names.
/// </summary>
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
        double states = Math.Max(RandomInputs.StateDeviation, Largest(expected, IsState));
        double totalGradients = Largest(expected, name => IsTotalGradient(name, inputs));

        // A parameter gradient is a sum of T·B terms. Of random sign they amount to √(T·B) of one, gates take a
        // quarter.
        double termsOfSum = Math.Max(1, Math.Sqrt((double)inputs.SequenceLength * inputs.BatchSize) / 4);
        double gradients = Math.Max(Largest(expected, IsGradient), totalGradients * termsOfSum);
        return
        [
            .. expected.Tensors.Keys.Select(name => TensorDeviation.ByScale(
                name,
                expected[name],
                actual[name],
                scale: IsTotalGradient(name, inputs) ? totalGradients
                    : IsGradient(name) ? gradients
                    : IsState(name) ? states
                    : name == "loss" ? LossScale(expected, inputs, states)
                    : Largest(expected, other => other == name))),
        ];
    }

    private static bool IsState(string name) => name[0] is 'h' or 'c' || name == "top";

    private static bool IsGradient(string name) => name.StartsWith(GradientPrefix, StringComparison.Ordinal);

    private static bool IsTotalGradient(string name, PassInputs inputs) =>
        IsGradient(name) && !inputs.Parameters.ContainsKey(name[GradientPrefix.Length..]);

    private static double Largest(PassResults results, Func<string, bool> isMember) =>
        results.Tensors.Where(entry => isMember(entry.Key)).Max(static entry => entry.Value.Max(Math.Abs));

    // A linear loss of signed terms is measured against what its terms can amount to.
    private static double LossScale(PassResults expected, PassInputs inputs, double states)
    {
        double weights = inputs.OutputGradient.Sum(Math.Abs)
            + inputs.FinalHiddenGradient.Concat(inputs.FinalCellGradient).Sum(static values => values.Sum(Math.Abs));
        return (weights * states) + (inputs.OutputGradient.Length == 0 ? Math.Abs(expected["loss"][0]) : 0);
    }
}
