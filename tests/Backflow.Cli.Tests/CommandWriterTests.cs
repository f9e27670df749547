using System.Collections.Immutable;
using Backflow.Cli.Options;
using Backflow.Cli.Tests.Options;
using Backflow.Telemetry;
using Backflow.Training;
using Xunit;

namespace Backflow.Cli.Tests;

public class CommandWriterTests
{
    private static readonly CommandWriter Writer = new(StoreOption.DefaultPath);

    public static TheoryData<string> Commands =>
    [
        "backflow train",
        "backflow train --task adding --length 50 --cell rnn --hidden-size 32 --init spectral-radius --gain 0.5",
        "backflow train --task copy-memory --lag 7 --symbols 3 --chrono 12.5 --learning-rate 3E-05 --clip-norm 0",
        "backflow train --task brackets --alphabet 3 --cell gru,lstm --layers 2 --dropout 0.2 --seed "
            + "18446744073709551615",
        "backflow train --sequence-length 20 --epochs 2 --no-carry-state --optimizer sgd --momentum 0.5 "
            + "--forget-bias -3",
        "backflow train --telemetry full --telemetry-interval log --on-verdict rollback --verdict non-finite=off",
        "backflow train --recompute --schedule step --decay-interval 7 --decay-factor 0.25 --warm-up-steps 3",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Train_ParsedCommand_IsTheSameCommandAgain(string command) =>
        Assert.Equal(Words(command), Words(Writer.Train(TrainCommandLine.Of(command))));

    [Fact]
    public void Train_Settings_ReplaceAndJoinOptions()
    {
        TrainingConfiguration configuration =
            TrainCommandLine.Of("backflow train --task adding --cell rnn --clip-norm 5");
        TrainingConfiguration changed = TrainCommandLine.Of(Writer.Train(TrainingOptions.With(
            configuration, new Setting("Cells", "lstm"), new Setting("ForgetBias", "3"),
            new Setting("ClipNorm", "1"))));
        Assert.Equal(["lstm"], changed.Cells);
        Assert.Equal(3, changed.ForgetBias);

        // 1 is the default and is left out; it must not stay 5.
        Assert.Equal(1, changed.ClipNorm);
        Assert.Equal("adding", changed.Task);
    }

    [Theory]
    [InlineData("--cell rnn --omega 2", "Cells", "lstm", "--cell lstm")]
    [InlineData("--cell rnn --omega 2", "Cells", "rnn-relu", "--cell rnn-relu --omega 2")]
    [InlineData("--cell lstm --chrono 40", "ForgetBias", "3", "--cell lstm --forget-bias 3")]
    [InlineData("--cell lstm,gru --layers 2 --dropout 0.2", "Layers", "1", "--cell lstm")]
    [InlineData("--optimizer sgd --momentum 0.5", "Optimizer", "adam", "")]
    public void Train_SettingThatLeavesAnOptionWithoutMeaning_LeavesItOut(
        string before, string property, string value, string expected)
    {
        TrainingConfiguration changed = TrainingOptions.With(
            TrainCommandLine.Of($"backflow train --task adding {before}"), new Setting(property, value));
        TrainingOptions.Validate(changed);
        Assert.Equal(
            Writer.Train(TrainCommandLine.Of($"backflow train --task adding {expected}")), Writer.Train(changed));
    }

    [Fact]
    public void Train_StoreWithSpecialCharacters_IsNamedAndQuoted()
    {
        string command = new CommandWriter("my runs/a;b.db").Train(TrainCommandLine.Of("backflow train --cell rnn"));
        Assert.Equal("backflow train --cell rnn --store 'my runs/a;b.db'", command);
    }

    [Theory]
    [InlineData("backflow train --cell gru", "backflow train --cell gru --store other.db")]
    [InlineData("backflow train --store mine.db", "backflow train --store mine.db")]
    public void Complete_RecordedCommand_NamesTheStoreOnce(string recorded, string expected) =>
        Assert.Equal(expected, new CommandWriter("other.db").Complete(recorded));

    private static ImmutableSortedSet<string> Words(string command) => [.. command.Split(' ')];
}
