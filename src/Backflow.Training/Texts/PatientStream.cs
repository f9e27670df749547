namespace Backflow.Training.Texts;

/// <summary>Reads a pipe or a device that may stay silent: as slowly as it writes, and not for ever.</summary>
/// <param name="source">What is read; the stream disposes of it.</param>
/// <param name="patience">How long nothing may come.</param>
/// <param name="cancellation">Ends the waiting.</param>
internal sealed class PatientStream(Stream source, TimeSpan patience, CancellationToken cancellation) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        // A thread that still reads ends with the program; it may not write where another one reads by then.
        byte[] own = new byte[count];
        Task<int> reading = Task.Run(() => source.Read(own), CancellationToken.None);
        if (Task.WaitAny([reading], (int)patience.TotalMilliseconds, cancellation) < 0)
        {
            throw new IOException(FormattableString.Invariant(
                $"it is a pipe or a device from which nothing has come for {patience.TotalSeconds} seconds."));
        }

        int read = reading.GetAwaiter().GetResult();
        own.AsSpan(0, read).CopyTo(buffer.AsSpan(offset));
        return read;
    }

    /// <inheritdoc/>
    public override void Flush() => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
