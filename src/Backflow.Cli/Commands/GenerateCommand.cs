using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Training;
using Backflow.Training.Generation;

namespace Backflow.Cli.Commands;

/// <summary>backflow generate: writes text with a trained model.</summary>
internal static class GenerateCommand
{
    private const int LongestText = 10_000_000;

    public static Command Create()
    {
        Argument<string> run = StoreOption.CreateRun();
        SamplingOptions defaults = new();
        ValueOption<string> prompt = new("prompt", ValueRule.AnyText("First"), "TEXT")
        {
            Description = "The text to continue.",
            DefaultValueFactory = static _ => string.Empty,
        };
        ValueOption<int> length = new("length", ValueRule.Whole<int>(0, "400", LongestText), "N")
        {
            Description = "Characters to write.",
            DefaultValueFactory = static _ => 400,
        };
        ValueOption<double> temperature = new("temperature", ValueRule.Real(OptionRange.From(0), "0.8"), "X")
        {
            Description = "0 takes the likeliest character, 1 draws as the model predicts, more is wilder.",
            DefaultValueFactory = _ => defaults.Temperature,
        };
        ValueOption<int> topK = new("top-k", ValueRule.Whole<int>(0, "10"), "K")
        {
            Description = "Draw among this many likeliest characters; 0 for all.",
        };
        ValueOption<ulong> seed = new("seed", ValueRule.Whole<ulong>(0, "1"), "N")
        {
            Description = "The seed of the draws.",
            DefaultValueFactory = _ => defaults.Seed,
        };
        Option<bool> best = new("--best")
        {
            Description = "Use the checkpoint with the lowest validation loss instead of the newest.",
        };
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        Command command = new DocumentedCommand(
            "generate",
            "Write text with a trained model.",
            """
            backflow generate lstm-0001 --prompt "First" --length 400 --temperature 0.8
            backflow generate lstm-0001 --temperature 0                 the likeliest text
            backflow generate lstm-0001 --top-k 5 --seed 7
            """)
        {
            run, prompt, length, temperature, topK, seed, best, store, json,
        };
        command.SetAction(parsed =>
        {
            SamplingOptions options = new()
            {
                Temperature = parsed.GetValue(temperature),
                TopK = parsed.GetValue(topK),
                Seed = parsed.GetValue(seed),
            };
            options.Validate();
            int characters = parsed.GetValue(length);
            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            (string runId, TrainedModel model) = StoredModel.Load(runs, parsed.GetValue(run)!, parsed.GetValue(best));
            return Write(runId, model, parsed.GetValue(prompt)!, characters, options, parsed.GetValue(json));
        });
        return command;
    }

    private static int Write(
        string runId, TrainedModel model, string prompt, int length, SamplingOptions options, bool asJson)
    {
        using Interruption interruption = new();
        using TextGenerator generator = model.CreateGenerator();
        if (asJson)
        {
            string text = generator.Generate(prompt, length, options, onCharacter: null, interruption.Token);
            JsonOutput.Write(new JsonGeneration("generation", runId, model.Step, prompt, text, options.Seed));
        }
        else
        {
            bool isBegun = false;
            generator.Generate(
                prompt,
                length,
                options,
                character =>
                {
                    // Only now is the prompt known to be readable.
                    Console.Out.Write(isBegun ? character : prompt + character);
                    isBegun = true;
                },
                interruption.Token);
            Console.Out.WriteLine();
        }

        return interruption.HasCome ? interruption.ExitCode : ExitCodes.Done;
    }
}
