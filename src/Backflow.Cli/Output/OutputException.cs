namespace Backflow.Cli.Output;

/// <summary>The output takes nothing more, and the command is for nothing else.</summary>
/// <param name="reason">What the operating system reported.</param>
internal sealed class OutputException(string reason) : Exception($"The output could not be written: {reason}.")
{
    /// <summary>Whether the reader of a pipe, such as <c>head</c>, has what it wanted: not worth a word.</summary>
    public bool IsOfPipe => reason == OutputPipe.Broken;
}
