using Backflow.Engine;
using Backflow.Telemetry;

namespace Backflow.Lessons.Exercises;

/// <summary>The bound of a sigmoid network, in three numbers and a proof.</summary>
internal static class BoundExercise
{
    private const int Units = 24;
    private const int InputSize = 4;

    public static ExerciseAnswer Make(ExerciseDraw draw)
    {
        double norm = draw.Pick(2.0, 3.0, 1.0, 2.4);
        int length = draw.Pick(10, 8, 12, 15);
        int factors = length - 1;
        double slope = JacobianBound.LargestSlope(Cells.RnnSigmoid);
        double rate = slope * norm;
        double bound = Math.Pow(rate, factors);
        double measured = Measure(norm, length, draw.Seed);
        return new ExerciseAnswer
        {
            Task = $"Show that sigmoid units with ‖W_hh‖ = {Of(norm)} pass at most a fixed share of the gradient at "
                + $"the last of {length} timesteps on to the first. Give the three numbers that the proof needs, and "
                + "compare your steps with ours.",
            Fields =
            [
                new ExerciseField("largest slope of σ", "0.1", IsAnyOrder: false,
                [
                    Expectation.ByHand(
                        "largest slope",
                        slope,
                        (CellActivation.Sigmoid.Value(0), "That is σ(0). Its slope there is σ(0)·(1 − σ(0))."),
                        (CellActivation.Tanh.LargestSlope, "That is the largest slope of tanh.")),
                ]),
                new ExerciseField("largest share at the first timestep", "1.2e-5", IsAnyOrder: false,
                [
                    Expectation.ByHand(
                        "largest share",
                        bound,
                        (Math.Pow(rate, length), $"One factor too many: {length} states have {factors} Jacobians "
                            + "between them."),
                        (Math.Pow(norm, factors), "That is the bound of tanh, whose slope reaches 1."),
                        (Math.Pow(slope, factors), "The matrix is a factor at each timestep as well."),
                        (slope * Math.Pow(norm, factors), "The slope is a factor at each timestep, not once."),
                        (norm * Math.Pow(slope, factors), "The matrix is a factor at each timestep, not once."),
                        (rate, "That is the factor of one timestep.")),
                ]),
                new ExerciseField("norm of W_hh from which the bound is no reason to vanish", "2.5", IsAnyOrder: false,
                [
                    Expectation.ByHand(
                        "norm",
                        1 / slope,
                        (1, "That is the norm for tanh. Here each factor is slope times norm."),
                        (slope, "Turn it round: slope times norm has to reach 1.")),
                ]),
            ],
            Solution =
            [
                "σ′ = σ·(1 − σ) = 1/4 − (σ − 1/2)², so that no slope is above 1/4, and at a = 0 it is 1/4.",
                "A Jacobian diag(σ′)·W_hh has at most the norm of the diagonal matrix, its largest entry, times "
                    + $"‖W_hh‖: {Of(slope)} · {Of(norm)} = {Of(rate)}.",
                $"{factors} of them lie between the first and the last state, and ‖A·B‖ ≤ ‖A‖·‖B‖: hence at most "
                    + $"{Of(rate)}^{factors} = {Of(bound)}. ∎",
                $"A random network of {Units} sigmoid units with this norm has {Of(measured)}, "
                    + $"{NumberText.Share(measured / bound)} of the bound. At a norm of {Of(1 / slope)} the bound is 1 "
                    + "and says nothing.",
            ],
        };
    }

    /// <summary>‖∂h_T/∂h₁‖₂ of a random network.</summary>
    private static double Measure(double norm, int length, ulong seed)
    {
        SplittableRandom random = new(seed);
        RecurrentNetwork network = new(new NetworkOptions
        {
            InputSize = InputSize,
            Layers = [new LayerOptions(Cells.RnnSigmoid, Units)],
        });
        InitialisationOptions start = new() { Scheme = InitialisationScheme.SpectralNorm, Gain = norm };
        NetworkInitialiser.Initialise(network, start, random.Split("initialisation"));
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, length, batchSize: 1, pool);
        SplittableRandom input = random.Split("input");
        pass.SetInput([.. Enumerable.Range(0, length * InputSize).Select(_ => (float)input.NextGaussian())]);
        pass.ResetState();
        pass.Forward();
        return JacobianProduct.Compute(LayerTrajectory.Read(pass, 0, 0)).SpectralNorms[0];
    }

    private static string Of(double value) => NumberText.Of(value);
}
