using Xunit;

namespace Backflow.Cli.Tests.Commands;

/// <summary>Every mistake gets a sentence, a remedy and a code; nothing prints a stack trace.</summary>
public sealed class BadInputTests
{
    private static readonly string[] Small =
        ["--hidden", "8", "--embedding", "4", "--seq-len", "8", "--batch", "2", "--steps", "10"];

    public static TheoryData<string[], string, string> Mistakes => new()
    {
        { ["train", "--hidden", "0"], "--hidden-size must be from 1 to 16384, got 0.", "train --hidden 128" },
        { ["train", "--cell", "lsmt"], "--cell must be one of rnn, rnn-relu", "train --cell lstm" },
        { ["train", "--layers", "0"], "--layers must be from 1", "--layers 1" },
        { ["train", "--seq-len", "0"], "--sequence-length must be from 1", "--seq-len 64" },
        { ["train", "--dropout", "1"], "--dropout must be at least 0 and below 1, got 1.", "--dropout 0.2" },
        { ["train", "--lr", "-1"], "--learning-rate must be above 0, got -1.", "--lr 0.003" },
        { ["train", "--lr", "nan"], "--learning-rate must be a number, got 'nan'.", "--lr 0.003" },
        { ["train", "--cell", "rnn,lstm"], "--cell names 2 cells for 1 layers", "--layers 2" },
        { ["train", "--steps", "5", "--epochs", "1"], "--steps has no effect: --epochs decides how many there are.",
            "Leave out --steps." },
        { ["train", "--steps", "many"], "--steps must be a whole number, got 'many'.", "train --steps 1000" },
        { ["train", "--forget-bias", "x"], "--forget-bias must be a number, got 'x'.", "train --forget-bias 1" },
        { ["experiment", "clip", "--seed", "-1"], "--seed must be from 0 to 18446744073709551615, got -1.",
            "experiment clip --seed 1" },
        { ["runs", "--store", "none.db"], "There is no store at none.db", "try: backflow train --store none.db" },
        { ["train", "--hiden", "5"], "There is no option --hiden; nearest are --hidden, ", "train --help" },
        { ["train", "--optimizer", "adamax"],
            "--optimizer must be one of sgd, rmsprop, adam, adamw", "--optimizer adam" },
        { ["train", "--chrono", "1"], "--chrono must be at least 2, got 1.", "--chrono 100" },
        { ["train", "--text", "missing.txt"], "missing.txt", "try:" },
        { ["train", "--text", "."], "is a directory", "try:" },
        { ["train", "--task", "copy"], "--task must be one of text, sentences, copy-memory", "--task copy-memory" },
        { ["train", "--task", "text"], "--task text needs a file.", "--text book.txt" },
        { ["train", "--task", "adding", "--lag", "5"], "The task adding has no option --lag", "try:" },
        { ["train", "--task", "adding", "--length", "1"],
            "--length of the task adding must be from 2", "--length 100" },
        { ["train", "--lag", "5"], "--lag is an option of a task.", "--task copy-memory" },
        { ["train", "--task", "echo", "--seq-len", "5"],
            "--sequence-length has no effect: the options of the task echo decide", "Leave out --sequence-length." },
        { ["train", "--task", "echo", "--epochs", "5"], "there is no epoch", "--steps" },
        { ["train", "--task", "echo", "--sample-interval", "5"], "no model that writes text", "try:" },
        { ["generate", "lstm-0001"], "There is no store at runs/backflow.db", "backflow train" },
        { ["resume", "lstm-0001"], "There is no store at runs/backflow.db", "backflow train" },
        { ["runs", "list"], "There is no store at runs/backflow.db", "backflow train" },
        { ["gradcheck", "--fixtures", "nowhere"], "nowhere", "try:" },
        { ["bench", "--filter", "xyz"],
            "--filter 'xyz' matches no shape in the set 'small'", "bench --filter lstm,128" },
        { ["bench", "--cell", "rnn-relu"], "--cell rnn-relu has no shape in the set 'small'", "--shape rnn-relu,128" },
        { ["bench", "--cell", "lsmt"], "--cell must be one of rnn, rnn-relu", "bench --cell lstm" },
        { ["bench", "--shapes", "huge"], "--shapes must be one of small, all, got 'huge'.", "bench --shapes all" },
        { ["bench", "--shape", "lstm,1"], "--shape must be CELL,H,I,T,B or", "bench --shape lstm,128,128,64,32" },
        { ["bench", "--shape", "lstm,8,8,8,8", "--shapes", "all"],
            "--shapes chooses from a set", "bench --shape lstm,8,8,8,8" },
        { ["bench", "--threads", "0"], "--threads must be from 1 to 256, got 0.", "bench --threads 1" },
        { ["gradcheck", "--fixtures", ".", "--seed", "3"], "--seed has no effect: fixtures hold", "Leave out --seed" },
        { ["bench", "--seconds", "2", "--repeats", "3"],
            "--seconds has no effect: --repeats says", "Leave out --seconds" },
        { ["bench", "--seconds", "0"], "--seconds must be above 0", "bench --seconds 1" },
        { ["bench", "--repeats", "0"], "--repeats must be from 1", "bench --repeats 21" },
        { ["train", "--lr", "0,004"], "--learning-rate must be a number, got '0,004': write 0.004.",
            "train --lr 0.004" },
        { ["train", "--steps", "1,000"], "--steps must be a whole number, got '1,000': write 1000.",
            "train --steps 1000" },
        { ["train", "--lr=0,5"], "write 0.5.", "train --lr=0.5" },
        { ["train", "--steps"], "--steps needs a value.", "train --steps 1000" },
        { ["train", "--steps", ""], "--steps must be a whole number, got an empty value.", "train --steps 1000" },
        { ["train", "--text", ""], "--text must be a text, got an empty value.", "train --text book.txt" },
        { ["train", "--steps", "5", "--steps", "9"], "--steps was given 2 times; give it once.", "train --help" },
        { ["train", "--task", "sentences", "--text", "a.txt"], "--task sentences makes its own text",
            "Leave out --task." },
        { ["train", "--config", "none.toml"], "none.toml cannot be read", "--print-config" },
        { ["generate", "x", "--temperature", "0,8"], "--temperature must be a number, got '0,8': write 0.8.",
            "--temperature 0.8" },
        { ["diagnose", "rnn-0001", "--lr", "0.1"],
            "--learning-rate has no effect: a run is diagnosed as it was trained.", "Leave out" },
        { ["diagnose", "rnn-0001", "--print-config"],
            "--print-config has no effect: a run is diagnosed as it was trained.", "Leave out" },
        { ["dashboard", "--port", "x"], "--port must be a whole number, got 'x'.", "dashboard --port 7080" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Command_Mistake_IsExplained(string[] arguments, string message, string remedy)
    {
        using TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, arguments);

        Assert.NotEqual(0, result.ExitCode);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_EmptyFile_IsExplained() => AssertText([], "empty");

    [Fact]
    public void Train_BinaryFile_IsExplained() => AssertText([0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 1], "PNG");

    [Fact]
    public void Train_ShortFile_IsExplained() => AssertText("too short"u8.ToArray(), "too short");

    [Fact]
    public void Train_CharacterThatTrainingLacks_OffersTheUnknownSymbol()
    {
        using TemporaryFolder folder = new();
        string text = folder.Write("a.txt", string.Concat(Enumerable.Repeat("abcdefghi ", 100)) + "ÿ");
        ProcessResult result = BackflowProcess.Run(folder.Path, ["train", "--text", text, .. Small]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("U+00FF", result.Error, StringComparison.Ordinal);
        Assert.Contains("--unknown-symbol", result.Error, StringComparison.Ordinal);

        ProcessResult mended = BackflowProcess.Run(
            folder.Path, ["train", "--text", text, "--unknown-symbol", .. Small]);
        Assert.True(mended.ExitCode == 0, mended.Error);
    }

    [Fact]
    public void Generate_UnknownCharacterInPrompt_IsExplained()
    {
        using TemporaryFolder folder = Trained();
        ProcessResult result = BackflowProcess.Run(folder.Path, "generate", "lstm-0001", "--prompt", "naïve");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("U+00EF", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Generate_TruncatedCheckpoint_NamesTheOlderOne()
    {
        using TemporaryFolder folder = Trained();
        string checkpoint = folder.NewestCheckpoint("lstm-0001");
        byte[] bytes = File.ReadAllBytes(checkpoint);
        File.WriteAllBytes(checkpoint, bytes[..(bytes.Length / 2)]);

        ProcessResult result = BackflowProcess.Run(folder.Path, "generate", "lstm-0001");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(Path.GetFileName(checkpoint), result.Error, StringComparison.Ordinal);
        Assert.Contains("backflow resume lstm-0001 --from-step 0", result.Error, StringComparison.Ordinal);
        ProcessResult resumed = BackflowProcess.Run(folder.Path, "resume", "lstm-0001", "--from-step", "0");
        Assert.True(resumed.ExitCode == 0, resumed.Error);
    }

    [Fact]
    public void Resume_CorruptedCheckpoint_IsExplained()
    {
        using TemporaryFolder folder = Trained();
        string checkpoint = folder.NewestCheckpoint("lstm-0001");
        byte[] bytes = File.ReadAllBytes(checkpoint);
        bytes[^20] ^= 0x10;
        File.WriteAllBytes(checkpoint, bytes);

        ProcessResult result = BackflowProcess.Run(folder.Path, "resume", "lstm-0001", "--steps", "20");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(Path.GetFileName(checkpoint), result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_StoreThatIsNoDatabase_IsExplained()
    {
        using TemporaryFolder folder = new();
        string store = folder.Write("notes.txt", new string('x', 5000));
        ProcessResult result = BackflowProcess.Run(folder.Path, ["train", "--store", store, .. Small]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("notes.txt", result.Error, StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), File.ReadAllText(store));
    }

    [Fact]
    public void RunsShow_UnknownRun_NamesTheNearest()
    {
        using TemporaryFolder folder = Trained();
        ProcessResult result = BackflowProcess.Run(folder.Path, "runs", "show", "lstm-0002");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("lstm-0001", result.Error, StringComparison.Ordinal);
    }

    private static TemporaryFolder Trained()
    {
        TemporaryFolder folder = new();
        ProcessResult result = BackflowProcess.Run(folder.Path, ["train", .. Small]);
        Assert.True(result.ExitCode == 0, result.Error);
        return folder;
    }

    private static void AssertText(byte[] content, string message)
    {
        using TemporaryFolder folder = new();
        string text = folder.Write("a.txt", content);
        ProcessResult result = BackflowProcess.Run(folder.Path, ["train", "--text", text, .. Small]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Contains("try: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
