using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Backflow.Experiments.Studies;

/// <summary>How a finished piece of a study is kept: what it is found by, and what is written of it.</summary>
/// <param name="Key">All of a piece that decides its result, beside the study and its size.</param>
/// <param name="Write">A result as JSON.</param>
/// <param name="Read">The result of a piece, of what was written.</param>
internal sealed record PartForm<TPiece, TResult>(
    Func<TPiece, string> Key, Func<TResult, string> Write, Func<TPiece, string, TResult> Read);

/// <summary>Makes <see cref="PartForm{TPiece, TResult}"/> of a type that JSON knows.</summary>
internal static class PartForm
{
    /// <summary>The form of results that are kept as another type, without their piece.</summary>
    /// <param name="key">All of a piece that decides its result.</param>
    /// <param name="kept">What is kept of a result.</param>
    /// <param name="restore">The result of a piece, of what was kept.</param>
    /// <param name="type">How that is written.</param>
    public static PartForm<TPiece, TResult> Of<TPiece, TResult, TKept>(
        Func<TPiece, string> key,
        Func<TResult, TKept> kept,
        Func<TPiece, TKept, TResult> restore,
        JsonTypeInfo<TKept> type) => new(
        key,
        result => JsonSerializer.Serialize(kept(result), type),
        (piece, json) =>
            restore(piece, JsonSerializer.Deserialize(json, type) ?? throw new JsonException("It is null.")));
}
