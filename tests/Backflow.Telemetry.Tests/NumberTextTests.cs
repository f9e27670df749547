using System.Globalization;
using System.Text.Json;

namespace Backflow.Telemetry.Tests;

/// <summary>Numbers for people; the page's formatNumber is held to the same list.</summary>
public sealed class NumberTextTests
{
    [Fact]
    public void Of_SharedList_WritesEachNumberAsThePageDoes()
    {
        using JsonDocument list = JsonDocument.Parse(File.ReadAllText(
            Path.Combine(AppContext.BaseDirectory, "number-texts.json")));
        (string Expected, string Actual)[] texts = [.. list.RootElement.EnumerateArray().Select(static one =>
            (one.GetProperty("of").GetString()!, NumberText.Of(Value(one.GetProperty("value")))))];
        Assert.True(texts.Length > 20, $"The list has {texts.Length} numbers.");
        Assert.Equal(texts.Select(static text => text.Expected), texts.Select(static text => text.Actual));
    }

    [Fact]
    public void Share_SharedList_WritesEachShareAsThePageDoes()
    {
        using JsonDocument list = JsonDocument.Parse(File.ReadAllText(
            Path.Combine(AppContext.BaseDirectory, "number-texts.json")));
        (string Expected, string Actual)[] texts =
        [
            .. list.RootElement.EnumerateArray()
                .Where(static one => one.TryGetProperty("share", out _))
                .Select(static one =>
                    (one.GetProperty("share").GetString()!, NumberText.Share(Value(one.GetProperty("value"))))),
        ];
        Assert.True(texts.Length > 10, $"The list has {texts.Length} shares.");
        Assert.Equal(texts.Select(static text => text.Expected), texts.Select(static text => text.Actual));
    }

    [Theory]
    [InlineData(0.00004, "0.0000")]
    [InlineData(2.79618, "2.7962")]
    [InlineData(53947.3277, "53947.3277")]
    [InlineData(6.38808e20, "6.39e20")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "∞")]
    public void Loss_HasFourDecimalsUntilTheyAreOnlyWide(double value, string expected) =>
        Assert.Equal(expected, NumberText.Loss(value));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999.6, "1,000")]
    [InlineData(1_234_567, "1,234,567")]
    public void Count_MarksThousands(double value, string expected) => Assert.Equal(expected, NumberText.Count(value));

    private static double? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            string other => double.Parse(other, CultureInfo.InvariantCulture),
            null => null,
        },
        _ => value.GetDouble(),
    };
}
