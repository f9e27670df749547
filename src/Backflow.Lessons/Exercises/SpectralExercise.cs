using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Lessons.Exploration;
using Backflow.Telemetry;

namespace Backflow.Lessons.Exercises;

/// <summary>Programmed: the gradient after 50 timesteps against the largest singular value.</summary>
/// <remarks>The program of the exercise builds the explorer's network, whose numbers check it.</remarks>
internal static class SpectralExercise
{
    private const int Back = 50;

    private static readonly ImmutableArray<double> Scales = [0.8, 1, 1.2];

    public static ExerciseAnswer Make(ExerciseDraw draw)
    {
        ExplorerQuestion question = new() { Length = Back + 1 };
        double started = UsualStart(question);
        ImmutableArray<(double Scale, ExplorerAnswer Answer)> measured =
            [.. Scales.Select(scale => (scale, NetworkExplorer.Explore(question with { Scale = scale })))];
        return new ExerciseAnswer
        {
            Task = "Begin W_hh of a tanh network with a largest singular value of 0.8, 1 and 1.2, and measure how "
                + $"much of the gradient is left {Back} timesteps back. Complete the program and paste what it "
                + "prints; then compare with σ₁⁵⁰.",
            Fields =
            [
                new ExerciseField("what the program printed: σ₁ and share", "0.8 0.0123", IsAnyOrder: false,
                [
                    .. measured.Select(one => Expectation.ByProgram(
                        $"σ₁ = {NumberText.Of(one.Scale)}",
                        [one.Scale],
                        one.Answer.Relative[0],
                        (1 / one.Answer.Relative[0], "The quotient is upside down: first timestep over last."),
                        (one.Answer.Initial.Relative, "That is the initial state, one timestep before the first."),
                        (one.Answer.Relative[1], "That is the second timestep; the first has number 0."),
                        (one.Answer.Bound!.Value[0], "That is σ₁⁵⁰, the bound. The measured one lies below it."),
                        (started, "W_hh begins as PyTorch begins it. Set the scheme and the gain."))),
                ]),
            ],
            Solution =
            [
                $"Measured are {List(measured.Select(static one => one.Answer.Relative[0]))}; the bound σ₁⁵⁰ is "
                    + $"{List(measured.Select(static one => one.Answer.Bound!.Value[0]))}.",
                "Start: `new() { Scheme = InitialisationScheme.Orthogonal, Gain = sigma }`. Share: `pass.Layers[0]"
                    + ".HiddenGradient(0).Norm() / pass.Layers[0].HiddenGradient(Timesteps - 1).Norm()`.",
                "Slopes below 1 take most of what a σ₁ above 1 would add. `backflow experiment spectral` draws the "
                    + "curve over twelve σ₁ and three activations.",
            ],
            Skeleton = ProgramText.Of("Spectral.cs"),
        };
    }

    private static string List(IEnumerable<double> numbers) =>
        string.Join(", ", numbers.Select(static one => NumberText.Of(one)));

    // What comes out where the scheme is left as it is.
    private static double UsualStart(ExplorerQuestion question) =>
        NetworkExplorer.Explore(question, new InitialisationOptions()).Relative[0];
}
