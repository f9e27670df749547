using System.Collections.Immutable;
using System.CommandLine;
using Backflow.Cli.Options;
using Backflow.Cli.Output;
using Backflow.Experiments.Figures;
using Backflow.Experiments.Models;
using Backflow.Runs;
using Backflow.Training;

namespace Backflow.Cli.Commands;

/// <summary>backflow import: a model of another program, or what it logged, as a run.</summary>
internal static class ImportCommand
{
    // What the file decides, and how parameters would begin that it has.
    private static readonly ImmutableHashSet<string> OfTheFile =
    [
        nameof(TrainingConfiguration.Cells), nameof(TrainingConfiguration.Layers),
        nameof(TrainingConfiguration.HiddenSize), nameof(TrainingConfiguration.EmbeddingSize),
        nameof(TrainingConfiguration.Initialisation),
        nameof(TrainingConfiguration.Gain), nameof(TrainingConfiguration.ForgetBias),
        nameof(TrainingConfiguration.Chrono), nameof(TrainingConfiguration.UnknownSymbol),
    ];

    private static readonly ImmutableArray<string> OfTheData =
        [nameof(TrainingConfiguration.Task), nameof(TrainingConfiguration.TextPath)];

    public static Command Create()
    {
        Argument<string> file = new("FILE")
        {
            Description = "A state dict of PyTorch (.pt or .safetensors), an ONNX model, the model.json of a "
                + "TensorFlow.js layers model, or an event file of TensorBoard or the folder of one run's.",
        };
        ValueOption<string?> name = new(
            "as", StoreOption.Names("my-model"), "NAME")
        {
            Description = "A name for the run. [default: its id]",
        };
        ValueOption<string?> cell = new("cell", ValueRule.OneOf(ModelFileQuestion.ElmanCells, "rnn-tanh"), "NAME")
        {
            Description = "The cell of an nn.RNN in a state dict, which does not say it.",
        };
        ValueOption<string?> prefix = new("prefix", ValueRule.Text("encoder.rnn."), "NAMES")
        {
            Description = "What stands before weight_ih_l0 of the layers in a state dict that has several; with commas "
                + "between them from the input upwards.",
        };
        ValueOption<string?> embedding = new("embedding", ValueRule.Text("emb.weight"), "NAME")
        {
            Description = "The embedding's tensor in a state dict. [default: it is found]",
        };
        ValueOption<string?> head = new("head", ValueRule.Text("fc.weight"), "NAME")
        {
            Description = "The tensor of the last linear layer in a state dict. [default: it is found]",
        };
        ValueOption<string?> headReads = new(
            "head-reads", ValueRule.OneOf(ModelFileQuestion.HeadPositions, "last"), "TIMESTEPS")
        {
            Description = "Which timesteps the last linear layer of a state dict reads. [default: what the data asks "
                + "for; every, without data]",
        };
        ValueOption<string?> ignore = new("ignored", ValueRule.Text("value_head."), "NAMES")
        {
            Description = "Leave out tensors of a state dict whose names begin so, although the network may compute "
                + "with them.",
        };
        ValueOption<string?> vocabulary = new("vocabulary", ValueRule.Path("vocabulary.json"), "FILE")
        {
            Description = "Which character each symbol is: a JSON array of characters, or an object that gives each "
                + "its number. [default: the order of code points, as sorted(set(text)) has it]",
        };
        ValueOption<string?> trainingLoss = new("training-loss", ValueRule.Text("loss/train"), "TAG")
        {
            Description = "The tag of event files that is the training loss. [default: the one that is called so]",
        };
        ValueOption<string?> validationLoss = new("validation-loss", ValueRule.Text("loss/validation"), "TAG")
        {
            Description = "The tag of event files that is the validation loss. [default: the one that is called so]",
        };
        ValueOption<string> store = StoreOption.Create();
        Option<bool> json = StoreOption.CreateJson();
        TrainingArguments options = new();
        Command command = new DocumentedCommand(
            "import",
            "Make a run of a PyTorch, ONNX or TensorFlow.js model: to export it, and with the data that it was trained "
            + "on to measure it, go on with its training and diagnose it. Of event files of TensorBoard, make a run of "
            + "their scalars, to look at and to compare.",
            """
            backflow import model.onnx --as theirs                  keep it, for export
            backflow import model.pt --as theirs --text book.txt    measure it, and generate, resume, diagnose
            backflow import model.pt --text book.txt --vocabulary itos.json
            backflow import model.safetensors --task adding --length 200 --cell rnn-tanh
            backflow import model.pt --text book.txt --lr 0.0005 --steps 2000 --as fine
            backflow resume fine                                    train on, with that rate
            backflow import logs/run1 --as theirs --training-loss loss/train
            """)
        {
            file, name, cell, prefix, embedding, head, headReads, ignore, vocabulary, trainingLoss, validationLoss,
            store, json,
        };
        options.AddTo(command, static row => OfTheFile.Contains(row.Property), withFile: false);
        options.SayDefault(nameof(TrainingConfiguration.Task), "none: the network is kept for export");
        ImmutableArray<Option> ofModels = [cell, prefix, embedding, head, headReads, ignore, vocabulary];
        ImmutableArray<Option> ofEventFiles = [trainingLoss, validationLoss];
        command.SetAction(parsed =>
        {
            bool isEventFile = ScalarImport.IsAt(parsed.GetValue(file)!);
            string? idle = FirstGiven(parsed, isEventFile ? ofModels : ofEventFiles)
                ?? (isEventFile ? options.Given(parsed).FirstOrDefault() : null);
            if (idle is not null)
            {
                throw new ExperimentException(
                    isEventFile
                        ? $"{idle} has no effect on event files: they hold numbers and no network."
                        : $"{idle} has no effect on a model: it is for event files of TensorBoard.",
                    "Leave it out.");
            }

            if (isEventFile)
            {
                using Interruption reading = new();
                ScalarImport scalars = ScalarImport.Read(parsed.GetValue(file)!, reading.Token) with
                {
                    TrainingLoss = parsed.GetValue(trainingLoss),
                    ValidationLoss = parsed.GetValue(validationLoss),
                };
                StandardOutput.MayEnd();
                using RunStore log = RunStore.Open(parsed.GetValue(store)!);
                ImportPage.Write(
                    scalars.Keep(log, parsed.GetValue(name), CommandLines.Typed(parsed)), parsed.GetValue(json));
                return ExitCodes.Done;
            }

            bool hasData = options.Given(parsed).Any(static given => OfTheData.Select(OptionNames.OfProperty)
                .Contains(given));
            if (!hasData && options.Given(parsed).Append(parsed.GetValue(vocabulary) is null ? null : vocabulary.Name)
                .FirstOrDefault(static given => given is not null) is string surplus)
            {
                throw new ExperimentException(
                    $"{surplus} has no effect without data.",
                    $"Give {nameof(TrainingConfiguration.TextPath):setting} or "
                        + $"{nameof(TrainingConfiguration.Task):setting}, or leave it out.");
            }

            ImportedModel model = new ModelFileQuestion(parsed.GetValue(file)!)
            {
                Elman = parsed.GetValue(cell),
                Prefixes = Words(parsed.GetValue(prefix)),
                Embedding = parsed.GetValue(embedding),
                Head = parsed.GetValue(head),
                HeadReads = parsed.GetValue(headReads),
                Ignored = Words(parsed.GetValue(ignore)),
            }.Read();
            TrainingConfiguration? configuration =
                hasData ? options.ReadChecked(parsed, given => [model.Fit(given)]) : null;
            SymbolOrder? order = parsed.GetValue(vocabulary) is string path ? SymbolOrder.Read(path) : null;
            using Interruption interruption = new();
            StandardOutput.MayEnd();
            using RunStore runs = RunStore.Open(parsed.GetValue(store)!);
            ImportReport report = configuration is null
                ? ModelImport.Keep(runs, model, parsed.GetValue(name), CommandLines.Typed(parsed))
                : ModelImport.Train(
                    runs,
                    model,
                    configuration,
                    order,
                    parsed.GetValue(name),
                    CommandLines.Typed(parsed),
                    new CommandWriter(parsed.GetValue(store)!),
                    interruption.Token);
            ImportPage.Write(report, isText: configuration is { Task: null }, parsed.GetValue(json));
            if (!interruption.HasCome)
            {
                return ExitCodes.Done;
            }

            Console.Error.WriteLine($"Interrupted: run {report.Run} is kept, and not all of it was measured.");
            return interruption.ExitCode;
        });
        return command;
    }

    private static string? FirstGiven(ParseResult parsed, ImmutableArray<Option> options) => options
        .FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    private static ImmutableArray<string> Words(string? list) =>
        list is null ? [] : [.. list.Split(',', StringSplitOptions.TrimEntries)];
}
