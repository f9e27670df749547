using Spectre.Console;
using Spectre.Console.Rendering;

namespace Backflow.Cli.Output;

/// <summary>A line of text, broken between words on a terminal and nowhere else.</summary>
/// <remarks>
/// A line with a command, which stands behind a colon and two blanks, is left whole, and so is one with a word (a path)
/// that is longer than the terminal is wide: the terminal breaks what it shows, and what is copied from it is in one
/// piece.
/// </remarks>
internal sealed class TextLine(string text, Style? style = null) : Renderable
{
    private readonly string _text = Terminal.Show(text);

    private const string BeforeCommand = ":  ";

    /// <summary>Writes a line.</summary>
    public static void Write(string text) => AnsiConsole.Write(new TextLine(text));

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        IRenderable broken = new Text(_text + "\n", style);
        bool staysWhole = _text.Contains(BeforeCommand, StringComparison.Ordinal)
            || _text.Split(' ').Any(word => word.Length > maxWidth);
        return options.Ansi && !staysWhole
            ? broken.Render(options, maxWidth)
            : [new Segment(_text, style ?? Style.Plain), Segment.LineBreak];
    }
}
