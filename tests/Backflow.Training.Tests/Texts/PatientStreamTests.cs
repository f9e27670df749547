using System.IO.Pipes;
using Backflow.Training.Texts;
using Xunit;

namespace Backflow.Training.Tests.Texts;

/// <summary>Pipes that are written slowly, or not at all.</summary>
public sealed class PatientStreamTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public void Read_WriterThatIsSilent_IsNamedWhenPatienceEnds()
    {
        using AnonymousPipeServerStream writer = new(PipeDirection.Out);
        using AnonymousPipeClientStream reader = new(PipeDirection.In, writer.ClientSafePipeHandle);
        using PatientStream stream = new(reader, TimeSpan.FromMilliseconds(50), CancellationToken.None);
        Assert.Contains(
            "from which nothing has come for 0.05 seconds",
            Assert.Throws<IOException>(() => stream.Read(new byte[10], 0, 10)).Message,
            StringComparison.Ordinal);

        // The thread that still reads lets go.
        writer.WriteByte(1);
    }

    [Fact]
    public void Read_WriterThatIsSlow_HasAllOfItsBytes()
    {
        using AnonymousPipeServerStream writer = new(PipeDirection.Out);
        using AnonymousPipeClientStream reader = new(PipeDirection.In, writer.ClientSafePipeHandle);
        using PatientStream stream = new(reader, Long, CancellationToken.None);
        byte[] read = new byte[4];
        for (byte i = 0; i < read.Length; i++)
        {
            writer.WriteByte(i);
            Assert.Equal(1, stream.Read(read, i, read.Length - i));
        }

        writer.Dispose();
        Assert.Equal(0, stream.Read(new byte[1], 0, 1));
        Assert.Equal((byte[])[0, 1, 2, 3], read);
    }

    [Fact]
    public void Read_Cancelled_EndsTheWaiting()
    {
        using AnonymousPipeServerStream writer = new(PipeDirection.Out);
        using AnonymousPipeClientStream reader = new(PipeDirection.In, writer.ClientSafePipeHandle);
        using CancellationTokenSource source = new();
        using PatientStream stream = new(reader, Long, source.Token);
        source.CancelAfter(TimeSpan.FromMilliseconds(50));
        Assert.ThrowsAny<OperationCanceledException>(() => stream.Read(new byte[10], 0, 10));
        writer.WriteByte(1);
    }
}
