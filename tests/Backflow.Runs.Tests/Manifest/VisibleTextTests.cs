using Backflow.Runs.Manifest;

namespace Backflow.Runs.Tests.Manifest;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain words, 日本語, עברית, é, 🙂", "plain words, 日本語, עברית, é, 🙂", true)]
    [InlineData("a\u001b[31mb", "a␛[31mb", false)]
    [InlineData("a\u0000b\u007fc\u009bd", "a␀b␡c\\u009bd", false)]
    [InlineData("one\r\ntwo\tthree", "one␍␊two␉three", false)]
    [InlineData("live\u202eevil\u2066x\u200f\u061c", "live\\u202eevil\\u2066x\\u200f\\u061c", false)]
    [InlineData("a\u200bb\ufeffc\u2028d", "a\\u200bb\\ufeffc\\u2028d", false)]
    [InlineData("tag\U000E0041", "tag\\udb40\\udc41", false)]
    public void Of_AText_HasASignForWhatIsNotSeen(string text, string shown, bool isVisible)
    {
        Assert.Equal(shown, VisibleText.Of(text));
        Assert.Equal(isVisible, VisibleText.IsVisible(text));
    }

    [Theory]
    [InlineData("two\nlines\tand 👩\u200d🔬", "two\nlines\tand 👩\u200d🔬")]
    [InlineData("\u001b]0;t\a\r\n", "␛]0;t␇␍\n")]
    [InlineData("a\u202eb\u2069c\u0085d", "a\\u202eb\\u2069c\\u0085d")]
    public void OfLines_AText_KeepsLinesAndHasASignForOrders(string text, string shown) =>
        Assert.Equal(shown, VisibleText.OfLines(text));
}
