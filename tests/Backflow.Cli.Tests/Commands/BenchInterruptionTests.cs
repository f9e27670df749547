using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>backflow bench that is ended before its first shape is timed.</summary>
public sealed class BenchInterruptionTests
{
    [Fact]
    public void Table_InterruptedInItsFirstShape_IsNotWritten()
    {
        using TemporaryFolder folder = new();
        using BackflowProcess process = BackflowProcess.Start(
            folder.Path, "bench", "--shape", "lstm,256,256,64,64", "--repeats", "1000", "--threads", "1");
        process.WaitForError("[1/1]");
        process.Interrupt();
        ProcessResult result = process.WaitForEnd();

        Assert.Equal(130, result.ExitCode);
        Assert.Empty(result.Output);
    }
}
