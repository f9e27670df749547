using System.Text.Json;
using Backflow.Lessons.Exercises;
using Backflow.Training;

namespace Backflow.Lessons.Tests.Exercises;

/// <summary>
/// Every exercise in many draws: what it expects is right by another computation, and mistakes are told.
/// </summary>
public sealed class ExerciseCatalogueTests
{
    private const int Draws = 40;

    // Central differences of tanh in double, second order in a step of 1e-5, against float weights and states.
    private const double DifferenceTolerance = 1e-6;

    // Eigenvalues of entries with two decimals, computed in double.
    private const double EigenvalueTolerance = 1e-9;

    [Fact]
    public void Draw_EveryExercise_HasTaskSolutionAndSomethingToCheck() =>
        Assert.All(ExerciseCatalogue.Names, static name =>
        {
            ExerciseAnswer answer = Draw(name, 1);
            Assert.False(string.IsNullOrWhiteSpace(answer.Task));
            Assert.NotEmpty(answer.Solution);
            Assert.True(answer.Points.Length >= 3 != !answer.Fields.IsEmpty, $"{name}: points or numbers, not both");
        });

    [Fact]
    public void Names_AreFourInWordsThreeInNumbersAndThreeProgrammed()
    {
        ExerciseAnswer[] all = [.. ExerciseCatalogue.Names.Select(static name => Draw(name, 1))];
        Assert.Equal(4, all.Count(static one => !one.Points.IsEmpty));
        Assert.Equal(3, all.Count(static one => one.Skeleton is null && !one.Fields.IsEmpty));
        Assert.Equal(3, all.Count(static one => one.Skeleton is not null));
    }

    [Theory]
    [InlineData("length")]
    [InlineData("jacobian")]
    [InlineData("eigenvalues")]
    [InlineData("bound")]
    public void Draw_OtherNumbers_AreOtherNumbers(string name) =>
        Assert.True(Range().Select(draw => Draw(name, draw).Task).Distinct().Count() > 2);

    [Fact]
    public void Draw_SameDraw_IsTheSame() => Assert.Equal(Json("bound", 7), Json("bound", 7));

    [Fact]
    public void Mistakes_NeverOverlapWithWhatIsRight() => Assert.All(
        ExerciseCatalogue.Names.SelectMany(static name => Range(name).SelectMany(draw => Draw(name, draw).Fields))
            .SelectMany(static field => field.Numbers),
        static number =>
        {
            Assert.True(number.Least <= number.Greatest, number.Label);
            Assert.All(number.Mistakes, mistake => Assert.True(
                mistake.Greatest < number.Least || mistake.Least > number.Greatest,
                $"{number.Label}: {mistake.Why}"));
        });

    [Fact]
    public void Jacobian_FirstDraw_IsTheMatrixAtTheOrigin()
    {
        double[] expected = [0.5, 0.3, 0.2, 0.4];
        Assert.Equal(expected, Draw("jacobian", 1).Fields[0].Numbers.Select(Middle), Same(DifferenceTolerance));
    }

    [Fact]
    public void Jacobian_AnyDraw_AgreesWithCentralDifferences() => Assert.All(Range(), static draw =>
    {
        ExerciseAnswer answer = Draw("jacobian", draw);
        double[] w = Numbers(answer.Task[answer.Task.IndexOf('[', StringComparison.Ordinal)..], 4);
        string label = answer.Fields[1].Label;
        double[] state = Numbers(label[label.IndexOf('(', StringComparison.Ordinal)..], 2);
        Assert.Equal(
            Differences(w, state), answer.Fields[1].Numbers.Select(Middle), Same(DifferenceTolerance));
    });

    [Fact]
    public void Eigenvalues_AnyDraw_SolveTheCharacteristicPolynomialAndDecideTheVerdict() => Assert.All(
        Range(),
        static draw =>
        {
            ExerciseAnswer answer = Draw("eigenvalues", draw);
            double[] w = Numbers(answer.Task[answer.Task.IndexOf('[', StringComparison.Ordinal)..], 4);
            double[] values = [.. answer.Fields[0].Numbers.Select(Middle)];
            Assert.All(values, value => Assert.Equal(
                0, ((w[0] - value) * (w[3] - value)) - (w[1] * w[2]), EigenvalueTolerance));
            Assert.NotEqual(values[0], values[1], EigenvalueTolerance);
            ExerciseOption right = Assert.Single(answer.Choice!.Options, static option => option.IsRight);
            Assert.Equal(values.Max() < 1 ? "vanishes" : "can explode", right.Text);
        });

    [Fact]
    public void Bound_FirstDraw_IsAQuarterTimesTheNormToThePower()
    {
        ExerciseAnswer answer = Draw("bound", 1);
        Assert.Contains("‖W_hh‖ = 2", answer.Task, StringComparison.Ordinal);
        Assert.Contains("10 timesteps", answer.Task, StringComparison.Ordinal);
        double[] expected = [0.25, 1.0 / 512, 4];
        Assert.Equal(
            expected, answer.Fields.Select(static field => Middle(field.Numbers[0])), Same(EigenvalueTolerance));
    }

    [Fact]
    public void Words_Length_HasThePowersOfItsNorms()
    {
        ExerciseAnswer answer = Draw("length", 1);
        Assert.Contains("0.95^99 is about 0.00623", answer.Points[1], StringComparison.Ordinal);
        Assert.Contains("1.05^99 is about 125", answer.Points[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Words_Clipping_LeavesTheShareAsItIs()
    {
        string[] shares =
        [
            .. Draw("clipping", 1).Solution[0].Split(' ')
                .Where(static word => word.StartsWith("0.", StringComparison.Ordinal)),
        ];
        Assert.Equal(2, shares.Length);
        Assert.Equal(shares[0], shares[1]);
    }

    [Fact]
    public void Draw_UnknownExercise_NamesThoseThereAre()
    {
        ExperimentException mistake = Assert.Throws<ExperimentException>(() => Draw("nothing", 1));
        Assert.Contains("nothing", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("jacobian", mistake.Remedy, StringComparison.Ordinal);
    }

    internal static ExerciseAnswer Draw(string name, long draw) => ExerciseCatalogue.Draw(new QuestionValues(
        new Dictionary<string, string>
        {
            ["name"] = name,
            ["draw"] = draw.ToString(System.Globalization.CultureInfo.InvariantCulture),
        }));

    private static double Middle(ExpectedNumber number) => (number.Least + number.Greatest) / 2;

    private static IEnumerable<long> Range() => Enumerable.Range(1, Draws).Select(static draw => (long)draw);

    // Programs have one draw, and take longer.
    private static IEnumerable<long> Range(string name) => name is "flow" or "copy" or "spectral" ? [1] : Range();

    private static string Json(string name, long draw) =>
        JsonSerializer.Serialize(Draw(name, draw), LessonJson.Default.ExerciseAnswer);

    private static Comparer Same(double tolerance) => new(tolerance);

    private static double[] Numbers(string text, int count) =>
    [
        .. System.Text.RegularExpressions.Regex.Matches(text, @"-?\d+(\.\d+)?").Take(count)
            .Select(static match => double.Parse(match.Value, System.Globalization.CultureInfo.InvariantCulture)),
    ];

    // ∂tanh(W·h)/∂h by central differences, which know nothing of derivatives.
    private static double[] Differences(double[] w, double[] h)
    {
        const double Step = 1e-5;
        double Unit(int row, int moved, double by) => Math.Tanh(
            (w[row * 2] * (h[0] + (moved == 0 ? by : 0))) + (w[(row * 2) + 1] * (h[1] + (moved == 1 ? by : 0))));
        return
        [
            .. Enumerable.Range(0, 4).Select(i =>
                (Unit(i / 2, i % 2, Step) - Unit(i / 2, i % 2, -Step)) / (2 * Step)),
        ];
    }

    private sealed class Comparer(double tolerance) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= tolerance;

        public int GetHashCode(double value) => 0;
    }
}
