using System.Collections.Immutable;
using Backflow.Engine;
using Backflow.Exchange.Onnx.Protobuf;

namespace Backflow.Exchange.Onnx;

/// <summary>What a model made of its recorded inputs, beside its recorded outputs.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Subject">The operator of a single node, or the cells of a network.</param>
/// <param name="Entries">Numbers compared.</param>
/// <param name="SpecificationDeviation">
/// The largest difference of what the operator's equations make in double; null for a network of several nodes.
/// </param>
/// <param name="EngineDeviation">The largest difference of what the engine makes; null where it cannot.</param>
/// <param name="Passed">Whether nothing is farther off than <see cref="OnnxCheck.Tolerance"/>.</param>
/// <param name="Remark">Why the engine computed nothing, or why nothing could be compared; null where all was.</param>
public sealed record OnnxCheckRow(
    string Name,
    string Subject,
    long Entries,
    double? SpecificationDeviation,
    double? EngineDeviation,
    bool Passed,
    string? Remark);

/// <summary>Runs models with recorded inputs and compares their outputs with recorded ones.</summary>
/// <remarks>
/// A folder has <c>model.onnx</c>, <c>in_NAME.npy</c> for every input of the graph and <c>out_NAME.npy</c> for every
/// output. A single recurrent node is computed by its equations, with everything that the specification has, and by the
/// engine where that has it too; a network of more nodes is read as <see cref="OnnxModel"/> does.
/// </remarks>
public static class OnnxCheck
{
    /// <summary>The file of a folder that is checked.</summary>
    public const string ModelFile = "model.onnx";

    /// <summary>The largest difference that rounding explains: float32, absolute, states below 10.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>The folders with a model: the folder itself, and those in it.</summary>
    /// <param name="folder">A folder that exists.</param>
    /// <returns>Paths, in order of their names.</returns>
    public static ImmutableArray<string> Find(string folder) =>
    [
        .. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Prepend(folder)
            .Where(static one => File.Exists(Path.Combine(one, ModelFile))),
    ];

    /// <summary>Checks a folder.</summary>
    /// <param name="folder">One that <see cref="Find"/> found.</param>
    /// <param name="pool">The threads that share the engine's work.</param>
    /// <returns>The result; what cannot be read is one that failed.</returns>
    public static OnnxCheckRow Check(string folder, WorkerPool pool)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        try
        {
            string path = Path.Combine(folder, ModelFile);
            OnnxRefusal refusal = new(ModelFile);
            ModelProto model = OnnxModel.Parse(OnnxModel.Bytes(path), refusal);
            OnnxCheckFolder files = new(folder, model.Graph, refusal);
            return model.Graph.Node.Count == 1 && OnnxRecurrentNode.Is(model.Graph.Node[0].OpType)
                ? CheckNode(name, files, pool)
                : CheckChain(name, files, pool);
        }
        catch (ExchangeException refused)
        {
            return new OnnxCheckRow(name, "", 0, null, null, Passed: false, refused.Message);
        }
    }

    private static OnnxCheckRow CheckNode(string name, OnnxCheckFolder files, WorkerPool pool)
    {
        OnnxNode node = new(files.Graph.Node[0], files.Refusal);
        OnnxRecurrentNode attributes = OnnxRecurrentNode.Read(node);
        OnnxRecurrenceInputs inputs = new(
            node, attributes, [.. node.Inputs.Select(input => input.Length == 0 ? null : files.Input(input))]);
        OnnxRecurrenceOutputs wanted = OnnxRecurrence.Compute(attributes, inputs);
        string? obstacle = OnnxNodeEngine.Obstacle(attributes, inputs);
        OnnxRecurrenceOutputs? engine = obstacle is null ? OnnxNodeEngine.Compute(attributes, inputs, pool) : null;
        double bySpecification = 0;
        double byEngine = 0;
        long entries = 0;
        foreach (string output in files.Outputs)
        {
            double[] recorded = files.Output(output);
            int place = Array.IndexOf([.. node.Outputs], output);
            double[] values = place < 0 ? [] : wanted.At(place);
            bySpecification = Largest(bySpecification, Difference(files, output, recorded, values));
            byEngine = engine is null ? 0
                : Largest(byEngine, Difference(files, output, recorded, engine.At(place)));
            entries += recorded.Length;
        }

        return new OnnxCheckRow(
            name,
            node.Operator,
            entries,
            bySpecification,
            engine is null ? null : byEngine,
            bySpecification <= Tolerance && byEngine <= Tolerance,
            obstacle is null ? null : $"The engine does not compute it: the node {obstacle}.");
    }

    private static OnnxCheckRow CheckChain(string name, OnnxCheckFolder files, WorkerPool pool)
    {
        OnnxChain chain = OnnxChain.Follow(files.Graph, files.Refusal);
        ImmutableArray<float[]> outputs = OnnxChainEngine.Compute(chain, files.GraphInputs(), pool);
        double deviation = 0;
        long entries = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double[] recorded = files.Output(chain.Outputs[i].Name);
            double[] values = [.. outputs[i].Select(static value => (double)value)];
            deviation = Largest(deviation, Difference(files, chain.Outputs[i].Name, recorded, values));
            entries += recorded.Length;
        }

        return new OnnxCheckRow(
            name,
            string.Join(", ", chain.Layers.Select(static layer => layer.Cells[0].Cell.Title)),
            entries,
            null,
            deviation,
            deviation <= Tolerance,
            Remark: null);
    }

    private static double Difference(OnnxCheckFolder files, string output, double[] recorded, double[] values)
    {
        if (recorded.Length != values.Length)
        {
            throw files.Refusal.Of(
                $"its output {OnnxRefusal.Quote(output)} has {values.Length} numbers, and {recorded.Length} are "
                + "recorded");
        }

        double largest = 0;
        for (int i = 0; i < recorded.Length; i++)
        {
            largest = Largest(largest, Math.Abs(recorded[i] - values[i]));
        }

        return largest;
    }

    // NaN is larger than every number: nothing that is not a number may pass.
    private static double Largest(double one, double other) => Math.Max(one, other);
}
