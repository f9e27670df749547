using System.Collections.Immutable;
using Backflow.Experiments.Studies;
using Xunit;

namespace Backflow.Experiments.Tests.Studies;

/// <summary>What is told of work while it is done: the time left rests on it.</summary>
public sealed class StudyWorkTests
{
    private const int Digits = 6;

    [Fact]
    public void Run_PieceEndsEarly_ItsRestIsNoWorkDone()
    {
        // The first piece ends at a hundredth of its steps, as a network does that explodes.
        List<StudyProgress> told = Told(
            [1, 1],
            static (piece, report) =>
            {
                report(piece == 0 ? 0.01 : 0.5, "on the way");
            });

        Assert.Equal([0.01, 0.01, 0.51, 0.51], told.Select(static progress => Math.Round(progress.Done, Digits)));
        Assert.Equal([2, 1.01, 1.01, 0.51], told.Select(static progress => Math.Round(progress.Total, Digits)));
    }

    [Fact]
    public void Run_PieceThatTellsNothing_CountsWhole()
    {
        List<StudyProgress> told = Told([1, 3], static (_, _) => { });

        Assert.Equal([1, 4], told.Select(static progress => Math.Round(progress.Done, Digits)));
        Assert.All(told, static progress => Assert.Equal(4, progress.Total, Digits));
    }

    [Theory]
    [InlineData("forget-bias", 20)]
    [InlineData("copy-memory", 20)]
    [InlineData("exercises", 50)]
    public void Run_LongPiece_IsToldOfAtEveryStep(string name, int steps)
    {
        List<StudyProgress> told = [];
        StudyCatalogue.Find(name).Run(new StudyOptions(StudySize.Quick, 1, 1), told.Add, CancellationToken.None);

        Assert.Contains(told, progress => progress.Text.EndsWith($" 1 of {steps}", StringComparison.Ordinal));
        Assert.Contains(told, progress => progress.Text.EndsWith($" 2 of {steps}", StringComparison.Ordinal));
        Assert.All(told.Zip(told.Skip(1)), static pair => Assert.True(
            pair.Second.Done >= pair.First.Done, $"{pair.Second.Done} after {pair.First.Done}."));
    }

    private static List<StudyProgress> Told(ImmutableArray<double> costs, Action<int, Action<double, string>> work)
    {
        List<StudyProgress> told = [];
        StudyWork.Run(
            [.. Enumerable.Range(0, costs.Length)],
            new StudyOptions(StudySize.Quick, Seed: 1, Threads: 1),
            piece => costs[piece],
            (piece, report, _) =>
            {
                work(piece, report);
                return "done";
            },
            static done => done,
            told.Add,
            CancellationToken.None);
        return told;
    }
}
