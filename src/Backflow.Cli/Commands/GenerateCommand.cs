using System.Collections.Immutable;
using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Recording;
using Backflow.Runs;
using Backflow.Telemetry;
using Backflow.Training;
using Backflow.Training.Generation;

namespace Backflow.Cli.Commands;

/// <summary>backflow generate: writes text with a trained model.</summary>
internal static class GenerateCommand
{
    private const int LongestText = 10_000_000;
    private const int MostTexts = 1024;

    // Of fewer, handing them out costs more than it gains.
    private const int FewestTextsOfAThread = 8;

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
        ValueOption<int> texts = new("texts", ValueRule.Whole<int>(1, "64", MostTexts), "N")
        {
            Description = "Write several texts at once, much faster than one after the other: the one of the seed, of "
                + "the seed + 1, and so on.",
            DefaultValueFactory = static _ => 1,
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
            backflow generate lstm-0001 --texts 64 --json               one line of JSON for each text
            """)
        {
            run, prompt, length, temperature, topK, seed, texts, best, store, json,
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
            if ((long)characters * parsed.GetValue(texts) > LongestText)
            {
                throw new ExperimentException(
                    $"All texts together have at most {NumberText.Count(LongestText)} characters, and "
                        + $"{parsed.GetValue(texts)} of {NumberText.Count(characters)} are more.",
                    $"Lower {length.Name} or {texts.Name}.");
            }

            using RunStore runs = RunStore.OpenExisting(parsed.GetValue(store)!);
            (string runId, TrainedModel model) = StoredModel.Load(runs, parsed.GetValue(run)!, parsed.GetValue(best));
            using Interruption interruption = new();
            using TextGenerator generator = model.CreateGenerator(
                parsed.GetValue(texts),
                Math.Clamp(parsed.GetValue(texts) / FewestTextsOfAThread, 1, Environment.ProcessorCount));
            string start = parsed.GetValue(prompt)!;
            if (parsed.GetValue(json) || parsed.GetValue(texts) > 1)
            {
                ImmutableArray<string> all = [];
                new PartProgress(TimeProvider.System).Watch(
                    parsed.GetValue(json),
                    [("writing", progress => all = generator.GenerateAll(
                        start, characters, options, progress, interruption.Token))]);
                for (int i = 0; i < all.Length; i++)
                {
                    Write(
                        new JsonGeneration(
                            "generation", runId, model.Step, start, all[i], unchecked(options.Seed + (ulong)i)),
                        parsed.GetValue(json));
                }
            }
            else
            {
                Stream(generator, start, characters, options, interruption.Token);
            }

            return interruption.HasCome ? interruption.ExitCode : ExitCodes.Done;
        });
        return command;
    }

    private static void Write(JsonGeneration text, bool isJson)
    {
        if (isJson)
        {
            JsonOutput.Write(text);
            return;
        }

        Console.Out.WriteLine($"── seed {text.Seed} ──");
        Console.Out.WriteLine(text.Prompt + text.Text);
    }

    private static void Stream(
        TextGenerator generator, string prompt, int length, SamplingOptions options, CancellationToken cancellation)
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
            cancellation);
        Console.Out.WriteLine();
    }
}
