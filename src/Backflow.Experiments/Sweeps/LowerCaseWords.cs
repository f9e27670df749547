using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backflow.Experiments.Sweeps;

/// <summary>Writes a value of an enumeration as its words in lower case.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
public sealed class LowerCaseWords<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower)
    where T : struct, Enum;
