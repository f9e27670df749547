using Spectre.Console.Rendering;

namespace Backflow.Cli.Output;

/// <summary>Erases the terminal from the cursor on before something is drawn.</summary>
internal sealed class ErasingBelow(IRenderable inner) : Renderable
{
    /// <summary>ECMA-48, 8.3.39: erase in page, from the cursor to the end.</summary>
    private const string EraseInDisplay = "\u001b[0J";

    protected override Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        [Segment.Control(EraseInDisplay), .. inner.Render(options, maxWidth)];
}
