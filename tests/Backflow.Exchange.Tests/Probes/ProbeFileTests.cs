using Backflow.Engine;
using Backflow.Exchange.Probes;
using Backflow.Tensors;

namespace Backflow.Exchange.Tests.Probes;

/// <summary>Probe files that are none, or that hold something else than their layers need.</summary>
public sealed class ProbeFileTests
{
    private const string Golden = "lstm-2-layers-bidirectional-packed";

    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "python", "tests", "golden");

    public static TheoryData<string, string> Wrong => new()
    {
        { "format", "its format is 'another/1', and 'backflow-probe/1' can be read" },
        { "no format", "it does not say that it is a probe file" },
        { "no calls", "it does not say which layers were called" },
        { "calls", "its list of calls cannot be read" },
        { "kind", "is of kind 'TRANSFORMER', and LSTM, LSTM_CELL, GRU, GRU_CELL" },
        { "step", "its step is not a whole number from 0 to" },
        { "scale", "its loss_scale is not a number above 0" },
        { "no input", "it has no tensor 'call0.x'" },
        { "shape", "'call0.y' has the shape [21, 9], and its layer needs [21, 10]" },
        { "type", "'call0.y' is of type I64" },
        { "sizes", "does not say how many sequences have each timestep" },
        { "order", "is no order of 4 sequences" },
        { "hidden", "hidden of a call is 0, and is 1 to" },
        { "huge", "numbers is too large" },
        { "continues", "call 0 goes on from call 3, which is not before it" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_SomethingWrong_IsNamedWithARemedy(string what, string said)
    {
        ExchangeException refusal = Assert.Throws<ExchangeException>(() => Read(Changed(what)));
        Assert.StartsWith("sample.safetensors: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("docs/probe-format.md", refusal.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no weight", "The sample has no weights of layer 0 of 'rnn'.")]
    [InlineData("weight", "'rnn.weight_ih_l0' has 4 numbers, and LSTM of 5 units over 4 features needs 80.")]
    public void Analyse_WeightsThatAreNotTheLayers_AreNamed(string what, string said)
    {
        using WorkerPool pool = new(threads: 1);
        ExchangeException refusal =
            Assert.Throws<ExchangeException>(() => new ProbeAnalysis(pool).Analyse(Read(Changed(what))));
        Assert.Equal(said, refusal.Message);
    }

    [Fact]
    public void Analyse_OutputsOfOtherWeights_AreRefused()
    {
        (List<Tensor> tensors, Dictionary<string, string> metadata) = Parts();
        Change(tensors, "rnn.weight_hh_l1", static value => value * 1.01f);
        AssertTrust(ProbeTrust.Refused, "do not come out", tensors, metadata);
    }

    [Fact]
    public void Analyse_GradientThatWasLost_IsNotConfirmed()
    {
        (List<Tensor> tensors, Dictionary<string, string> metadata) = Parts();
        tensors.RemoveAll(static tensor => tensor.Name == "call0.y.grad");
        AssertTrust(ProbeTrust.Unconfirmed, "gradients of the weights are off", tensors, metadata);
    }

    [Fact]
    public void Analyse_FrozenWeights_SaysThatTheSecondCheckIsNotAvailable()
    {
        (List<Tensor> tensors, Dictionary<string, string> metadata) = Parts();
        tensors.RemoveAll(static tensor => tensor.Name.StartsWith("rnn.", StringComparison.Ordinal)
            && tensor.Name.EndsWith(".grad", StringComparison.Ordinal));
        AssertTrust(ProbeTrust.Unconfirmed, "the second check is not available", tensors, metadata);
    }

    [Fact]
    public void Analyse_ScaledLoss_HasTheGradientsOfTheLoss()
    {
        (List<Tensor> tensors, Dictionary<string, string> metadata) = Parts();
        using WorkerPool pool = new(threads: 1);
        double[] plain = [.. new ProbeAnalysis(pool).Analyse(Read(Bytes(tensors, metadata)))[0].HiddenGradientNorm];
        foreach (string name in tensors.Select(static tensor => tensor.Name)
            .Where(static name => name.EndsWith(".grad", StringComparison.Ordinal)).ToArray())
        {
            Change(tensors, name, static value => value * 1024);
        }

        metadata["loss_scale"] = "1024";
        ProbedLayer scaled = new ProbeAnalysis(pool).Analyse(Read(Bytes(tensors, metadata)))[0];
        Assert.Equal(ProbeTrust.Confirmed, scaled.Trust);
        Assert.Equal(plain, scaled.HiddenGradientNorm);
    }

    private static void AssertTrust(
        ProbeTrust trust, string reason, List<Tensor> tensors, Dictionary<string, string> metadata)
    {
        using WorkerPool pool = new(threads: 1);
        Assert.All(new ProbeAnalysis(pool).Analyse(Read(Bytes(tensors, metadata))), layer =>
        {
            Assert.Equal(trust, layer.Trust);
            Assert.Contains(reason, layer.Reason, StringComparison.Ordinal);
        });
    }

    private static byte[] Changed(string what)
    {
        (List<Tensor> tensors, Dictionary<string, string> metadata) = Parts();
        void Calls(string from, string to) =>
            metadata["calls"] = metadata["calls"].Replace(from, to, StringComparison.Ordinal);
        void Remove(string name) => tensors.RemoveAll(one => one.Name == name);
        void Put(Tensor tensor)
        {
            Remove(tensor.Name);
            tensors.Add(tensor);
        }

        switch (what)
        {
            case "format": metadata["format"] = "another/1"; break;
            case "no format": metadata.Remove("format"); break;
            case "no calls": metadata.Remove("calls"); break;
            case "calls": metadata["calls"] = "[{"; break;
            case "kind": Calls("LSTM", "TRANSFORMER"); break;
            case "step": metadata["step"] = "-1"; break;
            case "scale": metadata["loss_scale"] = "0"; break;
            case "no input": Remove("call0.x"); break;
            case "shape": Put(Tensor.FromSingles("call0.y", [21, 9], new float[21 * 9])); break;
            case "type": Put(Tensor.FromInt64s("call0.y", [21, 10], new long[210])); break;
            case "sizes": Put(Tensor.FromInt64s("call0.batch_sizes", [2], [4, 5])); break;
            case "order": Put(Tensor.FromInt64s("call0.sorted_indices", [4], [0, 1, 1, 3])); break;
            case "hidden": Calls("\"hidden\": 5", "\"hidden\": 0"); break;
            case "huge": Calls("\"hidden\": 5", "\"hidden\": 2000000000"); break;
            case "continues": Calls("\"continues\": null", "\"continues\": {\"call\": 3, \"attached\": true}"); break;
            case "no weight": Remove("rnn.weight_ih_l0"); break;
            case "weight": Put(Tensor.FromSingles("rnn.weight_ih_l0", [4], new float[4])); break;
            default: throw new ArgumentOutOfRangeException(nameof(what), what, "No such change.");
        }

        return Bytes(tensors, metadata);
    }

    private static (List<Tensor> Tensors, Dictionary<string, string> Metadata) Parts()
    {
        SafetensorsFile file = SafetensorsFile.Read(Path.Combine(Folder, Golden + ".safetensors"));
        return ([.. file.Tensors], new Dictionary<string, string>(file.Metadata, StringComparer.Ordinal));
    }

    private static void Change(List<Tensor> tensors, string name, Func<float, float> change)
    {
        Tensor before = tensors.Single(tensor => tensor.Name == name);
        tensors.Remove(before);
        float[] values = Array.ConvertAll(before.ToSingles(), value => change(value));
        tensors.Add(Tensor.FromSingles(name, before.Shape, values));
    }

    private static byte[] Bytes(List<Tensor> tensors, Dictionary<string, string> metadata)
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    private static ProbeSample Read(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        return ProbeFile.Read(stream, bytes.Length, "sample.safetensors");
    }
}
