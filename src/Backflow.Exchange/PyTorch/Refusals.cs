using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>What is said of one file where it cannot be taken.</summary>
/// <param name="file">What messages call it.</param>
internal sealed class Refusals(string file)
{
    /// <summary>What nearly every refused file should have been.</summary>
    public const string SaveStateDict = "Save the parameters alone: torch.save(model.state_dict(), \"model.pt\").";

    private const int LongestQuote = 100;

    /// <summary>The file is not what a writer of its kind makes.</summary>
    public ExchangeException Damaged(string fact, Exception? cause = null) =>
        new($"{file} is damaged, or was not written by torch.save: {fact}.", "Copy or save the file again.", cause);

    /// <summary>The file is larger than what is read.</summary>
    public ExchangeException TooLarge(string fact) => new($"{file} is not read: {fact}.", SaveStateDict);

    /// <summary>The file holds something else than what is read.</summary>
    public ExchangeException NotAdmitted(string what) => new(
        $"{file} holds {what}; tensors, dictionaries, lists, tuples, numbers, strings, None and booleans can be read.",
        SaveStateDict);

    /// <summary>The file is of another kind.</summary>
    public ExchangeException OtherKind(string kind, string remedy) => new(
        $"{file} is {kind}; the zip files of torch.save since PyTorch 1.6 and safetensors files can be read.", remedy);

    /// <summary>A tensor's name and shape.</summary>
    public static string Shaped(Tensor tensor) => $"{Quoted(tensor.Name)} [{string.Join(", ", tensor.Shape)}]";

    /// <summary>Text of a file, short enough for a message and without control characters.</summary>
    public static string Quoted(string text)
    {
        string clipped = text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";
        return $"'{string.Concat(clipped.Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c))}'";
    }
}
