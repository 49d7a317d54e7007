using System.Globalization;
using System.Text;
using OxyPlot;

namespace Hyperdiff.Reports;

/// <summary>A report as one page of HTML that loads nothing: pictures are SVG, text is text.</summary>
internal sealed class ReportPage
{
    // a structure of a thousand leaves is not looked at one by one
    private const int MostLeaves = 24;

    private readonly StringBuilder _html = new();
    private readonly IReadOnlyList<RunHistory> _runs;
    private int _drawings;

    private ReportPage(IReadOnlyList<RunHistory> runs) => _runs = runs;

    /// <summary>The page.</summary>
    /// <param name="title">What it is headed by.</param>
    /// <param name="runs">The runs, beside each other where there are several.</param>
    public static string Of(string title, IReadOnlyList<RunHistory> runs)
    {
        var page = new ReportPage(runs);
        page.Write(title);
        return page._html.ToString();
    }

    private void Write(string title)
    {
        string heading = HtmlText.Escaped(title);
        _html.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
            .Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
            .Append(CultureInfo.InvariantCulture, $"<title>{heading}</title><style>{ReportStyle.Sheet}</style></head>\n")
            .Append(CultureInfo.InvariantCulture, $"<body><header><h1>{heading}</h1><p class=\"lead\">{Lead()}</p></header>\n<main>");
        if (_runs.Any(run => run.Steps.Count > 0))
        {
            Section("Summary", ReportTables.Summary(_runs));
            Section("Losses and gradient", Grid([Losses(), Gradient()]));
            Section("Solves", PerRun(run =>
                [Solves("Iterations", run, totals => totals.Iterations), Solves("Residuals", run, totals => totals.Residual), ReportTables.Statuses(run)]));
            Section("Warnings and troubles", PerRun(run => [EventChart.Figure(run, Id()), ReportTables.Warnings(run)], "There were none."));
            Section("Hyperparameters", PerRun(Leaves, "None were recorded."));
            Section("Numbers", PerRun(run => [$"<details><summary>Steps as a table</summary>{ReportTables.Steps(run)}</details>"]));
        }

        foreach ((RunHistory run, string name, string text) in _runs.SelectMany(run => run.Attachments.Select(item => (run, item.Title, item.Text))))
        {
            string whose = _runs.Count > 1 ? $"{name}, {run.Name}" : name;
            Section(whose, $"<pre tabindex=\"0\">{HtmlText.Escaped(text)}</pre>");
        }

        _html.Append("</main>\n<footer>Written by Hyperdiff. The file loads nothing.</footer></body></html>\n");
    }

    private string Lead() => string.Join(" · ", _runs.Select(run => run.Steps.Count == 0
        ? $"{HtmlText.Escaped(run.Name)}: no steps yet"
        : $"{HtmlText.Escaped(run.Name)}: {HtmlText.Count(run.Steps.Count)} {(run.Steps.Count == 1 ? "step" : "steps")} in "
            + HtmlText.Time(run.Steps[^1].Elapsed)));

    private void Section(string title, string content) =>
        _html.Append(CultureInfo.InvariantCulture, $"<section><h2>{HtmlText.Escaped(title)}</h2>{content}</section>\n");

    private static string Grid(IEnumerable<string?> items) => $"<div class=\"grid\">{string.Concat(items.Where(item => !string.IsNullOrEmpty(item)))}</div>";

    private string PerRun(Func<RunHistory, IEnumerable<string?>> items, string none = "")
    {
        if (_runs.Count == 1)
        {
            string?[] all = [.. items(_runs[0]).Where(item => !string.IsNullOrEmpty(item))];
            return all.Length == 0 ? $"<p>{none}</p>" : Grid(all);
        }

        return Grid(_runs.Select(run =>
        {
            string content = run.Steps.Count == 0 ? "<p>no steps yet</p>" : string.Concat(items(run).Where(item => !string.IsNullOrEmpty(item)));
            return $"<div class=\"run\"><h3>{HtmlText.Escaped(run.Name)}</h3>{(content.Length == 0 ? $"<p>{none}</p>" : content)}</div>";
        }));
    }

    private string Id() => string.Create(CultureInfo.InvariantCulture, $"d{_drawings++}");

    private string Named(string what, RunHistory run) => _runs.Count == 1 ? what : $"{what}, {run.Name}";

    private string Losses() => new Chart("Losses", [.. _runs.SelectMany((run, i) => (Curve[])
    [
        Curve.Of(Named("value", run), 2 * i, run.Steps, step => step.Value),
        .. run.Steps.Any(step => step.Validation is not null)
            ? (Curve[])[Curve.Of(Named("validation", run), (2 * i) + 1, run.Steps, step => step.Validation) with { IsDashed = true }] : [],
    ])])
    {
        Note = _runs.Any(run => run.Steps.Any(step => step.Trouble is not null)) ? "Points mark steps that are not to be trusted." : string.Empty,
    }.Figure(Id());

    private string Gradient() => new Chart("‖∇ℓ‖, with the band of its estimated error", [.. _runs.Select((run, i) =>
        Curve.Of(Named("‖∇ℓ‖", run), 2 * i, run.Steps, step => step.GradientNorm) with
        {
            Band = (Curve.PointsOf(run.Steps, step => End(step, -1)), Curve.PointsOf(run.Steps, step => End(step, 1))),
        })]).Figure(Id());

    // from estimate to estimate, however far apart they are; one that is infinite is a gap
    private static double? End(StepEntry step, int sign) => double.IsNaN(step.GradientError) ? null : step.GradientNorm + (sign * step.GradientError);

    private string? Solves(string title, RunHistory run, Func<SolveTotals, double> value)
    {
        // methods without an adjoint have none to show, and descents neither
        Curve[] curves = [.. ((Curve[])
        [
            new("inner", Curve.PointsOf(run.Steps, step => step.Inner.Solves == 0 ? null : value(step.Inner)), 0),
            new("adjoint", Curve.PointsOf(run.Steps, step => step.Adjoint.Solves == 0 ? null : value(step.Adjoint)), 1),
        ]).Where(curve => curve.Points.Count > 0)];
        return curves.Length == 0 ? null : new Chart(title, curves).Figure(Id());
    }

    private IEnumerable<string?> Leaves(RunHistory run)
    {
        foreach (LeafCourse leaf in run.Leaves.Take(MostLeaves).Where(leaf => leaf.Type.Shape.ElementCount > 0))
        {
            yield return new Chart($"{leaf.Name}  {leaf.Type}", leaf.IsByElement ? Elements(leaf) : Spread(leaf)) { MayBeLogarithmic = false }.Figure(Id());
        }

        if (run.Leaves.Count > MostLeaves)
        {
            yield return $"<p class=\"note\">and {run.Leaves.Count - MostLeaves} more leaves</p>";
        }
    }

    private static Curve[] Elements(LeafCourse leaf) => [.. Enumerable.Range(0, leaf.Type.Shape.ElementCount).Select(i => new Curve(
        leaf.Type.Shape.Rank == 0 ? "value" : $"[{string.Join(", ", Position(leaf.Type.Shape, i))}]", Points(leaf, i), i))];

    private static Curve[] Spread(LeafCourse leaf) =>
    [
        new Curve("least to largest", Points(leaf, 0), 7) { HasLine = false, Band = (Points(leaf, 0), Points(leaf, 4)) },
        new Curve("median, and the middle half", Points(leaf, 2), 0) { Band = (Points(leaf, 1), Points(leaf, 3)) },
    ];

    private static DataPoint[] Points(LeafCourse leaf, int number) => [.. leaf.Steps.Select(step => new DataPoint(
        step.Step, double.IsFinite(step.Numbers[number]) ? step.Numbers[number] : double.NaN))];

    private static IEnumerable<int> Position(Shape shape, int element) =>
        shape.Strides().Zip(shape.Sizes, (stride, size) => element / stride % size);
}
