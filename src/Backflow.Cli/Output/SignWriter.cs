using System.Text;
using Backflow.Runs.Manifest;

namespace Backflow.Cli.Output;

/// <summary>Writes to a terminal, with a sign for each character that the terminal would obey.</summary>
/// <remarks>The text of a model that was trained on a coloured log has the colours' codes in it.</remarks>
internal sealed class SignWriter(TextWriter terminal) : TextWriter
{
    public override Encoding Encoding => terminal.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value) => terminal.Write(value is null ? null : VisibleText.OfLines(value));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine(string? value) => Write(value + NewLine);

    public override void Flush() => terminal.Flush();
}
