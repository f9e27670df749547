using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Backflow.Runs;
using Backflow.Runs.Recording;

namespace Backflow.Experiments.Recording;

/// <summary>What is known of a computation that keeps several runs, TITLE/RUN: the same one finds its title
/// again.</summary>
internal sealed class TitledParts : IDisposable
{
    private const string TitleKey = "title";
    private const int HashDigits = 16;

    /// <summary>Opens what is known of a computation, or begins it.</summary>
    /// <param name="store">The store that has the runs.</param>
    /// <param name="word">What the computation is, such as compare; titles begin with it.</param>
    /// <param name="subject">All that decides what comes out.</param>
    /// <param name="isFresh">Whether to begin anew.</param>
    /// <param name="isUsable">Whether what is known leads on, by its parts and its title.</param>
    /// <param name="makeTitle">Makes the title of one that begins; null for the next with a number.</param>
    public TitledParts(
        RunStore store,
        string word,
        string subject,
        bool isFresh,
        Func<PartJournal, string, bool> isUsable,
        Func<string>? makeTitle = null)
    {
        string hash = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{ProgramIdentity.Current}\n{subject}")))[..HashDigits];
        string name = $"{word}-{hash}";
        Journal = store.OpenParts(name, isFresh);
        if (Journal.Find(TitleKey) is string kept && Journal.Fault is null
            && JsonSerializer.Deserialize<string>(kept) is string known && isUsable(Journal, known))
        {
            (Title, GoesOn) = (known, true);
            return;
        }

        // Without its runs, or where another process is at work on it, what is known leads nowhere.
        Journal.Dispose();
        Journal = store.OpenParts(name, isFresh: true);
        Title = makeTitle?.Invoke() ?? RunTitles.Next(store, word);
        Journal.Add(TitleKey, JsonSerializer.Serialize(Title));
    }

    /// <summary>The computation's name, with which the names of its runs begin.</summary>
    public string Title { get; }

    /// <summary>Whether the computation was begun before.</summary>
    public bool GoesOn { get; }

    /// <summary>What is finished.</summary>
    public PartJournal Journal { get; }

    /// <inheritdoc/>
    public void Dispose() => Journal.Dispose();
}
