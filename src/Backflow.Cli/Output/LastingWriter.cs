using System.Text;
using Backflow.Runs;

namespace Backflow.Cli.Output;

/// <summary>Writes until that fails, and says so once; what comes later goes nowhere.</summary>
/// <param name="target">A file, a pipe or a terminal.</param>
/// <param name="isClosed">Whether the reader has gone, where the target does not say so itself.</param>
/// <param name="lost">Told why nothing more is written.</param>
internal sealed class LastingWriter(TextWriter target, Func<bool> isClosed, Action<string> lost) : TextWriter
{
    private bool _isLost;

    public override Encoding Encoding => target.Encoding;

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (_isLost)
        {
            return;
        }

        string? reason = TryWrite(buffer);
        if (reason is not null)
        {
            _isLost = true;
            lost(reason);
        }
    }

    public override void WriteLine(string? value) => Write(value + NewLine);

    private string? TryWrite(ReadOnlySpan<char> buffer)
    {
        try
        {
            target.Write(buffer);
            target.Flush();
            return isClosed() ? OutputPipe.Broken : null;
        }
        catch (Exception failure) when (WriteFailure.ReasonOf(failure) is string reason)
        {
            return reason;
        }
    }
}
