using Backflow.Experiments.Studies;
using Xunit;

namespace Backflow.Experiments.Tests.Studies;

/// <summary>Pieces of work share no more threads than a study was given.</summary>
public sealed class StudyWorkThreadsTests
{
    [Theory]
    [InlineData(1, 8, 1)]
    [InlineData(3, 8, 3)]
    [InlineData(8, 2, 2)]
    public void Run_PiecesThatWaitForEachOther_AreAtWorkOnSoManyThreads(int threads, int pieces, int expected)
    {
        using Barrier meeting = new(expected);
        int atWork = 0;
        int most = 0;
        StudyWork.Run<int, string>(
            [.. Enumerable.Range(0, pieces)],
            new StudyOptions(StudySize.Quick, Seed: 1, Threads: threads),
            static _ => 1,
            (piece, _, _) =>
            {
                int now = Interlocked.Increment(ref atWork);
                lock (meeting)
                {
                    most = Math.Max(most, now);
                }

                // The first pieces go on once all threads have one.
                if (piece < expected)
                {
                    meeting.SignalAndWait(CancellationToken.None);
                }

                Interlocked.Decrement(ref atWork);
                return "done";
            },
            static result => result,
            static _ => { },
            CancellationToken.None);
        Assert.Equal(expected, most);
    }

    [Fact]
    public void Run_OneThread_NeverDoesTwoPiecesAtOnce()
    {
        using ManualResetEventSlim second = new();
        StudyWork.Run<int, string>(
            [0, 1],
            new StudyOptions(StudySize.Quick, Seed: 1, Threads: 1),
            static _ => 1,
            (piece, _, _) =>
            {
                // A second thread would begin the second piece meanwhile.
                Assert.False(
                    piece == 0 && second.Wait(TimeSpan.FromSeconds(1), CancellationToken.None),
                    "Both pieces were at work.");
                second.Set();
                return "done";
            },
            static result => result,
            static _ => { },
            CancellationToken.None);
    }
}
