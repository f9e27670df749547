using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Backflow.Experiments.Studies.Reports;

/// <summary>What a person reads of an experiment or a diagnosis; file and dashboard show its parts.</summary>
public sealed record ReportPage
{
    /// <summary>What was done, such as "experiment clip".</summary>
    public required string Name { get; init; }

    /// <summary>The question, or what was diagnosed.</summary>
    public required string Title { get; init; }

    /// <summary>What came out, in sentences.</summary>
    public required ImmutableArray<string> Findings { get; init; }

    /// <summary>Everything below the findings, from top to bottom.</summary>
    public required ImmutableArray<ReportPart> Parts { get; init; }

    /// <summary>Whether everything that was planned is done.</summary>
    public bool IsComplete { get; init; } = true;
}

/// <summary>
/// A part of a report. In texts `commands` stand between grave accents; 8.7e-67 and γ^50 are typeset.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "part")]
[JsonDerivedType(typeof(ReportHeading), "heading")]
[JsonDerivedType(typeof(ReportText), "text")]
[JsonDerivedType(typeof(ReportList), "list")]
[JsonDerivedType(typeof(ReportTable), "table")]
[JsonDerivedType(typeof(ReportChart), "chart")]
[JsonDerivedType(typeof(ReportHeatmap), "heatmap")]
[JsonDerivedType(typeof(ReportCommand), "command")]
[JsonDerivedType(typeof(ReportTerms), "terms")]
public abstract record ReportPart;

/// <summary>A heading.</summary>
/// <param name="Text">A few words.</param>
public sealed record ReportHeading(string Text) : ReportPart;

/// <summary>A paragraph.</summary>
/// <param name="Text">One or more sentences.</param>
/// <param name="IsStrong">Whether it is what the reader must not miss.</param>
public sealed record ReportText(string Text, bool IsStrong = false) : ReportPart;

/// <summary>Numbered items, the first one first.</summary>
/// <param name="Items">At least one.</param>
public sealed record ReportList(ImmutableArray<ReportItem> Items) : ReportPart;

/// <summary>An item of a list, with the numbers that it rests on.</summary>
/// <param name="Text">One or more sentences.</param>
/// <param name="Terms">The numbers by name.</param>
public sealed record ReportItem(string Text, ImmutableArray<ReportTerm> Terms);

/// <summary>A table whose first column names the rows.</summary>
/// <param name="Table">Headings and rows.</param>
public sealed record ReportTable(StudyTable Table) : ReportPart;

/// <summary>A line chart under its title.</summary>
/// <param name="Chart">Lines with their axes and caption.</param>
public sealed record ReportChart(Chart Chart) : ReportPart;

/// <summary>A heatmap under its title.</summary>
/// <param name="Map">Cells with their axes, scale and caption.</param>
public sealed record ReportHeatmap(Heatmap Map) : ReportPart;

/// <summary>A drawing of a file alone: no run keeps it, so the page of a run has none.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Svg">The drawing, with all texts escaped.</param>
/// <param name="Caption">How to read it.</param>
internal sealed record ReportDrawing(string Title, string Svg, string Caption) : ReportPart;

/// <summary>A command to run as it stands.</summary>
/// <param name="Command">In full length.</param>
public sealed record ReportCommand(string Command) : ReportPart;

/// <summary>Values by name, such as where the numbers come from.</summary>
/// <param name="Terms">The values.</param>
public sealed record ReportTerms(ImmutableArray<ReportTerm> Terms) : ReportPart;

/// <summary>A value by name.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The value as a text.</param>
public sealed record ReportTerm(string Name, string Value);
