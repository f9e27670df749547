using System.Collections.Immutable;
using System.Globalization;
using Backflow.Telemetry;

namespace Backflow.Experiments.Studies.Exercises;

/// <summary>The classic exercises on vanishing gradients, computed and argued.</summary>
internal sealed class ExercisesStudy : IStudy
{
    public string Name => "exercises";

    public string Question => "What are the answers to the classic exercises on vanishing gradients?";

    public string Method =>
        "Every number is computed when the command runs: by arithmetic, by the engine (Jacobians, gradients of random "
        + "networks, clipping), or by MathNet (eigenvalues). Computed numbers are compared with the expected ones to "
        + "1e-5, the rounding of floats. The coding exercises are experiments of their own: training-flow (gradient "
        + "norms of each layer at T = 10, 50, 100), copy-memory (plain RNNs fail beyond 20 to 30), spectral (spectral "
        + "norms 0.8, 1.0, 1.2), gradient-norm (RNN and LSTM at T = 10 to 200), forget-bias (with and without it).";

    public ImmutableArray<string> Cells => ["rnn", "rnn-sigmoid"];

    public bool HasSeeds => false;

    public StudyResult Run(StudyOptions options, Action<StudyProgress> progress, CancellationToken cancellation)
    {
        int networks = options.Size switch { StudySize.Quick => 50, StudySize.Default => 2000, _ => 50_000 };
        ImmutableArray<Piece> pieces =
        [
            new(0, static _ => new(ConceptualExercises.UpperBound())),
            new(1, static _ => new(ConceptualExercises.SharedWeights())),
            new(2, static _ => new(ConceptualExercises.HundredTimesteps())),
            new(3, _ => new(ConceptualExercises.Clipping(options.Seed))),
            new(4, _ => new(ConceptualExercises.Relu(options.Seed))),
            new(5, static _ => new(MathematicalExercises.Jacobian())),
            new(6, static _ => new(MathematicalExercises.Eigenvalues())),
            new(
                7,
                report =>
                {
                    (Exercise exercise, SigmoidBound.Search search) =
                        MathematicalExercises.Bound(networks, options.Seed, report, cancellation);
                    return new ExerciseEnd(exercise, search);
                },
                Cost: networks),
            new(8, static _ => new(ConceptualExercises.ForgetBias())),
            new(9, static _ => new(ConceptualExercises.Temperature())),
        ];
        ImmutableArray<ExerciseEnd> done = StudyWork.Run(
            pieces,
            options,
            static piece => piece.Cost,
            static (piece, report, _) => piece.Make(report),
            static end => end.Exercise.Name,
            progress,
            cancellation,
            PartForm.Of<Piece, ExerciseEnd, ExerciseEnd>(
                piece => $"{piece.Number}\n{networks}\n{options.Seed}",
                static end => end,
                static (_, end) => end,
                ExerciseJson.Default.ExerciseEnd));
        return done.IsEmpty
            ? StudyResult.Nothing
            : Report(
                [.. done.Select(static end => end.Exercise)],
                done.Select(static end => end.Search).FirstOrDefault(static search => search is not null),
                done.Length == pieces.Length);
    }

    /// <summary>Two sentences from the comparisons.</summary>
    internal static ImmutableArray<string> Findings(ImmutableArray<Exercise> exercises, SigmoidBound.Search? search)
    {
        ImmutableArray<ExerciseCheck> checks = [.. exercises.SelectMany(static exercise => exercise.Checks)];
        string[] wrong = [.. checks.Where(static check => !check.Agrees).Select(static check => check.Quantity)];
        string agreement = wrong.Length == 0
            ? $"All {NumberText.Count(checks.Length)} numbers with an expected value agree with it"
            : $"{NumberText.Count(wrong.Length)} of {NumberText.Count(checks.Length)} numbers do not agree with their "
                + $"expected value: {StudyFigures.List(wrong)}";
        string bound = search switch
        {
            null => "The bound for the sigmoid was not checked.",
            { Above: 0 } => $"Of {NumberText.Count(search.Networks)} random sigmoid networks none is above the bound "
                + $"(0.25·‖W‖)^(T−1), and the closest reaches {NumberText.Share(search.Closest)} of it.",
            _ => $"Of {NumberText.Count(search.Networks)} random sigmoid networks {NumberText.Count(search.Above)} are "
                + "above the bound (0.25·‖W‖)^(T−1), which should be impossible.",
        };
        return [agreement + ".", bound];
    }

    private static StudyResult Report(ImmutableArray<Exercise> done, SigmoidBound.Search? search, bool isComplete)
    {
        ImmutableArray<ImmutableArray<string>> rows =
        [
            .. done.SelectMany(static exercise => exercise.Checks.Select(check => (ImmutableArray<string>)
            [
                exercise.Name,
                check.Quantity,
                StudyFigures.Exact(check.Expected),
                StudyFigures.Exact(check.Computed),
                check.Agrees ? "yes" : "no",
            ])),
        ];
        return new StudyResult
        {
            Findings = Findings(done, search),
            Answers = [.. done.Select(static exercise => exercise.Answer)],
            Summary = new StudyTable(
                ["exercise", "quantity", "expected", "computed", "agrees"],
                [.. rows.Select(static row => row.SetItem(2, Rounded(row[2])).SetItem(3, Rounded(row[3])))]),
            Numbers = new StudyTable(["exercise", "quantity", "expected", "computed", "agrees"], rows),
            IsComplete = isComplete,
        };
    }

    private static string Rounded(string exact) => NumberText.Of(double.Parse(exact, CultureInfo.InvariantCulture));

    // The search among random networks takes as long as their number, everything else about as long as one of them.
    private sealed record Piece(int Number, Func<Action<double, string>, ExerciseEnd> Make, double Cost = 1);
}
