using Backflow.Runs;
using Xunit;

namespace Backflow.Cli.Tests;

public sealed class WaysOutTests
{
    /// <summary>What keeps its finished parts goes on when it is given again; a training is resumed.</summary>
    [Theory]
    [InlineData("backflow experiment adding --quick", "experiment", "adding", "--quick")]
    [InlineData("backflow compare --name 'a b'", "compare", "--name", "a b")]
    [InlineData("backflow compare --otlp http://host/", "compare", "--otlp", "http://me:x@host/")]
    [InlineData("backflow resume RUN", "train", "--steps", "5")]
    [InlineData("backflow resume RUN")]
    public void CommandOf_FullDisk_GoesOnWithWhatWasTyped(string command, params string[] typed) =>
        Assert.Equal(command, WaysOut.CommandOf(new WayOut(WayOutKind.Resume), typed));

    [Fact]
    public void CommandOf_RunThatIsKnown_ResumesIt() => Assert.Equal(
        "backflow resume lstm-0001", WaysOut.CommandOf(new WayOut(WayOutKind.Resume, "lstm-0001"), ["compare"]));
}
