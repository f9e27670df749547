using System.Reflection;

namespace Backflow.Samples.Tests;

/// <summary>The public surface of the package Backflow against the lists in eng/public-api.</summary>
/// <remarks>
/// A change of the surface is a change of a list, which a reviewer sees. To write the lists anew:
/// <code>BACKFLOW_UPDATE_DOCS=1 dotnet test --project tests/Backflow.Samples.Tests --configuration Release</code>
/// </remarks>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Backflow.Engine")]
    [InlineData("Backflow.Telemetry")]
    [InlineData("Backflow.Tensors")]
    [InlineData("Backflow.Training")]
    public void PublicMembers_AreThoseOfTheList(string name)
    {
        string file = Checkout.PathOf("eng", "public-api", $"{name}.txt");
        string[] members = [.. Members(Assembly.Load(name))];
        if (Environment.GetEnvironmentVariable("BACKFLOW_UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllLines(file, members);
        }

        string[] listed = File.ReadAllLines(file);
        string[] added = [.. members.Except(listed)];
        string[] removed = [.. listed.Except(members)];
        Assert.True(
            added.Length == 0 && removed.Length == 0,
            $"{name} is not as eng/public-api lists it. New: {string.Join("; ", added)}. "
            + $"Gone: {string.Join("; ", removed)}.");
    }

    private static IEnumerable<string> Members(Assembly assembly)
    {
        List<string> lines = [];
        foreach (Type type in assembly.GetExportedTypes())
        {
            string owner = Text(type);
            lines.Add($"{Kind(type)} {owner}");
            const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
                | BindingFlags.Static | BindingFlags.DeclaredOnly;
            foreach (MemberInfo member in type.GetMembers(Declared))
            {
                if (Signature(member) is string signature)
                {
                    lines.Add($"{owner}.{signature}");
                }
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return lines.Distinct();
    }

    private static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class"
        : "class";

    // Accessors belong to their property; what the compiler makes of records is left out.
    private static string? Signature(MemberInfo member) => member switch
    {
        FieldInfo { IsPublic: true, IsSpecialName: false } field => $"{field.Name} : {Text(field.FieldType)}",
        PropertyInfo property when IsVisible(property.GetMethod) || IsVisible(property.SetMethod) =>
            $"{property.Name} : {Text(property.PropertyType)}"
            + (IsVisible(property.GetMethod) ? " get" : string.Empty)
            + (IsVisible(property.SetMethod) ? " set" : string.Empty),
        ConstructorInfo constructor when IsVisible(constructor) => $"new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method when IsVisible(method)
            && !method.Name.Contains('<', StringComparison.Ordinal)
            && method.Name is not ("Equals" or "GetHashCode" or "ToString" or "PrintMembers" or "Deconstruct") =>
            $"{method.Name}({Parameters(method)}) : {Text(method.ReturnType)}",
        EventInfo happening => $"event {happening.Name}",
        _ => null,
    };

    private static bool IsVisible(MethodBase? method) =>
        method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static string Parameters(MethodBase method) => string.Join(
        ", ", method.GetParameters().Select(static parameter => $"{Text(parameter.ParameterType)} {parameter.Name}"));

    private static string Text(Type type)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.HasElementType)
        {
            return Text(type.GetElementType()!) + (type.IsByRef ? "&" : type.IsPointer ? "*" : "[]");
        }

        string name = type.IsNested ? $"{Text(type.DeclaringType!)}.{type.Name}"
            : type.Namespace is string space && space.StartsWith("Backflow", StringComparison.Ordinal)
                ? $"{space}.{type.Name}"
            : type.Name;
        int tick = name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? name : $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(Text))}>";
    }
}
