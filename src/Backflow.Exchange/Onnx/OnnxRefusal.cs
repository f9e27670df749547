namespace Backflow.Exchange.Onnx;

/// <summary>Refuses a model: names the file and what is in it.</summary>
/// <param name="file">What messages call the file.</param>
internal sealed class OnnxRefusal(string file)
{
    private const string Remedy = "docs/exchange-onnx.md says which models can be read.";

    // A name in a file may have any length, and control characters.
    private const int LongestQuote = 80;

    /// <summary>The refusal, with one fact, without its full stop.</summary>
    public ExchangeException Of(string fact, Exception? inner = null) => new($"{file}: {fact}.", Remedy, inner);

    /// <summary>A text of the file in quotation marks.</summary>
    public static string Quote(string text)
    {
        string plain = string.Concat(text
            .Take(LongestQuote)
            .Select(static letter => char.IsLetterOrDigit(letter) || char.IsAscii(letter) && !char.IsControl(letter)
                ? letter : '?'));
        return text.Length > LongestQuote ? $"'{plain}…'" : $"'{plain}'";
    }
}
