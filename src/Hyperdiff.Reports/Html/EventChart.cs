using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Hyperdiff.Reports;

/// <summary>What was not as it should be, over the steps: a row for steps that were not trusted, skipped or rolled back, and one for each kind of
/// warning.</summary>
internal static class EventChart
{
    private const int Columns = 400;
    private const double CharacterWidth = 8.5;

    /// <summary>The chart of a run; null where there is nothing to show.</summary>
    /// <param name="run">The run.</param>
    /// <param name="id">A name that nothing else on the page has.</param>
    public static string? Figure(RunHistory run, string id)
    {
        (string Row, int[] Steps)[] rows = Rows(run);
        if (rows.Length == 0)
        {
            return null;
        }

        var names = new CategoryAxis { GapWidth = 0.2 };
        names.Labels.AddRange(rows.Select(row => row.Row));
        PlotModel model = Chart.Framed(names, labelWidth: 14 + (CharacterWidth * rows.Max(row => row.Row.Length)));
        (model.Axes[0].Minimum, model.Axes[0].Maximum) = (run.Steps[0].Step - 0.5, run.Steps[^1].Step + 0.5);
        for (int row = 0; row < rows.Length; row++)
        {
            bool isTrouble = rows[row].Row is "skipped" or "rolled back" or "not trusted";
            int at = row;
            var marks = new ScatterSeries
            {
                MarkerType = isTrouble ? MarkerType.Diamond : MarkerType.Circle,
                MarkerSize = isTrouble ? 4 : 3,
                MarkerFill = isTrouble ? Palette.Warn : Palette.Line(0),
            };
            marks.Points.AddRange(Decimation.ByColumn([.. rows[row].Steps.Select(step => new DataPoint(step, at))], Columns)
                .Select(point => new ScatterPoint(point.X, point.Y)));
            model.Series.Add(marks);
        }

        string description = string.Join(". ", rows.Select(row => $"{row.Row}: {HtmlText.Count(row.Steps.Length)} steps, the first {row.Steps[0]}"));
        string drawing = SvgDrawing.Of(model, id, "Warnings and troubles by step", description);
        return $"<figure><figcaption><strong>On the time axis</strong></figcaption>{drawing}</figure>";
    }

    private static (string Row, int[] Steps)[] Rows(RunHistory run) =>
    [
        .. run.Warnings.Where(warning => warning.Value.Count > 0).GroupBy(warning => warning.Key.Kind)
            .Select(kind => ($"{kind.Key}", (int[])[.. kind.SelectMany(warning => warning.Value).Distinct().Order()])),
        .. run.Steps.Where(step => step.Trouble is not null).GroupBy(step => step.Trouble!)
            .Select(trouble => (trouble.Key, (int[])[.. trouble.Select(step => step.Step)])),
    ];
}
