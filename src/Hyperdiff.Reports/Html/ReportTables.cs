using System.Globalization;
using System.Text;

namespace Hyperdiff.Reports;

/// <summary>The tables of a report: what a picture shows, as numbers.</summary>
internal static class ReportTables
{
    private const int MostRows = 100;
    private const int MostWarnings = 40;

    /// <summary>A column per run.</summary>
    public static string Summary(IReadOnlyList<RunHistory> runs)
    {
        var rows = new List<(string Name, Func<RunHistory, string> Cell)>
        {
            ("Steps", run => HtmlText.Count(run.Steps.Count)),
            ("Trusted steps", Trusted),
            ("Skipped, rolled back", run => $"{Outcomes(run, StepOutcome.Skipped)}, {Outcomes(run, StepOutcome.RolledBack)}"),
            ("First value", run => run.Steps.Count == 0 ? "–" : HtmlText.Number(run.Steps[0].Value)),
            ("Last value", run => run.Steps.Count == 0 ? "–" : HtmlText.Number(run.Steps[^1].Value)),
            ("Least value", run => Extreme(run, step => step.Value)),
            ("Best validation", run => run.Steps.Any(step => step.HigherIsBetter) ? Extreme(run, step => step.Validation, highest: true)
                : Extreme(run, step => step.Validation)),
            ("Best step", Best),
            ("Last ‖∇ℓ‖", LastGradient),
            ("Inner iterations", run => HtmlText.Count(run.Steps.Sum(step => step.Inner.Iterations))),
            ("Adjoint iterations", run => HtmlText.Count(run.Steps.Sum(step => step.Adjoint.Iterations))),
            ("Solves that did not converge",
                run => Flagged(run.Solves.Where(solve => solve.Key.Status != SolveStatus.Converged).Sum(solve => solve.Value.Count))),
            ("Warnings", run => HtmlText.Count(run.Warnings.Values.Sum(steps => steps.Count))),
            ("Time", run => run.Steps.Count == 0 ? "–" : HtmlText.Time(run.Steps[^1].Elapsed)),
        };
        var html = new StringBuilder("<div class=\"scroll\"><table><thead><tr><th></th>");
        html.AppendJoin(string.Empty, runs.Select(run => $"<th class=\"n\" scope=\"col\">{HtmlText.Escaped(run.Name)}</th>")).Append("</tr></thead><tbody>");
        foreach ((string name, Func<RunHistory, string> cell) in rows)
        {
            html.Append("<tr><th scope=\"row\">").Append(name).Append("</th>")
                .AppendJoin(string.Empty, runs.Select(run => $"<td class=\"n\">{cell(run)}</td>")).Append("</tr>");
        }

        return html.Append("</tbody></table></div>").ToString();
    }

    /// <summary>How the solves of a run ended.</summary>
    public static string Statuses(RunHistory run)
    {
        if (run.Solves.Count == 0)
        {
            return "<p>No solves were recorded.</p>";
        }

        var html = new StringBuilder("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">solve</th><th scope=\"col\">status</th>");
        html.Append("<th class=\"n\" scope=\"col\">how often</th><th scope=\"col\">steps</th></tr></thead><tbody>");
        foreach (((string solve, SolveStatus status), List<int> steps) in run.Solves.Where(solve => solve.Value.Count > 0).OrderBy(solve => solve.Key.Solve))
        {
            string mark = status == SolveStatus.Converged ? string.Empty : " class=\"bad\"";
            string listed = status == SolveStatus.Converged ? string.Empty : Listed(steps);
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{HtmlText.Escaped(solve)}</td><td{mark}>{status}</td><td class=\"n\">{HtmlText.Count(steps.Count)}</td><td>{listed}</td></tr>");
        }

        return html.Append("</tbody></table></div>").ToString();
    }

    /// <summary>The warnings of a run; empty if there were none.</summary>
    public static string Warnings(RunHistory run)
    {
        (HypergradientWarning Warning, List<int> Steps)[] warnings =
            [.. run.Warnings.Where(warning => warning.Value.Count > 0).Select(warning => (warning.Key, warning.Value)).OrderBy(warning => warning.Value[0])];
        if (warnings.Length == 0)
        {
            return string.Empty;
        }

        var html = new StringBuilder("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">warning</th><th scope=\"col\">steps</th></tr></thead><tbody>");
        foreach ((HypergradientWarning warning, List<int> steps) in warnings.Take(MostWarnings))
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><td><strong>{warning.Kind}</strong>: {HtmlText.Escaped(warning.Message)}</td><td>{Listed(steps)}</td></tr>");
        }

        html.Append("</tbody></table></div>");
        return warnings.Length <= MostWarnings ? html.ToString()
            : html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">and {warnings.Length - MostWarnings} more</p>").ToString();
    }

    /// <summary>The steps of a run, or as many of them as a page holds, those that were not to be trusted first of all.</summary>
    public static string Steps(RunHistory run)
    {
        int stride = Math.Max(1, (run.Steps.Count + MostRows - 1) / MostRows);
        int[] troubles = [.. Enumerable.Range(0, run.Steps.Count).Where(i => run.Steps[i].Trouble is not null).Take(MostRows)];
        int[] shown = [.. Enumerable.Range(0, run.Steps.Count).Where(i => i % stride == 0 || i == run.Steps.Count - 1).Union(troubles).Order()];
        string[] heads =
            ["step", "value", "validation", "‖∇ℓ‖", "its error", "inner iterations", "residual", "adjoint iterations", "residual", "time", "outcome"];
        var html = new StringBuilder("<div class=\"scroll\"><table><thead><tr>");
        html.AppendJoin(string.Empty, heads.Select(head => $"<th class=\"n\" scope=\"col\">{head}</th>")).Append("</tr></thead><tbody>");
        foreach (StepEntry step in shown.Select(i => run.Steps[i]))
        {
            string[] cells =
            [
                HtmlText.Count(step.Step), HtmlText.Number(step.Value), step.Validation is { } validation ? HtmlText.Number(validation) : string.Empty,
                HtmlText.Number(step.GradientNorm), double.IsNaN(step.GradientError) ? string.Empty : HtmlText.Number(step.GradientError),
                HtmlText.Count(step.Inner.Iterations), HtmlText.Number(step.Inner.Residual), HtmlText.Count(step.Adjoint.Iterations),
                HtmlText.Number(step.Adjoint.Residual), HtmlText.Time(step.Elapsed),
                step.Trouble is { } trouble ? $"<span class=\"bad\">{trouble}</span>" : "taken",
            ];
            html.Append("<tr>").AppendJoin(string.Empty, cells.Select(cell => $"<td class=\"n\">{cell}</td>")).Append("</tr>");
        }

        html.Append("</tbody></table></div>");
        return shown.Length < run.Steps.Count
            ? html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{shown.Length} of {HtmlText.Count(run.Steps.Count)} steps</p>").ToString()
            : html.ToString();
    }

    private static string Trusted(RunHistory run)
    {
        int trusted = run.Steps.Count(step => step.IsTrusted);
        string text = $"{HtmlText.Count(trusted)} of {HtmlText.Count(run.Steps.Count)}";
        return trusted == run.Steps.Count ? text : $"<span class=\"bad\">{text}</span>";
    }

    private static string Outcomes(RunHistory run, StepOutcome outcome) => Flagged(run.Steps.Count(step => step.Outcome == outcome));

    private static string Flagged(int count) => count == 0 ? "0" : $"<span class=\"bad\">{HtmlText.Count(count)}</span>";

    // of the steps that are to be trusted: only those can be the best
    private static string Extreme(RunHistory run, Func<StepEntry, double?> value, bool highest = false)
    {
        StepEntry[] finite = [.. run.Steps.Where(step => step.IsTrusted && value(step) is { } number && double.IsFinite(number))];
        if (finite.Length == 0)
        {
            return "–";
        }

        StepEntry extreme = highest ? finite.MaxBy(step => value(step)!.Value) : finite.MinBy(step => value(step)!.Value);
        return $"{HtmlText.Number(value(extreme)!.Value)} at step {HtmlText.Count(extreme.Step)}";
    }

    private static string Best(RunHistory run)
    {
        int best = run.BestStep;
        return best < 0 ? "–" : HtmlText.Count(run.Steps[best].Step);
    }

    private static string LastGradient(RunHistory run) => run.Steps.Count == 0 ? "–"
        : double.IsNaN(run.Steps[^1].GradientError) ? HtmlText.Number(run.Steps[^1].GradientNorm)
        : $"{HtmlText.Number(run.Steps[^1].GradientNorm)} ± {HtmlText.Number(run.Steps[^1].GradientError)}";

    private static string Listed(List<int> steps)
    {
        const int Most = 8;
        int[] distinct = [.. steps.Distinct()];
        string listed = string.Join(", ", distinct.Take(Most).Select(step => HtmlText.Count(step)));
        return distinct.Length > Most ? $"{listed}, … {HtmlText.Count(distinct[^1])}" : listed;
    }
}
