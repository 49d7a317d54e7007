namespace Hyperdiff.Generators.Model;

/// <summary>Where emitted members go: a partial type within partial types within a namespace.</summary>
/// <param name="Namespace">The escaped namespace; empty for the global one.</param>
/// <param name="Types">The types, outermost first.</param>
internal sealed record Hierarchy(string Namespace, EquatableArray<TypeDeclaration> Types)
{
    /// <summary>The innermost type.</summary>
    public TypeDeclaration Type => Types[Types.Count - 1];

    /// <summary>The innermost type's name as code anywhere may write it.</summary>
    public string QualifiedName => "global::" + Prefix + string.Join(".", Types.Select(type => type.Name));

    /// <summary>The innermost type's name as a person reads it; types that are nested stand behind a plus sign.</summary>
    public string ReadableName => (Prefix + string.Join("+", Types.Select(type => type.Name))).Replace("@", string.Empty);

    private string Prefix => Namespace.Length == 0 ? string.Empty : Namespace + ".";
}

/// <summary>One level of nesting, as it is opened in emitted code.</summary>
/// <param name="Keyword"><c>class</c>, <c>record struct</c> and the like.</param>
/// <param name="Name">The escaped name.</param>
internal sealed record TypeDeclaration(string Keyword, string Name);
