using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Exercises;

/// <summary>The mathematical exercises: a Jacobian, its eigenvalues, and the bound for the sigmoid.</summary>
internal static class MathematicalExercises
{
    private const int Long = 50;

    private static readonly float[] Weights = [0.5f, 0.3f, 0.2f, 0.4f];
    private static readonly float[] Elsewhere = [1, -0.5f];

    /// <summary>The Jacobian of a network of two units.</summary>
    public static Exercise Jacobian()
    {
        double[] origin = TwoUnitNetwork.Jacobian(Weights, [0, 0]);
        double[] other = TwoUnitNetwork.Jacobian(Weights, Elsewhere);
        double[] differences = TwoUnitNetwork.Differences(Weights, Elsewhere);
        double deviation = other.Zip(differences, static (a, b) => Math.Abs(a - b)).Max();
        return new Exercise(
            "Jacobian",
            new WorkedAnswer(
                "hₜ = tanh(W·hₜ₋₁) with W = [[0.5, 0.3], [0.2, 0.4]]: what is ∂hₜ/∂hₜ₋₁ at hₜ₋₁ = 0?",
                [
                    "∂hₜ/∂hₜ₋₁ = diag(tanh′(a))·W with a = W·hₜ₋₁. At h = 0, a = 0 and tanh′(0) = 1 − tanh²(0) = 1.",
                    $"So it is W itself. The engine's: {Matrix(origin)}.",
                    $"Away from 0, at h = (1, −0.5), each row shrinks by its tanh′: {Matrix(other)}, within "
                        + $"{NumberText.Of(deviation)} of central differences.",
                ],
                $"W: {Matrix(origin)}."),
            [
                .. origin.Select((value, i) =>
                    new ExerciseCheck($"{Entry(i)} at h = 0", Math.Round(Weights[i], 6), value)),
                .. other.Select((value, i) =>
                    new ExerciseCheck($"{Entry(i)} at h = (1, −0.5)", differences[i], value)),
            ]);
    }

    /// <summary>The eigenvalues of that Jacobian, and what they foretell.</summary>
    public static Exercise Eigenvalues()
    {
        double[] w = Array.ConvertAll(Weights, static value => Math.Round(value, 6));
        double trace = w[0] + w[3];
        double determinant = (w[0] * w[3]) - (w[1] * w[2]);
        double root = Math.Sqrt((trace * trace) - (4 * determinant));
        SpectrumResult spectrum = Spectrum.Compute(w, 2);
        double[] power = [1, 0, 0, 1];
        for (int i = 0; i < Long; i++)
        {
            power =
            [
                (power[0] * w[0]) + (power[1] * w[2]),
                (power[0] * w[1]) + (power[1] * w[3]),
                (power[2] * w[0]) + (power[3] * w[2]),
                (power[2] * w[1]) + (power[3] * w[3]),
            ];
        }

        double norm = Spectrum.Compute(power, 2).Norm;
        string larger = NumberText.Of(spectrum.Eigenvalues[0].Real);
        string smaller = NumberText.Of(spectrum.Eigenvalues[1].Real);
        string verdict = spectrum.Radius < 1 ? "vanish" : "can explode";
        return new Exercise(
            "Eigenvalues",
            new WorkedAnswer(
                "What are the eigenvalues of that W, and will gradients vanish or explode?",
                [
                    "det(W − λ·1) = λ² − (0.5 + 0.4)·λ + (0.5·0.4 − 0.3·0.2) = "
                        + $"λ² − {NumberText.Of(trace)}·λ + {NumberText.Of(determinant)}.",
                    $"λ = ({NumberText.Of(trace)} ± √({NumberText.Of(trace * trace)} − "
                        + $"{NumberText.Of(4 * determinant)}))/2 = {NumberText.Of((trace + root) / 2)} and "
                        + $"{NumberText.Of((trace - root) / 2)}. MathNet's: {larger} and {smaller}; the spectral norm "
                        + $"σ₁ is {NumberText.Of(spectrum.Norm)}.",
                    $"‖W⁵⁰‖ = {NumberText.Of(norm)}, near 0.7⁵⁰ = {NumberText.Of(Math.Pow(0.7, Long))}: in the long "
                        + "run the largest eigenvalue rules, and tanh′ ≤ 1 only takes more away.",
                ],
                $"{larger} and {smaller}: gradients {verdict}."),
            [
                new ExerciseCheck("larger eigenvalue", 0.7, spectrum.Eigenvalues[0].Real),
                new ExerciseCheck("smaller eigenvalue", 0.2, spectrum.Eigenvalues[1].Real),
                new ExerciseCheck("spectral radius", 0.7, spectrum.Radius),
            ]);
    }

    /// <summary>The bound for the sigmoid: proved, and no counterexample found.</summary>
    public static (Exercise Exercise, SigmoidBound.Search Search) Bound(
        int networks, ulong seed, Action<double, string> report, CancellationToken cancellation)
    {
        SigmoidBound.Search search = SigmoidBound.Run(networks, seed, report, cancellation);
        string count = NumberText.Count(search.Networks);
        string found = search.Above == 0
            ? $"Of {count} random networks (1 to 24 units, 2 to 20 timesteps, σ₁ from 0.1 to 8) none is above it; the "
                + $"closest reaches {NumberText.Share(search.Closest)} of it."
            : $"Of {count} random networks {NumberText.Count(search.Above)} are above it: the proof or the code is "
                + "wrong.";
        return (
            new Exercise(
                "Sigmoid bound",
                new WorkedAnswer(
                    "Prove that with sigmoid units the gradient at the first timestep is at most (0.25·‖W‖)^(T−1) of "
                        + "that at the last.",
                    [
                        "σ′(a) = σ(a)·(1 − σ(a)). With s = σ(a) in (0, 1), s·(1 − s) = 1/4 − (s − 1/2)² ≤ 1/4, reached "
                            + "at a = 0.",
                        "The Jacobian of a timestep is Jₜ = diag(σ′(aₜ))·W, so ‖Jₜ‖ ≤ ‖diag(σ′(aₜ))‖·‖W‖ ≤ 0.25·‖W‖, "
                            + "because the norm of a diagonal matrix is its largest entry.",
                        "Each timestep back multiplies the gradient by one of them: ∂L/∂hₜ₋₁ = Jₜᵀ·∂L/∂hₜ. From the "
                            + "last timestep to the first there are T − 1, and ‖A·B‖ ≤ ‖A‖·‖B‖: hence the first "
                            + "gradient's norm is at most (0.25·‖W‖)^(T−1) times the last one's. ∎",
                        found,
                    ],
                    search.Above == 0
                        ? "Proved, and no counterexample found. It vanishes for certain while ‖W‖ < 4."
                        : "A counterexample was found."),
                [
                    new ExerciseCheck(
                        "σ′(0), the largest slope", 0.25, JacobianBound.LargestSlope(Engine.Cells.RnnSigmoid)),
                ]),
            search);
    }

    private static string Entry(int i) => $"J[{(i / 2) + 1},{(i % 2) + 1}]";

    private static string Matrix(double[] m) =>
        $"[[{NumberText.Of(m[0])}, {NumberText.Of(m[1])}], [{NumberText.Of(m[2])}, {NumberText.Of(m[3])}]]";
}
