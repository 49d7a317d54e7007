using System.Globalization;
using System.Xml.Linq;
using OxyPlot;

namespace Hyperdiff.Reports;

/// <summary>A plot as SVG within a page: with names of its own, without a size of its own, and with the page's colors and fonts.</summary>
internal static class SvgDrawing
{
    /// <summary>The width of a drawing in its own units, which are about pixels on a wide screen.</summary>
    public const int Width = 560;

    private const int Height = 260;

    /// <summary>Draws a plot.</summary>
    /// <param name="model">The plot.</param>
    /// <param name="id">A name that nothing else on the page has.</param>
    /// <param name="title">What is drawn, for those who do not see it.</param>
    /// <param name="description">What there is to see.</param>
    public static string Of(PlotModel model, string id, string title, string description)
    {
        string drawn = new SvgExporter { Width = Width, Height = Height, UseVerticalTextAlignmentWorkaround = true }.ExportToString(model);
        XElement svg = Bare(XDocument.Parse(drawn).Root!, id);
        svg.ReplaceAttributes(
            new XAttribute("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {Height}")), new XAttribute("role", "img"),
            new XAttribute("aria-labelledby", $"{id}-t {id}-d"));
        svg.AddFirst(
            new XElement("title", new XAttribute("id", $"{id}-t"), HtmlText.Printable(title)),
            new XElement("desc", new XAttribute("id", $"{id}-d"), HtmlText.Printable(description)));
        return svg.ToString(SaveOptions.DisableFormatting);
    }

    // HTML knows SVG without namespaces; names of clip paths are those of the page
    private static XElement Bare(XElement element, string id) => new(
        element.Name.LocalName,
        element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration && !IsFont(attribute)).Select(attribute => new XAttribute(
            attribute.Name.LocalName, Palette.WithVariables(attribute.Value.Replace("clipPath", $"{id}-c", StringComparison.Ordinal)))),
        element.Nodes().Select(node => node is XElement inner ? Bare(inner, id) : node));

    private static bool IsFont(XAttribute attribute) => attribute.Name.LocalName is "font-family" or "font-weight";
}
