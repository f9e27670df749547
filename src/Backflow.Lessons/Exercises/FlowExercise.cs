using System.Collections.Immutable;
using Backflow.Telemetry;
using Backflow.Training;

namespace Backflow.Lessons.Exercises;

/// <summary>Programmed: the gradient of each layer while a network is trained.</summary>
/// <remarks>
/// The engine takes the first step of the same networks, whose gradients are checked to three digits. What training has
/// made of them after the last step depends on the vector width, so it is checked by its magnitude.
/// </remarks>
internal static class FlowExercise
{
    private const int Layers = 2;
    private const int LastStep = 300;

    /// <summary>At T = 10 the share was 0.02 to 0.04 before training, and training opens the way.</summary>
    private const double Opened = 0.05;

    /// <summary>More than the largest ratio of a gradient that has not exploded.</summary>
    private const double Exploded = 100;

    private static readonly ImmutableArray<int> Lengths = [10, 50, 100];

    // Networks and numbers are the same for every reader, and a step of each takes a while.
    private static readonly Lazy<ExerciseAnswer> Answer = new(Make);

    public static ExerciseAnswer Make(ExerciseDraw draw) => Answer.Value;

    private static ExerciseAnswer Make()
    {
        ImmutableArray<ExpectedNumber> first = [.. Lengths.SelectMany(FirstStep)];
        string shares = string.Join(", ", first.Where(static number => number.Key[1] == 0)
            .Select(static number => NumberText.Of((number.Least + number.Greatest) / 2)));
        return new ExerciseAnswer
        {
            Task = "Train an RNN of two layers on the adding problem over 10, 50 and 100 timesteps. For each layer, "
                + "print how much of the gradient of the last timestep the first one has, at several steps of "
                + "training. Paste all lines.",
            Fields =
            [
                new ExerciseField("what the program printed: T, layer, step and share", "10 0 1 0.0123",
                    IsAnyOrder: false,
                    [
                        .. first,
                        new ExpectedNumber(
                            $"T = 10, layer 0, step {LastStep}",
                            [Lengths[0], 0, LastStep],
                            Opened,
                            Exploded,
                            "Training should have opened the way over ten timesteps. Is this the last step?",
                            "The gradient explodes. Is clipping still on, as it is by default?",
                            []),
                        new ExpectedNumber(
                            $"T = 100, layer 0, step {LastStep}",
                            [Lengths[^1], 0, LastStep],
                            0,
                            Opened,
                            "A norm is not negative.",
                            "Over a hundred timesteps 300 steps do not open the way. Is this the run of T = 100?",
                            []),
                    ]),
            ],
            Solution =
            [
                "Share: `row.Values[0] / (double)row.Values[^1]`; timesteps count from 0.",
                $"Before training the share of layer 0 is {shares} for T = 10, 50 and 100: one factor, to the power of "
                    + "the distance.",
                "Over ten timesteps training raises it, and the task is learnt. Over a hundred there is nothing to "
                    + "begin with. `backflow experiment training-flow` draws every timestep over 1,500 steps.",
            ],
            Skeleton = ProgramText.Of("Flow.cs"),
        };
    }

    private static IEnumerable<ExpectedNumber> FirstStep(int length)
    {
        using TrainingSession session = TrainingSession.Create(new TrainingConfiguration
        {
            Task = "adding",
            TaskOptions = ImmutableSortedDictionary<string, int>.Empty.Add("length", length),
            Cells = ["rnn"],
            Layers = Layers,
            HiddenSize = 32,
            Steps = LastStep,
        });
        session.Advance();
        float[][] norms = new float[Layers][];
        for (int layer = 0; layer < Layers; layer++)
        {
            norms[layer] = new float[length];
            new TotalGradientNorm().Measure(session.Pass.Layers[layer], norms[layer]);
        }

        return
        [
            .. norms.Select((row, layer) => Expectation.ByProgram(
                $"T = {length}, layer {layer}, step 1",
                [length, layer, 1],
                Share(row),
                ((double)row[^1] / row[0], "The quotient is upside down: first timestep over last."),
                (row[0], "That is the norm at the first timestep alone. Divide it by that at the last."),
                (row[^1], "That is the norm at the last timestep alone."),
                ((double)row[1] / row[^1], "That is the second timestep; the first has number 0."),
                (Share(norms[Layers - 1 - layer]), "That is the other layer; they count from 0, from the input up."))),
        ];
    }

    private static double Share(float[] row) => (double)row[0] / row[^1];
}
