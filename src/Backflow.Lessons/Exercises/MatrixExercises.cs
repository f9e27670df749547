using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Lessons.Exercises;

/// <summary>The exercises on the Jacobian of a network of two units.</summary>
internal static class MatrixExercises
{
    private const int Units = 2;

    /// <summary>The Jacobian at 0 and away from it.</summary>
    public static ExerciseAnswer Jacobian(ExerciseDraw draw)
    {
        double[] w = Matrix(draw);
        double[] state = draw.Pick<double[]>([0.5, 1], [-1, 0.5], [1, -0.5], [-0.5, -1], [1, 1]);
        TwoUnitStep origin = TwoUnitStep.Step(w, [0, 0]);
        TwoUnitStep away = TwoUnitStep.Step(w, state);
        string at = $"({NumberText.Of(state[0])}, {NumberText.Of(state[1])})";
        double[] slopes = Array.ConvertAll(away.After, CellActivation.Tanh.Slope);
        return new ExerciseAnswer
        {
            Task = $"Two units follow hₜ = tanh(W·hₜ₋₁) with W = {Text(w)}. Give ∂hₜ/∂hₜ₋₁ where hₜ₋₁ = (0, 0), and "
                + $"where hₜ₋₁ = {at}.",
            Fields =
            [
                new ExerciseField("∂hₜ/∂hₜ₋₁ at (0, 0)", Hint, IsAnyOrder: false, AtOrigin(w, origin.Jacobian)),
                new ExerciseField($"∂hₜ/∂hₜ₋₁ at {at}", Hint, IsAnyOrder: false, Away(w, state, away)),
            ],
            Solution =
            [
                "∂hₜ/∂hₜ₋₁ = diag(tanh′(a))·W with a = W·hₜ₋₁ and tanh′(a) = 1 − tanh²(a): the slope of unit i "
                    + "multiplies row i.",
                $"At (0, 0) a is 0 and both slopes are 1, so that the Jacobian is W. The engine’s: "
                    + $"{Text(origin.Jacobian)}.",
                $"At {at} hₜ = ({NumberText.Of(away.After[0])}, {NumberText.Of(away.After[1])}), the slopes are "
                    + $"{NumberText.Of(slopes[0])} and {NumberText.Of(slopes[1])}, and the engine’s Jacobian is "
                    + $"{Text(away.Jacobian)}.",
            ],
        };
    }

    /// <summary>The eigenvalues of that matrix, and what follows.</summary>
    public static ExerciseAnswer Eigenvalues(ExerciseDraw draw)
    {
        double[] w = Matrix(draw);
        SpectrumResult spectrum = Spectrum.Compute(w, Units);
        double large = spectrum.Eigenvalues[0].Real;
        double small = spectrum.Eigenvalues[1].Real;
        double trace = w[0] + w[3];
        double determinant = (w[0] * w[3]) - (w[1] * w[2]);
        bool falls = large < 1;
        return new ExerciseAnswer
        {
            Task = $"Find both eigenvalues of W = {Text(w)}. Near h = 0, what does a long sequence do to the gradient?",
            Fields =
            [
                new ExerciseField("both eigenvalues", "0.9 and −0.1", IsAnyOrder: true,
                [
                    Expectation.Entry(
                        "larger eigenvalue",
                        large,
                        (trace, "That is the trace, the sum of both eigenvalues."),
                        (determinant, "That is the determinant, the product of both eigenvalues."),
                        (spectrum.Norm, "That is the largest singular value σ₁. It belongs to WᵀW, and not to W."),
                        (w[0], "That is an entry of the diagonal. It is an eigenvalue of triangular matrices only.")),
                    Expectation.Entry(
                        "smaller eigenvalue",
                        small,
                        (determinant, "That is the determinant, the product of both eigenvalues."),
                        (spectrum.SingularValues[^1], "That is the smaller singular value of W."),
                        (w[3], "That is an entry of the diagonal. It is an eigenvalue of triangular matrices only."),
                        (-small, "The sign is wrong: both solve λ² − trace · λ + determinant = 0.")),
                ]),
            ],
            Choice = new ExerciseChoice("In the long run the gradient",
            [
                new(
                    "vanishes",
                    falls,
                    falls
                        ? $"Yes: {NumberText.Of(large)} is below 1, and slopes of tanh only take more away."
                        : $"Its largest factor is {NumberText.Of(large)}, above 1: along that direction it grows."),
                new("stays as it is", IsRight: false, "That needs a largest eigenvalue of 1 and slopes of 1."),
                new(
                    "can explode",
                    !falls,
                    falls
                        ? $"The largest factor is {NumberText.Of(large)}, below 1: no direction grows in the long run."
                        : $"Yes: near 0 it grows by {NumberText.Of(large)} per timestep, until units saturate."),
            ]),
            Solution =
            [
                $"det(W − λ·1) = λ² − {NumberText.Of(trace)}·λ + {NumberText.Of(determinant)}, whose roots are "
                    + $"{NumberText.Of(large)} and {NumberText.Of(small)}: the engine’s spectrum has the same.",
                "Powers of W leave what lies along the larger eigenvalue. After 50 timesteps that is "
                    + $"{NumberText.Of(large)}^50 = {NumberText.Of(Math.Pow(large, 50))}.",
                $"One timestep can stretch by σ₁ = {NumberText.Of(spectrum.Norm)}; eigenvalues rule the long run.",
            ],
        };
    }

    private const string Hint = "[[0.1, −0.2], [0.3, 0.4]]";

    private static ImmutableArray<ExpectedNumber> AtOrigin(double[] w, double[] jacobian) =>
    [
        .. jacobian.Select((value, i) => Expectation.Entry(
            Entry(i), value, (w[Transposed(i)], "Rows and columns are swapped: row i belongs to unit i of hₜ."))),
    ];

    private static ImmutableArray<ExpectedNumber> Away(double[] w, double[] state, TwoUnitStep step) =>
    [
        .. step.Jacobian.Select((value, i) =>
        {
            int row = i / Units;
            int column = i % Units;
            double slope = CellActivation.Tanh.Slope(step.After[row]);
            double other = CellActivation.Tanh.Slope(step.After[column]);
            double atState = CellActivation.Tanh.Slope(CellActivation.Tanh.Value(state[row]));
            return Expectation.Entry(
                Entry(i),
                value,
                (w[i], "That is W, the Jacobian at 0. Here the slopes are below 1."),
                (w[i] * step.After[row], "That is W times tanh(a). The factor is the slope, 1 − tanh²(a)."),
                (w[i] * atState, "The slope is taken at hₜ₋₁. It belongs to a = W·hₜ₋₁."),
                (w[i] * other, "The slope of the column’s unit is used. The slope of unit i multiplies row i."),
                (w[Transposed(i)] * slope, "Rows and columns are swapped: row i belongs to unit i of hₜ."));
        }),
    ];

    // [[λ₁ − s, λ₁ − λ₂ − s], [s, λ₂ + s]] has the eigenvalues λ₁ and λ₂: its columns add up to λ₁, so that (1, 1) is a
    // left eigenvector, and its trace is λ₁ + λ₂.
    private static double[] Matrix(ExerciseDraw draw)
    {
        double large = draw.Pick(0.7, 0.6, 0.8, 0.9, 1.1, 1.2);
        double small = draw.Pick(0.2, 0.1, 0.3);
        double shift = draw.Pick(0.2, 0.1);
        return Array.ConvertAll(
            [large - shift, large - small - shift, shift, small + shift], static value => Math.Round(value, 6));
    }

    private static int Transposed(int i) => (i % Units * Units) + (i / Units);

    private static string Entry(int i) => $"row {(i / Units) + 1}, column {(i % Units) + 1}";

    private static string Text(double[] m) =>
        $"[[{NumberText.Of(m[0])}, {NumberText.Of(m[1])}], [{NumberText.Of(m[2])}, {NumberText.Of(m[3])}]]";
}
