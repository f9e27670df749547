using Backflow.Tensors;

namespace Backflow.Exchange.PyTorch;

/// <summary>Finds the embedding below a recurrent stack and the head above it.</summary>
/// <param name="dict">The state dict.</param>
/// <param name="options">What its names do not say.</param>
/// <param name="free">Its tensors without those of the stack and those that are left out, by name.</param>
/// <param name="firstOfStack">The first weight of the stack.</param>
internal sealed class FoundEnds(
    StateDict dict, StateDictOptions options, IReadOnlyDictionary<string, Tensor> free, Tensor firstOfStack)
{
    private const string Weight = "weight";

    private static readonly string[] EmbeddingNames = ["emb"];

    // What modules at the ends of a network are called, and layers between others are not.
    private static readonly string[] EndNames = ["emb", "head", "out", "decoder", "classifier", "predict"];

    /// <summary>The embedding's weight [V, I]; null where there is none.</summary>
    public Tensor? Embedding { get; private set; }

    /// <summary>The head's weight [O, top]; null where there is none.</summary>
    public Tensor? Head { get; private set; }

    /// <summary>The head's bias [O]; null where there is none.</summary>
    public Tensor? HeadBias => Head is null ? null : BiasOf(Head);

    /// <summary>Finds both.</summary>
    /// <param name="inputSize">Features that the first layer reads, I.</param>
    /// <param name="topSize">Features that the last layer gives.</param>
    public void Find(long inputSize, long topSize)
    {
        Tensor[] embeddings = [.. Matrices(inputSize).Where(tensor => BiasOf(tensor) is null)];
        Tensor[] heads = [.. Matrices(topSize).Where(static tensor => !IsNamedEmbedding(tensor.Name))];

        // What names and biases say comes first: an embedding never has a bias, and a head mostly.
        Embedding = options.Embedding is string embedding ? Given(embedding, inputSize, "embedding")
            : Only([.. embeddings.Where(static tensor => IsNamedEmbedding(tensor.Name))], "embedding");
        Head = options.Head is string head ? Given(head, topSize, "head")
            : Only([.. heads.Where(tensor => tensor != Embedding && BiasOf(tensor) is not null)], "head");
        embeddings = Embedding is null ? [.. embeddings.Where(tensor => tensor != Head)] : [];
        heads = Head is null ? [.. heads.Where(tensor => tensor != Embedding)] : [];
        if (embeddings.Intersect(heads).FirstOrDefault() is Tensor both)
        {
            throw Wrong(
                $"{Refusals.Shaped(both)} may be its embedding or its head", "Give its name as embedding or as head.");
        }

        Embedding ??= Only(embeddings, "embedding");
        Head ??= Only(heads, "head");
        RequireEnd(Embedding, options.Embedding, "embedding", inputSize);
        RequireEnd(Head, options.Head, "head", inputSize);
    }

    // A linear layer below the stack has I rows, and its module was made before the stack.
    private void RequireEnd(Tensor? tensor, string? given, string what, long inputSize)
    {
        if (tensor is not null && given is null && !IsNamed(tensor.Name, EndNames) && tensor.Shape[0] == inputSize
            && dict.Tensors.IndexOf(tensor) < dict.Tensors.IndexOf(firstOfStack))
        {
            throw Wrong(
                $"{Refusals.Shaped(tensor)} may be its {what}, or a linear layer below the recurrent stack",
                $"If it is its {what}, give its name as {what}.");
        }
    }

    private static bool IsNamedEmbedding(string name) => IsNamed(name, EmbeddingNames);

    private static bool IsNamed(string name, string[] words) => name.Split('.')[..^1].TakeLast(2)
        .Any(part => words.Any(word => part.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private IEnumerable<Tensor> Matrices(long width) => dict.Tensors.Where(tensor =>
        free.ContainsKey(tensor.Name) && IsMatrix(tensor, width)
        && (tensor.Name == Weight || tensor.Name.EndsWith("." + Weight, StringComparison.Ordinal)));

    private static bool IsMatrix(Tensor tensor, long width) =>
        tensor.Shape.Length == 2 && tensor.Shape[1] == width && tensor.Shape[0] is > 0 and <= int.MaxValue;

    private Tensor? BiasOf(Tensor weight)
    {
        if (!weight.Name.EndsWith(Weight, StringComparison.Ordinal))
        {
            return null;
        }

        Tensor? bias = free.GetValueOrDefault(weight.Name[..^Weight.Length] + "bias");
        return bias is null || (bias.Shape is [long size] && size == weight.Shape[0]) ? bias : throw Wrong(
            $"{Refusals.Shaped(bias)} is no bias of {Refusals.Shaped(weight)}", Refusals.SaveStateDict);
    }

    private Tensor Given(string name, long width, string what)
    {
        if (!free.TryGetValue(name, out Tensor? tensor))
        {
            throw Wrong(
                $"it has no tensor {Refusals.Quoted(name)} beside its recurrent stack",
                $"Give the name of a weight as {what}: {string.Join(", ", Matrices(width).Select(one => one.Name))}.");
        }

        return IsMatrix(tensor, width) ? tensor : throw Wrong(
            $"{Refusals.Shaped(tensor)} is not its {what}, which has {width} columns",
            $"Give the name of another weight as {what}.");
    }

    private Tensor? Only(Tensor[] candidates, string what) => candidates.Length switch
    {
        0 => null,
        1 => candidates[0],
        _ => throw Ambiguous(candidates, what),
    };

    private ExchangeException Ambiguous(Tensor[] candidates, string what) => Wrong(
        $"each of {string.Join(", ", candidates.Select(Refusals.Shaped))} may be its {what}",
        $"Give the name of one as {what}.");

    private ExchangeException Wrong(string fact, string remedy) => new($"{dict.File}: {fact}.", remedy);
}
