namespace Hyperdiff.Generators.Model;

/// <summary>One level of nesting, as it is opened in emitted code.</summary>
/// <param name="Keyword"><c>class</c>, <c>record struct</c> and the like.</param>
/// <param name="Name">The escaped name.</param>
internal sealed record TypeDeclaration(string Keyword, string Name);
