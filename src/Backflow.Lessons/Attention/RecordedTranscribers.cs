using System.Collections.Concurrent;
using System.Reflection;
using Backflow.Training.Transcription;

namespace Backflow.Lessons.Attention;

/// <summary>The four transcribers of the lesson, trained beforehand: minutes of work, kilobytes of weights.</summary>
/// <remarks>
/// <c>Recorded/</c> holds their parameters. Everything that is shown of them is computed from these parameters when it
/// is asked for. <c>RecordedTranscribersTests</c> trains them, and holds what is recorded against the engine.
/// </remarks>
internal static class RecordedTranscribers
{
    /// <summary>Units of encoder and decoder.</summary>
    public const int HiddenSize = 32;

    private static readonly ConcurrentDictionary<string, byte[]> Contents = new();

    /// <summary>A transcriber of its own for the caller, as it was trained or as it began.</summary>
    public static Transcriber Create(TranscriptionSystem system, bool isTrained)
    {
        Transcriber model = system.Create(HiddenSize);
        if (isTrained)
        {
            string name = $"{system.Name}.safetensors";
            using MemoryStream content = new(Contents.GetOrAdd(name, Content), writable: false);
            TranscriberFile.Read(model, content, name);
        }
        else
        {
            new TranscriptionPlan().Initialise(model);
        }

        return model;
    }

    /// <summary>A file of <c>Recorded/</c>.</summary>
    public static byte[] Content(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"attention/{name}")
            ?? throw new InvalidOperationException($"attention/{name} is not in this assembly.");
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
