using Backflow.Cli.Options;
using Backflow.Training;
using Xunit;

namespace Backflow.Cli.Tests.Options;

public sealed class ConfigurationFileTests
{
    public static TheoryData<string> Commands => CommandWriterTests.Commands;

    [Theory]
    [MemberData(nameof(Commands))]
    [InlineData("backflow train --verdict non-finite=off --verdict gradient-spike.threshold=4 --threads 1")]
    [InlineData("backflow train --unknown-symbol --text it's.txt --steps 3 --lr 1")]
    [InlineData("backflow train --momentum 0.5 --flossing-interval 7")]
    public void Write_Configuration_ReadsBackAsItWas(string command)
    {
        TrainingConfiguration configuration = TrainCommandLine.Of(command);
        Assert.Equal(configuration.ToJson(),
            FromFile(ConfigurationFile.Write(configuration, static _ => true)).ToJson());
    }

    [Fact]
    public void Read_OptionOnTheCommandLine_Wins()
    {
        TrainingConfiguration configuration =
            FromFile("hidden-size = 17\nlr = 0.5\ntask = \"adding\"\nepochs = 3", "--hidden 9", "--steps 4",
                "--task sentences");
        Assert.Equal((9, 0.5, 4L), (configuration.HiddenSize, configuration.LearningRate, configuration.Steps));
        Assert.Null(configuration.Task);
        Assert.Null(configuration.Epochs);
    }

    [Fact]
    public void Read_EndlessDevice_IsBounded() => Assert.Contains(
        "more than 1,000,000 characters",
        Assert.Throws<ExperimentException>(() => ConfigurationFile.Read("/dev/zero")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Read_Task_BringsItsDefaults()
    {
        TrainingConfiguration configuration = FromFile("task = \"agreement\"\nlength = 12");
        Assert.Equal((2000L, 64, 12),
            (configuration.Steps, configuration.HiddenSize, configuration.TaskOptions["length"]));
    }

    [Theory]
    [InlineData("hiden-size = 5", "a.toml: 'hiden-size' is no option of a training; nearest are hidden-size, ")]
    [InlineData("steps = 0", "a.toml: steps must be at least 1, got 0.")]
    [InlineData("steps = 1.5", "a.toml: steps must be a whole number, got '1.5'.")]
    [InlineData("lr = \"0,004\"", "a.toml: learning-rate must be a number, got '0,004': write 0.004.")]
    [InlineData("lr = nan", "a.toml: learning-rate must be a number, got 'NaN'.")]
    [InlineData("lr = true", "a.toml: learning-rate must be above 0.")]
    [InlineData("recompute = 1", "a.toml: recompute must be true or false.")]
    [InlineData("cell = \"lsmt\"", "a.toml: cell must be one of rnn, ")]
    [InlineData("steps = [1, 2]", "a.toml: steps must be at least 1.")]
    [InlineData("[network]\nhidden-size = 5", "a.toml: 'network' is no option of a training; ")]
    [InlineData("steps == 5", "a.toml is no TOML: ")]
    public void Parse_Mistake_IsExplained(string text, string sentence) => Assert.StartsWith(
        sentence, Assert.Throws<ExperimentException>(() => ConfigurationFile.Parse(text, "a.toml")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Read_OptionsWithoutEffect_AreNamedWhereTheyAskForSomething()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("a.toml", "momentum = 0.5\ndropout = 0.0\ngain = 1.0");
        string warnings = TrainCommandLine.Read("--config", file).Warnings;
        Assert.Equal("warning: --momentum has no effect: only sgd has momentum, and --optimizer is adam.",
            warnings.Trim());
    }

    [Fact]
    public void Train_PrintConfig_PrintsWhatConfigReads()
    {
        using TemporaryFolder folder = new();
        ProcessResult printed = BackflowProcess.Run(
            folder.Path, "train", "--task", "adding", "--cell", "rnn", "--length", "20", "--steps", "3",
            "--print-config");
        Assert.True(printed.ExitCode == 0, printed.Error);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "runs")));

        folder.Write("again.toml", printed.Output);
        ProcessResult again = BackflowProcess.Run(folder.Path, "train", "--config", "again.toml", "--print-config");
        Assert.Equal(printed.Output, again.Output);
        Assert.Empty(again.Error);
    }

    private static TrainingConfiguration FromFile(string text, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("a.toml", text);
        return TrainCommandLine.Read(["--config", file, .. arguments.SelectMany(static one => one.Split(' '))])
            .Configuration;
    }
}
