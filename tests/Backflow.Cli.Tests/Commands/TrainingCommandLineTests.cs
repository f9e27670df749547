using System.Collections.Immutable;
using System.CommandLine;
using Backflow.Cli.Commands;
using Backflow.Training;
using Xunit;

namespace Backflow.Cli.Tests.Commands;

public class TrainingCommandLineTests
{
    public static TheoryData<string> Commands =>
    [
        "backflow train",
        "backflow train --task adding --length 50 --cell rnn --hidden-size 32 --init spectral-radius --gain 0.5",
        "backflow train --task copy-memory --lag 7 --symbols 3 --chrono 12.5 --learning-rate 3E-05 --clip-norm 0",
        "backflow train --task brackets --alphabet 3 --cell gru,lstm --layers 2 --dropout 0.2 --seed 18446744073709551615",
        "backflow train --sequence-length 20 --epochs 2 --no-carry-state --optimizer sgd --momentum 0.5 --forget-bias -3",
        "backflow train --telemetry full --telemetry-interval log --on-verdict rollback --verdict non-finite=off",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Of_ParsedCommand_IsTheSameCommandAgain(string command) =>
        Assert.Equal(Words(command), Words(TrainingCommandLine.Of(Read(command))));

    [Fact]
    public void Of_Changes_ReplaceAndJoinOptions()
    {
        TrainingConfiguration configuration = Read("backflow train --task adding --cell rnn --clip-norm 5");
        TrainingConfiguration changed =
            Read(TrainingCommandLine.Of(configuration, "--cell lstm --forget-bias 3 --clip-norm 1"));
        Assert.Equal(["lstm"], changed.Cells);
        Assert.Equal(3, changed.ForgetBias);

        // 1 is the default and could be left out; it must not stay 5.
        Assert.Equal(1, changed.ClipNorm);
        Assert.Equal("adding", changed.Task);
    }

    [Theory]
    [InlineData("--cell rnn --omega 2", "--cell lstm", "--cell lstm")]
    [InlineData("--cell rnn --omega 2", "--cell rnn-relu", "--cell rnn-relu --omega 2")]
    [InlineData("--cell lstm --chrono 40", "--forget-bias 3", "--cell lstm --forget-bias 3")]
    [InlineData("--cell lstm --forget-bias 3", "--chrono 40", "--cell lstm --forget-bias 3 --chrono 40")]
    public void Of_ChangeThatLeavesAnOptionWithoutMeaning_LeavesItOut(string before, string changes, string expected)
    {
        TrainingConfiguration changed =
            Read(TrainingCommandLine.Of(Read($"backflow train --task adding {before}"), changes));
        ConfigurationRules.Validate(changed);
        Assert.Equal(
            TrainingCommandLine.Of(Read($"backflow train --task adding {expected}")), TrainingCommandLine.Of(changed));
    }

    [Theory]
    [InlineData("--init orthogonal --gain 1")]
    [InlineData("--cell rnn")]
    [InlineData("--learning-rate 0.003 --layers 1")]
    public void Of_ChangesThatHoldAlready_IsTheCommandWithoutThem(string changes)
    {
        TrainingConfiguration configuration = Read("backflow train --task adding --cell rnn --init orthogonal");
        Assert.Equal(TrainingCommandLine.Of(configuration), TrainingCommandLine.Of(configuration, changes));
    }

    private static ImmutableSortedSet<string> Words(string command) => [.. command.Split(' ')];

    private static TrainingConfiguration Read(string command)
    {
        TrainingOptions options = new();
        Command train = new("train");
        options.AddTo(train);
        ParseResult parsed = train.Parse(command["backflow train".Length..]);
        Assert.Empty(parsed.Errors);
        return options.Read(parsed);
    }
}
