using Backflow.Engine.Kernels;

namespace Backflow.Engine.Tests;

public sealed class VectorWidthTests
{
    /// <summary>What docs/decisions/one-source-for-all-widths.md promises: ‖θ − θ′‖/‖θ‖ after one step.</summary>
    private const double BetweenWidths = 1e-5;

    public static TheoryData<string, int> Shapes
    {
        get
        {
            TheoryData<string, int> data = [];
            foreach (string cell in TestedCells.TrainedNames)
            {
                data.Add(cell, 1);
                data.Add(cell, 5);
                data.Add(cell, 19);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Step_EveryWidth_AgreesWithinThePromise(string cellName, int batchSize)
    {
        CellDescription cell = TestedCells.Named(cellName);
        float[] expected = Train(cell, batchSize, KernelSet.All[0]);
        double norm = GradientClipping.Norm(expected);
        foreach (KernelSet kernels in KernelSet.All.Skip(1))
        {
            float[] actual = Train(cell, batchSize, kernels);
            float[] difference = [.. actual.Zip(expected, static (a, b) => a - b)];
            double deviation = GradientClipping.Norm(difference) / norm;
            Assert.True(
                deviation <= BetweenWidths,
                $"{cell}, B {batchSize}: {kernels.Name} deviate from 128 bits by {deviation:G3} relative.");
        }
    }

    private static float[] Train(CellDescription cell, int batchSize, KernelSet kernels)
    {
        const int SequenceLength = 12;
        const int Vocabulary = 9;
        RecurrentNetwork network = new(
            new NetworkOptions
            {
                VocabularySize = Vocabulary,
                InputSize = 7,
                Layers = [new LayerOptions(cell, 37), new LayerOptions(cell, 20)],
                OutputSize = Vocabulary,
            },
            kernels);
        SplittableRandom random = new(11);
        NetworkInitialiser.Initialise(network, new InitialisationOptions(), random.Split("parameters"));
        using WorkerPool pool = new(threads: 1);
        NetworkPass pass = new(network, SequenceLength, batchSize, pool);
        SplittableRandom symbols = random.Split("symbols");
        for (int i = 0; i < pass.Tokens.Length; i++)
        {
            pass.Tokens[i] = symbols.NextInt32(Vocabulary);
            pass.Head!.Targets[i] = symbols.NextInt32(Vocabulary);
        }

        pass.Forward();
        pass.Backward();
        new Optimizer(network, new OptimizerOptions { Kind = OptimizerKind.Sgd }).Update(learningRate: 0.1);
        List<float> values = [];
        foreach (Parameter parameter in network.Layout.Parameters)
        {
            float[] exported = new float[parameter.Count];
            parameter.Export(network.Parameters.Span, exported);
            values.AddRange(exported);
        }

        return [.. values];
    }
}
