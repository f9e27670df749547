using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Training;

namespace Backflow.Lessons.Exercises;

/// <summary>The ten exercises by their names.</summary>
internal static class ExerciseCatalogue
{
    private const string Usual = "jacobian";

    /// <summary>The draw whose numbers are those that textbooks like.</summary>
    public const long FirstDraw = 1;

    private static readonly ImmutableSortedDictionary<string, Func<ExerciseDraw, ExerciseAnswer>> All =
        ImmutableSortedDictionary.CreateRange<string, Func<ExerciseDraw, ExerciseAnswer>>(StringComparer.Ordinal,
        [
            new("sharing", WordExercises.Sharing),
            new("length", WordExercises.Length),
            new("clipping", WordExercises.Clipping),
            new("relu", WordExercises.Relu),
            new("jacobian", MatrixExercises.Jacobian),
            new("eigenvalues", MatrixExercises.Eigenvalues),
            new("bound", BoundExercise.Make),
            new("flow", FlowExercise.Make),
            new("copy", CopyExercise.Make),
            new("spectral", SpectralExercise.Make),
        ]);

    /// <summary>Every exercise's name.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Draws the exercise that is asked for.</summary>
    public static ExerciseAnswer Draw(QuestionValues values)
    {
        string name = values.Text("name", Usual);
        long draw = values.Whole("draw", FirstDraw, FirstDraw, int.MaxValue);
        return All.TryGetValue(name, out Func<ExerciseDraw, ExerciseAnswer>? make)
            ? make(new ExerciseDraw(name, draw))
            : throw new ExperimentException(
                $"There is no exercise '{name}'.", $"Ask for one of {string.Join(", ", All.Keys)}.");
    }
}

/// <summary>Numbers for one draw of an exercise: the first draw has the usual ones, each other draw its own.</summary>
internal sealed class ExerciseDraw(string exercise, long draw)
{
    private readonly SplittableRandom _random = new SplittableRandom((ulong)draw).Split(exercise);

    /// <summary>One of some values; the first of them in the first draw.</summary>
    public T Pick<T>(params ReadOnlySpan<T> values) =>
        draw == ExerciseCatalogue.FirstDraw ? values[0] : values[_random.NextInt32(values.Length)];

    /// <summary>A seed of this draw.</summary>
    public ulong Seed => (ulong)draw;
}
