using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Parsing;

/// <summary>What a user wrote about a method and its parameters, as XML on one line.</summary>
internal sealed class Documentation
{
    private static readonly Regex s_space = new(@"\s+");

    private readonly XElement? _comment;

    private Documentation(XElement? comment) => _comment = comment;

    public static Documentation Of(IMethodSymbol method, CancellationToken cancellation)
    {
        string? xml = (method.PartialImplementationPart ?? method).GetDocumentationCommentXml(cancellationToken: cancellation);
        try
        {
            return new Documentation(string.IsNullOrEmpty(xml) ? null : XElement.Parse(xml, LoadOptions.PreserveWhitespace));
        }
        catch (XmlException)
        {
            // the compiler warns of it where it is written
            return new Documentation(null);
        }
    }

    /// <summary>What is said of the method; null if nothing.</summary>
    public string? Summary => Text(_comment?.Element("summary"));

    /// <summary>What is said of a parameter; null if nothing.</summary>
    public string? Of(string parameter) => Text(_comment?.Elements("param").FirstOrDefault(element => (string?)element.Attribute("name") == parameter));

    private static string? Text(XElement? element)
    {
        string text = element is null ? string.Empty : string.Concat(element.Nodes().Select(node => node.ToString(SaveOptions.DisableFormatting)));
        return s_space.Replace(text, " ").Trim() is { Length: > 0 } content ? content : null;
    }
}
