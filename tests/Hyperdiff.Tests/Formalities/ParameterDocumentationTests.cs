using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Hyperdiff.Tests.Formalities;

/// <summary>A caller learns from the documentation of a parameter what to pass: a letter says it to nobody, and a tensor has a shape.</summary>
public sealed partial class ParameterDocumentationTests
{
    // "The map." says something, "Φ(w, λ)." hardly
    private const int LeastLength = 8;

    private static readonly HashSet<string> s_public =
        [.. typeof(Tensor).Assembly.GetExportedTypes().Select(type => type.Name.Split('`')[0])];

    private static readonly (string Parameter, string Text, string Signature)[] s_parameters =
    [
        .. from member in DocumentedMember.All
           where s_public.Contains(member.Type)
           from parameter in member.Documentation?.Elements("param") ?? []
           select ($"{member.Type}.{member.Name}: {parameter.Attribute("name")!.Value}", Text(parameter), member.Signature),
    ];

    [Fact]
    public void EveryTensor_HasAShape()
    {
        string[] without =
        [
            .. s_parameters
                .Where(parameter => IsTensor(parameter.Parameter, parameter.Signature) && !Shape().IsMatch(parameter.Text))
                .Select(parameter => $"{parameter.Parameter}: {parameter.Text}"),
        ];

        Assert.True(s_parameters.Length > 500, "the documentation is not read");
        Assert.Empty(without);
    }

    [Fact]
    public void EveryParameter_IsExplained_ByMoreThanALetter() =>
        Assert.Empty(s_parameters.Where(parameter => parameter.Text.Length < LeastLength).Select(parameter => $"{parameter.Parameter}: {parameter.Text}"));

    private static bool IsTensor(string parameter, string signature) =>
        Tensors().Matches(signature).Any(match => parameter.EndsWith($": {match.Groups[1].Value}", StringComparison.Ordinal));

    private static string Text(XElement parameter) => string.Concat(
        parameter.DescendantNodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" or "paramref" } reference => reference.FirstAttribute!.Value,
            _ => string.Empty,
        })).Trim();

    [GeneratedRegex(@"\b(?:Tensor|Tensor\[\]|ReadOnlySpan<Tensor>) (\w+)\b")]
    private static partial Regex Tensors();

    [GeneratedRegex(@"\[|\bshapes?\b|\bscalars?\b|\bbroadcast")]
    private static partial Regex Shape();
}
