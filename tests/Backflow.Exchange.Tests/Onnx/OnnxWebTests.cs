using System.Text.Json;
using Backflow.Engine;
using Backflow.Exchange.Onnx;

namespace Backflow.Exchange.Tests.Onnx;

/// <summary>Exported networks in onnxruntime-web, which browsers load, beside the engine.</summary>
public sealed class OnnxWebTests
{
    private const ulong Seed = 23;
    private const int Timesteps = 9;
    private const int Sequences = 3;

    private static readonly NodePackage Web = new("Onnx", "Web");

    [Fact]
    public async Task Write_EveryCell_ComputesInTheWebRuntimeWhatTheEngineComputes()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("backflow-onnx-web-");
        try
        {
            List<object> asked = [];
            List<(string What, Dictionary<string, float[]> Outputs)> wanted = [];
            SplittableRandom random = new(Seed);
            foreach (OnnxCell cell in OnnxCell.All)
            {
                foreach (NetworkOptions options in OnnxNetworks.Of(cell.Cell))
                {
                    RecurrentNetwork network = EngineRun.Network(options, Seed);
                    float[] input = OnnxNetworks.Input(network, random, Timesteps, Sequences);
                    Dictionary<string, float[]> states = OnnxNetworks.States(network, random, Sequences);
                    string model = $"{asked.Count}.onnx";
                    using (FileStream file = File.Create(Path.Combine(folder.FullName, model)))
                    {
                        OnnxWriter.Write(network, file);
                    }

                    asked.Add(new
                    {
                        model,
                        inputs = OnnxNetworks.Feeds(network, Timesteps, Sequences, input, states)
                            .Select(static feed => new
                            {
                                name = feed.Name,
                                type = feed.Type,
                                shape = feed.Shape,
                                values = feed.Values,
                            }),
                    });
                    wanted.Add((
                        $"{cell.Cell.Name} {model}",
                        EngineRun.Run(network, Timesteps, Sequences, input, states)));
                }
            }

            await File.WriteAllTextAsync(
                Path.Combine(folder.FullName, "inputs.json"),
                JsonSerializer.Serialize(asked),
                TestContext.Current.CancellationToken);
            await Web.RunAsync("runModels.mjs", folder.FullName);
            Dictionary<string, float[]>[] said = JsonSerializer.Deserialize<Dictionary<string, float[]>[]>(
                await File.ReadAllTextAsync(
                    Path.Combine(folder.FullName, "outputs.json"), TestContext.Current.CancellationToken))!;
            foreach (((string what, Dictionary<string, float[]> outputs), Dictionary<string, float[]> actual) in
                wanted.Zip(said, static (one, other) => (one, other)))
            {
                Assert.Equal(outputs.Keys.Order(), actual.Keys.Order());
                Assert.All(outputs, output =>
                    Deviation.AssertNear($"{what} {output.Key}", output.Value, actual[output.Key]));
            }

            Assert.Equal(wanted.Count, said.Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
