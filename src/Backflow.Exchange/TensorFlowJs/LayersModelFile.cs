using System.Text.Json;

namespace Backflow.Exchange.TensorFlowJs;

/// <summary>Reads layers models of TensorFlow.js: model.json, and the binary files that it names beside it.</summary>
/// <remarks>Checked against @tensorflow/tfjs 4.22.0. Everything in the files is foreign; only their folder is read.
/// </remarks>
public static class LayersModelFile
{
    private const long LongestJson = 64_000_000;

    /// <summary>Reads a model.</summary>
    /// <param name="path">Its model.json.</param>
    /// <returns>Its network.</returns>
    /// <exception cref="ExchangeException">It cannot be read, or computes something else than networks here do.
    /// </exception>
    public static ExchangedNetwork Read(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        return Read(
            ReadFile(path, path, LongestJson),
            name => ReadFile(Path.Combine(folder, name), path, Array.MaxLength),
            path);
    }

    /// <summary>Reads a model of its parts.</summary>
    /// <param name="json">The content of model.json.</param>
    /// <param name="shard">The content of a file beside it; its name has no folder.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>Its network.</returns>
    /// <exception cref="ExchangeException">It computes something else than networks here do.</exception>
    public static ExchangedNetwork Read(ReadOnlyMemory<byte> json, Func<string, byte[]> shard, string name)
    {
        ModelRefusals refusals = new(name);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            ModelConfig model = new(document.RootElement, refusals);
            ModelTopology topology = ModelTopology.Of(model);
            ModelWeights weights = ModelWeights.Of(model, shard);
            return new ModelNetwork(weights, refusals).Of(topology);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The second: a string with half a surrogate pair.
            throw refusals.Damaged($"it is no JSON ({failure.Message.TrimEnd('.')})", failure);
        }
    }

    private static byte[] ReadFile(string path, string model, long longest)
    {
        try
        {
            FileInfo file = new(path);
            return file.Exists && file.Length > longest
                ? throw new ModelRefusals(model).Damaged($"{path} has {file.Length} bytes, and {longest} are read")
                : File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ExchangeException(
                $"{path} could not be read ({failure.Message.TrimEnd('.')}).",
                "Keep model.json and its binary files in one folder.",
                failure);
        }
    }
}
