namespace Backflow.Exchange.TensorFlowJs;

/// <summary>What is said of one model where it cannot be taken.</summary>
/// <param name="file">What messages call it.</param>
internal sealed class ModelRefusals(string file)
{
    private const int LongestQuote = 100;

    /// <summary>The file is not what TensorFlow.js writes.</summary>
    public ExchangeException Damaged(string fact, Exception? cause = null) => new(
        $"{file} is no layers model of TensorFlow.js: {fact}.",
        "Save it again: await model.save('downloads://model').",
        cause);

    /// <summary>The model computes something else than networks here do.</summary>
    public ExchangeException NotSupported(string fact, string remedy) => new($"{file}: {fact}.", remedy);

    /// <summary>Text of a file, short enough for a message and without control characters.</summary>
    public static string Quoted(string text)
    {
        string clipped = text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";
        return $"'{string.Concat(clipped.Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))}'";
    }
}
