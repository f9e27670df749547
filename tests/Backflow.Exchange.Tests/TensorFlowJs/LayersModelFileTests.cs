using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backflow.Engine;
using Backflow.Exchange.PyTorch;
using Backflow.Exchange.TensorFlowJs;
using Backflow.Exchange.Tests.PyTorch;
using Backflow.Tensors;

namespace Backflow.Exchange.Tests.TensorFlowJs;

/// <summary>Layers models beside what TensorFlow.js predicts with them (makeModels.mjs).</summary>
public sealed partial class LayersModelFileTests
{
    // Float32 in both, products in another order.
    private const float Tolerance = 1e-5f;

    private static readonly NodePackage TensorFlowJs = new("TensorFlowJs");

    private static readonly string Folder = Path.Combine(TensorFlowJs.Folder, "files");

    private static readonly string[] Names =
        [.. Directory.EnumerateDirectories(Folder).Select(static folder => Path.GetFileName(folder)!).Order()];

    public static TheoryData<string> Models => [.. Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void Read_Model_ComputesWhatTensorFlowJsDoes(string name) => AssertOutputs(Folder, name);

    /// <summary>Models of the same seeds, made now by TensorFlow.js.</summary>
    [Fact]
    public async Task Read_ModelsOfTheTensorFlowJsThatIsInstalledHere_ComputeTheSame()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("backflow-tfjs-");
        try
        {
            await TensorFlowJs.RunAsync("makeModels.mjs", folder.FullName);
            Assert.Equal(Names.Length, folder.EnumerateDirectories().Count());
            Assert.All(Names, name => AssertOutputs(folder.FullName, name));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Read_GruWithResetAfter_IsPyTorchsGru()
    {
        // The parameters of a GRU of PyTorch, in Keras's layout: columns z, r, h, and two rows of biases.
        ExchangedNetwork expected = StateDictNetwork.Of(
            StateDictFile.Read(Path.Combine(TorchPython.Folder, "files", "gru.pt")));
        JsonNode model = Parse("gru-stack");
        JsonArray layers = model["modelTopology"]!["config"]!["layers"]!.AsArray();
        while (layers.Count > 1)
        {
            layers.RemoveAt(1);
        }

        layers[0]!["config"]!["reset_after"] = true;
        string name = layers[0]!["config"]!["name"]!.GetValue<string>();
        List<float> weights = [];
        JsonArray specs = [];
        void Put(string weight, int rows, params string[] parameters)
        {
            specs.Add(new JsonObject
            {
                ["name"] = $"{name}/{weight}",
                ["shape"] = parameters.Length > 1 ? new JsonArray(2, 12) : new JsonArray(rows, 12),
                ["dtype"] = "float32",
            });
            weights.AddRange(parameters.SelectMany(parameter => Columns(
                expected.Parameters.Single(one => one.Name == parameter).ToSingles(), rows)));
        }

        Put("kernel", 3, "weight_ih_l0");
        Put("recurrent_kernel", 4, "weight_hh_l0");
        Put("bias", 1, "bias_ih_l0", "bias_hh_l0");
        model["weightsManifest"]![0]!["weights"] = specs;

        ExchangedNetwork found = Read(model, LittleEndian.AsBytes(weights.ToArray()).ToArray());
        Assert.Equal(Cells.Gru, found.Options.Layers[0].Cell);
        foreach (Tensor tensor in found.Parameters)
        {
            Tensor wanted = expected.Parameters.Single(one => one.Name == tensor.Name);
            Assert.Equal(wanted.ToSingles(), tensor.ToSingles());
        }
    }

    [Fact]
    public void Read_TopologyOfKeras_IsTheSame()
    {
        JsonNode model = Parse("lstm");
        JsonNode topology = model["modelTopology"]!.DeepClone();
        topology["config"] = topology["config"]!["layers"]!.DeepClone();
        model["modelTopology"] = new JsonObject { ["keras_version"] = "2.2.0", ["model_config"] = topology };
        foreach (JsonNode? spec in model["weightsManifest"]![0]!["weights"]!.AsArray())
        {
            spec!["name"] = spec["name"]!.GetValue<string>().Replace("/", "/cell/", StringComparison.Ordinal);
        }

        Assert.Equal(
            [.. LayersModelFile.Read(Path.Combine(Folder, "lstm", "model.json")).Parameters.Select(Numbers)],
            [.. Read(model, Weights("lstm")).Parameters.Select(Numbers)]);
    }

    [Fact]
    public void Read_WhatWorksInTrainingAlone_IsRemarked()
    {
        ImmutableArray<string> remarks =
            LayersModelFile.Read(Path.Combine(Folder, "gru-stack", "model.json")).Remarks;
        Assert.Contains(
            remarks, static one => one.StartsWith("Dropout 'dropout_Dropout1' works", StringComparison.Ordinal));
        Assert.Contains(remarks, static one => one.Contains("has dropout", StringComparison.Ordinal));
        JsonNode model = Parse("lstm");
        model["modelTopology"]!["config"]!["layers"]![0]!["config"]!["stateful"] = true;
        Assert.Contains(
            "begins each at zero", Assert.Single(Read(model, Weights("lstm")).Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WithoutItsWeights_NamesTheFile()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("backflow-tfjs-");
        try
        {
            string path = Path.Combine(folder.FullName, "model.json");
            File.Copy(Path.Combine(Folder, "lstm", "model.json"), path);
            ExchangeException refusal = Assert.Throws<ExchangeException>(() => LayersModelFile.Read(path));
            Assert.Contains("weights.bin could not be read", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AssertOutputs(string folder, string name)
    {
        ExchangedNetwork found = LayersModelFile.Read(Path.Combine(folder, name, "model.json"));
        using JsonDocument outputs = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, name, "outputs.json")));
        ImmutableArray<long> shape =
            [.. outputs.RootElement.GetProperty("shape").EnumerateArray().Select(static size => size.GetInt64())];
        float[] input = Floats(outputs.RootElement.GetProperty("input"));
        Tensor tensor = found.Options.VocabularySize > 0
            ? Tensor.FromInt64s("input", shape, [.. input.Select(static symbol => (long)symbol)])
            : Tensor.FromSingles("input", shape, input);
        float[] actual = EngineOutputs.Of(found.Build(), tensor);
        if (found.Remarks.Any(static remark => remark.Contains("softmax", StringComparison.Ordinal)))
        {
            actual = [.. actual.Chunk(found.Options.OutputSize).SelectMany(Softmax)];
        }

        EngineOutputs.AssertClose(Floats(outputs.RootElement.GetProperty("output")), actual, Tolerance);
    }

    private static float[] Softmax(float[] logits)
    {
        double sum = logits.Sum(static logit => Math.Exp(logit));
        return [.. logits.Select(logit => (float)(Math.Exp(logit) / sum))];
    }

    private static float[] Floats(JsonElement list) =>
        [.. list.EnumerateArray().Select(static value => value.GetSingle())];

    private static float[] Numbers(Tensor tensor) => tensor.ToSingles();

    /// <summary>[r, z, n rows, columns] as [columns, z, r, n].</summary>
    private static float[] Columns(float[] values, int rows)
    {
        int units = values.Length / (3 * rows);
        int[] order = [1, 0, 2];
        return
        [
            .. Enumerable.Range(0, values.Length).Select(i =>
                values[((((order[i / units % 3] * units) + (i % units)) * rows) + (i / (3 * units)))]),
        ];
    }

    private static ExchangedNetwork Read(JsonNode model, byte[] weights) =>
        LayersModelFile.Read(JsonSerializer.SerializeToUtf8Bytes(model), _ => weights, "model.json");

    private static JsonNode Parse(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, name, "model.json")))!;

    private static byte[] Weights(string name) => File.ReadAllBytes(Path.Combine(Folder, name, "weights.bin"));
}
