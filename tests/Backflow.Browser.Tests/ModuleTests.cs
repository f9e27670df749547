using System.Runtime.Versioning;
using System.Text.Json;

namespace Backflow.Browser.Tests;

/// <summary>What a script may call. The module in a browser is tested with the page that loads it.</summary>
// An exported method is an ordinary one: what it answers does not need a browser.
[SupportedOSPlatform("browser")]
public sealed class ModuleTests
{
    [Fact]
    public void Ask_Explorer_Answers() =>
        Assert.Equal(12, Json(Module.Ask("explorer", """{"length":"12"}""")).GetProperty("norms").GetArrayLength());

    [Fact]
    public void Train_ThenAdvance_GoesOnFromStepToStep()
    {
        Assert.Equal(0, Json(Module.Train("""{"length":"8","steps":"5"}""")).GetProperty("step").GetInt32());
        Assert.Equal(2, Json(Module.Advance(2)).GetProperty("step").GetInt32());
        Assert.Equal(5, Json(Module.Advance(100)).GetProperty("step").GetInt32());
    }

    private static JsonElement Json(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
