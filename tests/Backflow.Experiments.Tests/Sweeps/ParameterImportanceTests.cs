using Backflow.Experiments.Sweeps;
using Backflow.Training;
using Xunit;

namespace Backflow.Experiments.Tests.Sweeps;

public sealed class ParameterImportanceTests
{
    /// <summary>Sums of a few squares in double.</summary>
    private const double Rounding = 1e-12;

    private static readonly SweepDefinition Grid = new()
    {
        Fixed = TrainingOptions.DefaultsOf("adding"),
        Grid = [new("hidden-size", ["8", "16"]), new("batch-size", ["4", "8"])],
        Seeds = [1],
    };

    // Values 1, 2, 3, 6: mean 3, squares about it 4 + 1 + 0 + 9 = 14. Means by hidden size 1.5 and 4.5: squares
    // 2·2.25 + 2·2.25 = 9. Means by batch size 2 and 4: squares 4. What is left, 1, is interaction.
    [Fact]
    public void Of_Grid_IsWhatAHandComputes()
    {
        OptionImportance[] shares = [.. ParameterImportance.Of(new SweepPlan(Grid), [1, 2, 3, 6])];
        Assert.Equal(["hidden-size", "batch-size"], shares.Select(static one => one.Option));
        Assert.Equal(9.0 / 14, shares[0].Share!.Value, Rounding);
        Assert.Equal(4.0 / 14, shares[1].Share!.Value, Rounding);
    }

    // Without the point of value 6: 1, 2, 3 has mean 2 and squares 2. By hidden size 1.5 and 3: 2·0.25 + 1 = 1.5.
    [Fact]
    public void Of_GridWithAHole_LeavesThePointOut() => Assert.Equal(
        1.5 / 2, ParameterImportance.Of(new SweepPlan(Grid), [1, 2, 3, null])[0].Share!.Value, Rounding);

    [Fact]
    public void Of_NothingDiffers_SaysNothing() => Assert.All(
        ParameterImportance.Of(new SweepPlan(Grid), [2, 2, 2, 2]), static one => Assert.Null(one.Share));

    // A value that has no effect on a point stands for each of its values: the design stays whole.
    // cell rnn: 1, 1; lstm: 2, 4. Mean 2, squares 1 + 1 + 0 + 4 = 6. By cell 1 and 3: 4. By bias 1.5 and 2.5: 1.
    [Fact]
    public void Of_OptionWithoutEffectOnAPoint_CountsThePointForEachValue()
    {
        SweepPlan plan = new(Grid with { Grid = [new("cell", ["rnn", "lstm"]), new("forget-bias", ["0", "3"])] });
        Assert.Equal(3, plan.Points.Length);
        OptionImportance[] shares = [.. ParameterImportance.Of(plan, [1, 2, 4])];
        Assert.Equal(4.0 / 6, shares[0].Share!.Value, Rounding);
        Assert.Equal(1.0 / 6, shares[1].Share!.Value, Rounding);
    }

    // Draws 1 to 6 make groups {1, 2, 3} and {4, 5, 6} with means 1 and 4: values 0, 1, 2, 3, 4, 5, mean 2.5, squares
    // 17.5, between 13.5, within 4 on 4 degrees of freedom: ε² = (13.5 − 1) / 17.5.
    [Fact]
    public void ShareOfDraws_TwoGroups_IsWhatAHandComputes() => Assert.Equal(
        12.5 / 17.5,
        ParameterImportance.ShareOfDraws([3, 0, 5, 1, 4, 2], [0.4, 0.1, 0.6, 0.2, 0.5, 0.3])!.Value,
        Rounding);

    [Fact]
    public void ShareOfDraws_ValuesWithoutConnection_IsZeroAndNotBelow() =>
        Assert.Equal(0, ParameterImportance.ShareOfDraws([1, 3, 2, 1, 3, 2], [1, 2, 3, 4, 5, 6]));

    [Fact]
    public void ShareOfDraws_TooFew_SaysNothing() =>
        Assert.Null(ParameterImportance.ShareOfDraws([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]));
}
