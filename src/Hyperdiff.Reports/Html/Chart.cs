using System.Globalization;
using System.Text;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Hyperdiff.Reports;

/// <summary>Curves over the steps, drawn by OxyPlot, with their legend and a description in HTML.</summary>
/// <param name="title">What is drawn.</param>
/// <param name="curves">The curves.</param>
internal sealed class Chart(string title, IReadOnlyList<Curve> curves)
{
    private const double FontSize = 13;

    // the room that labels take: the fonts of the page are not known here, and texts may be a half wider than OxyPlot takes them to be
    private const double LabelWidth = 66;

    private const int Columns = SvgDrawing.Width - (int)LabelWidth;

    // fewer points are marked, so that one alone is seen
    private const int FewPoints = 40;

    // spans of fewer decades are read better on a linear axis
    private const double ManyDecades = 50;

    // beyond this, differences of ends of an axis overflow
    private const double Drawable = 1e300;

    private readonly IReadOnlyList<Curve> _curves = [.. curves.Select(Bounded)];

    /// <summary>Whether the axis may be logarithmic; it is where all numbers are positive, up to those that are 0 exactly, and span decades.</summary>
    public bool MayBeLogarithmic { get; init; } = true;

    /// <summary>What a reader should know besides.</summary>
    public string Note { get; init; } = string.Empty;

    /// <summary>The chart as a figure.</summary>
    /// <param name="id">A name that nothing else on the page has.</param>
    public string Figure(string id)
    {
        double[] all = [.. _curves.SelectMany(curve => curve.Points).Select(point => point.Y).Where(y => !double.IsNaN(y))];
        bool logarithmic = MayBeLogarithmic && all.Length > 0 && all.Min() >= 0 && Array.Exists(all, y => y > 0)
            && all.Max() / all.Where(y => y > 0).Min() > ManyDecades;
        double floor = logarithmic ? all.Where(y => y > 0).Min() : double.NegativeInfinity;
        PlotModel model = Framed(logarithmic ? new LogarithmicAxis() : new LinearAxis());
        foreach (Curve curve in _curves)
        {
            Add(model, curve, logarithmic, floor);
        }

        var html = new StringBuilder("<figure>");
        html.Append("<figcaption><strong>").Append(HtmlText.Escaped(title)).Append("</strong>");
        foreach (Curve curve in _curves)
        {
            html.Append("<span class=\"key\" style=\"color:").Append(Palette.LineVariable(curve.Color)).Append("\"><i class=\"")
                .Append(!curve.HasLine ? "band" : curve.IsDashed ? "dashed" : "solid").Append("\"></i><b>").Append(HtmlText.Escaped(curve.Name))
                .Append("</b></span>");
        }

        html.Append("</figcaption>").Append(SvgDrawing.Of(model, id, title, string.Join(". ", _curves.Select(Described))));
        string note = string.Join(' ', new[] { Note, Gaps(logarithmic) }.Where(text => text.Length > 0));
        return html.Append(note.Length > 0 ? $"<p class=\"note\">{HtmlText.Escaped(note)}</p>" : string.Empty).Append("</figure>").ToString();
    }

    /// <summary>A plot with an axis of steps.</summary>
    /// <param name="vertical">The other axis.</param>
    /// <param name="labelWidth">The room for its labels.</param>
    public static PlotModel Framed(Axis vertical, double labelWidth = LabelWidth)
    {
        var model = new PlotModel
        {
            Background = OxyColors.Undefined,
            TextColor = Palette.Ink,
            PlotAreaBorderColor = Palette.Grid,
            DefaultFontSize = FontSize,
            Padding = new OxyThickness(4, 6, 12, 2),
            PlotMargins = new OxyThickness(labelWidth, double.NaN, double.NaN, double.NaN),
        };
        model.Axes.Add(Styled(new LinearAxis { Position = AxisPosition.Bottom, MinimumMajorStep = 1, StringFormat = "0" }));
        vertical.Position = AxisPosition.Left;
        if (vertical is not CategoryAxis)
        {
            vertical.LabelFormatter = value => value.ToString("G5", CultureInfo.InvariantCulture);
        }

        model.Axes.Add(Styled(vertical));
        return model;
    }

    private static Axis Styled(Axis axis)
    {
        (axis.TicklineColor, axis.AxislineColor, axis.MinorTicklineColor) = (Palette.Grid, Palette.Grid, Palette.Grid);
        (axis.MajorGridlineStyle, axis.MajorGridlineColor) = (LineStyle.Solid, Palette.Grid);
        axis.MinorTickSize = 0;

        // so that the frame cuts no mark
        (axis.MinimumPadding, axis.MaximumPadding) = (0.04, 0.04);
        return axis;
    }

    private static void Add(PlotModel model, Curve curve, bool logarithmic, double floor)
    {
        OxyColor color = Palette.Line(curve.Color);
        if (curve.Band is { } band)
        {
            var area = new AreaSeries { Color = OxyColors.Transparent, Color2 = OxyColors.Transparent, Fill = OxyColor.FromAColor(60, color) };
            area.Points.AddRange(Shown(band.Low.Select(point => new DataPoint(point.X, Math.Max(point.Y, floor)))));
            area.Points2.AddRange(Shown(band.High.Select(point => new DataPoint(point.X, Math.Max(point.Y, floor)))));
            if (area.Points.Count > 0)
            {
                model.Series.Add(area);
            }
        }

        if (!curve.HasLine)
        {
            return;
        }

        var line = new LineSeries { Color = color, StrokeThickness = 1.6, LineStyle = curve.IsDashed ? LineStyle.Dash : LineStyle.Solid };
        if (curve.Points.Count <= FewPoints)
        {
            (line.MarkerType, line.MarkerSize, line.MarkerFill) = (MarkerType.Circle, 2.2, color);
        }

        line.Points.AddRange(Shown(curve.Points.Select(Above)));
        model.Series.Add(line);
        var marks = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerSize = curve.Marks.Count <= FewPoints ? 3.5 : 2, MarkerFill = Palette.Warn };
        marks.Points.AddRange(Shown(curve.Marks.Select(Above)).Where(point => !double.IsNaN(point.Y)).Select(point => new ScatterPoint(point.X, point.Y)));
        model.Series.Add(marks);

        DataPoint Above(DataPoint point) => logarithmic && point.Y <= 0 ? new DataPoint(point.X, double.NaN) : point;

        static IEnumerable<DataPoint> Shown(IEnumerable<DataPoint> points) => Decimation.ByColumn([.. points], Columns);
    }

    private static Curve Bounded(Curve curve) => curve with
    {
        Points = Bounded(curve.Points),
        Marks = Bounded(curve.Marks),
        Band = curve.Band is { } band ? (Bounded(band.Low), Bounded(band.High)) : null,
    };

    private static DataPoint[] Bounded(IReadOnlyList<DataPoint> points) =>
        [.. points.Select(point => Math.Abs(point.Y) < Drawable ? point : new DataPoint(point.X, double.NaN))];

    private static string Described(Curve curve)
    {
        DataPoint[] finite = [.. curve.Points.Where(point => !double.IsNaN(point.Y))];
        if (finite.Length == 0)
        {
            return $"{curve.Name}: no finite numbers";
        }

        (DataPoint first, DataPoint last, DataPoint least, DataPoint most) =
            (finite[0], finite[^1], finite.MinBy(point => point.Y), finite.MaxBy(point => point.Y));
        return string.Create(CultureInfo.InvariantCulture,
            $"{curve.Name}: {HtmlText.Number(first.Y)} at step {first.X}, {HtmlText.Number(last.Y)} at step {last.X}; least {HtmlText.Number(least.Y)} at step "
                + $"{least.X}, largest {HtmlText.Number(most.Y)} at step {most.X}");
    }

    private string Gaps(bool logarithmic)
    {
        int missing = _curves.Sum(curve => curve.Points.Count(point => double.IsNaN(point.Y)));
        int zero = logarithmic ? _curves.Sum(curve => curve.Points.Count(point => point.Y <= 0)) : 0;
        string notFinite = missing == 0 ? string.Empty : $"{HtmlText.Count(missing)} numbers are not finite, or too large to draw: gaps.";
        string notPositive = zero == 0 ? string.Empty : $"{HtmlText.Count(zero)} are 0, which a logarithmic axis does not reach.";
        return $"{notFinite} {notPositive}".Trim();
    }
}
