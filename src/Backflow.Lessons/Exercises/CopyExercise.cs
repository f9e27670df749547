using Backflow.Engine;
using Backflow.Telemetry;
using Backflow.Training.Tasks.Sequences;

namespace Backflow.Lessons.Exercises;

/// <summary>Programmed: a plain RNN on copy memory, over a short and a long delay.</summary>
internal static class CopyExercise
{
    /// <summary>The delay from which a run counts: beyond 20 to 30 a plain RNN fails.</summary>
    private const int Far = 30;

    /// <summary>Steps of the exercise’s own program.</summary>
    private const long Enough = 1200;

    private const int ShortLag = 2;
    private const int LongLag = 40;
    private const int Symbols = 3;

    /// <summary>Half of the symbols is more than guessing reaches, and less than any network that has learnt.</summary>
    private const double Learnt = 0.5;

    /// <summary>Twice what guessing reaches: of some 1,000 symbols luck gives far less.</summary>
    private const double Guessing = 2;

    public static ExerciseAnswer Make(ExerciseDraw draw)
    {
        double chance = Chance(LongLag);
        return new ExerciseAnswer
        {
            Task = "Copy memory shows a network a few symbols, then blanks, then asks for the symbols. Train a plain "
                + $"RNN on it over {ShortLag} and over {LongLag} blanks, and show that it fails on the longer one. "
                + $"Paste what your program printed, or name a run of the store over {Far} blanks or more.",
            Fields =
            [
                new ExerciseField("what the program printed: blanks and share of recalled symbols", "2 0.75",
                    IsAnyOrder: false,
                    [
                        new ExpectedNumber(
                            $"{ShortLag} blanks",
                            [ShortLag],
                            Learnt,
                            1,
                            $"Over {ShortLag} blanks an RNN learns this. Did it train all its steps?",
                            "A share is 1 at most. Print it as a share, and not in percent.",
                            [new KnownMistake(
                                0,
                                Guessing * chance,
                                $"That is guessing: {NumberText.Share(chance)} of eight symbols. The network was not "
                                    + "trained, or not scored after training.")]),
                        Long(chance),
                    ]),
            ],
            Solution =
            [
                "Train: `using TrainingRun run = new(TrainingSession.Create(configuration), new MemoryRecord(), new "
                    + "SilentObserver(), TimeProvider.System);` and `run.Train(CancellationToken.None).Success`.",
                $"Guessing recalls 1 in 8, {NumberText.Share(chance)}. Over {LongLag} blanks the RNN stays there: the "
                    + "gradient from the answer to the symbol has vanished before it arrives.",
                "Put `gru` in place of `rnn`, and the same steps are enough to recall them. "
                    + "`backflow experiment copy-memory` compares four cells over five delays.",
            ],
            Skeleton = ProgramText.Of("Copy.cs"),
            Run = new ExerciseRun("copy-memory", Cells.RnnTanh.Name, Far, Enough, Guessing * chance, chance),
        };
    }

    private static ExpectedNumber Long(double chance) => new(
        $"{LongLag} blanks",
        [LongLag],
        0,
        Guessing * chance,
        "A share is not negative.",
        $"That is more than guessing, {NumberText.Share(chance)}. Is the cell rnn, and the lag {LongLag}?",
        []);

    private static double Chance(int lag) => TaskCatalogue.Find("copy-memory").Create(
        new Dictionary<string, int> { ["lag"] = lag, ["symbols"] = Symbols }).Baselines.ChanceSuccess;
}
