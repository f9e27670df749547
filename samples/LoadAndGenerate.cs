using Backflow.Tensors;
using Backflow.Training;
using Backflow.Training.Generation;
using Backflow.Training.Recording;

namespace Backflow.Samples;

/// <summary>Trains on generated sentences, writes a checkpoint, loads it again and lets it write.</summary>
internal static class LoadAndGenerate
{
    public static void Run()
    {
        TrainingConfiguration configuration = new()
        {
            Cells = ["gru"],
            HiddenSize = 96,
            SentenceCharacters = 100_000,
            SequenceLength = 32,
            BatchSize = 16,
            Steps = 400,
        };
        using MemoryRecord record = new();
        using (TrainingRun run = new(
            TrainingSession.Create(configuration), record, new SilentObserver(), TimeProvider.System))
        {
            run.Train(CancellationToken.None);
        }

        // Any checkpoint of a run store is such a file.
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        SafetensorsFile checkpoint = record.Load(record.List()[0].Step);
        using (FileStream file = File.Create(path))
        {
            SafetensorsFile.Write(file, checkpoint.Tensors, checkpoint.Metadata);
        }

        TrainedModel model = TrainedModel.Load(path);
        File.Delete(path);
        using TextGenerator generator = model.CreateGenerator();
        string text = generator.Generate(
            "The ",
            120,
            new SamplingOptions { Temperature = 0.5, Seed = 1 },
            onCharacter: null,
            CancellationToken.None);
        Console.WriteLine($"after {model.Step} steps: The {text}");
    }
}
