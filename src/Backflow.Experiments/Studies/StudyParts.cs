using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Backflow.Experiments.Recording;
using Backflow.Runs.Recording;

namespace Backflow.Experiments.Studies;

/// <summary>The pieces of a study that were finished before, and those that are being finished.</summary>
/// <param name="journal">Where they are kept; it outlives this.</param>
/// <param name="study">The study's name.</param>
/// <param name="size">Its size: a piece of the quick one is never taken for another.</param>
public sealed class StudyParts(PartJournal journal, string study, StudySize size)
{
    /// <summary>Pieces that were finished before.</summary>
    public int Reused { get; private set; }

    /// <summary>All pieces.</summary>
    public int Total { get; private set; }

    /// <summary>How many pieces are not computed again; null where all are computed.</summary>
    public string? Note => Reused == 0
        ? null
        : FormattableString.Invariant(
            $"{Reused} of {Total} parts were finished before; they are not computed again.");

    /// <summary>Finds the results that are there.</summary>
    /// <returns>As many as pieces; null for one that has to be computed.</returns>
    internal TResult?[] Find<TPiece, TResult>(IReadOnlyList<TPiece> pieces, PartForm<TPiece, TResult> form)
        where TResult : class
    {
        TResult?[] results = [.. pieces.Select(piece => Find(piece, form))];
        (Reused, Total) = (results.Count(static result => result is not null), results.Length);
        return results;
    }

    /// <summary>Keeps a result. Any thread may call.</summary>
    internal void Keep<TPiece, TResult>(TPiece piece, TResult result, PartForm<TPiece, TResult> form) =>
        journal.Add(KeyOf(form.Key(piece)), form.Write(result));

    private TResult? Find<TPiece, TResult>(TPiece piece, PartForm<TPiece, TResult> form)
        where TResult : class
    {
        try
        {
            return journal.Find(KeyOf(form.Key(piece))) is string kept ? form.Read(piece, kept) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string KeyOf(string piece) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', ProgramIdentity.Current, study, size, piece))));
}
