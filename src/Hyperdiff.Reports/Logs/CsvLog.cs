using System.Globalization;
using CsvHelper;

namespace Hyperdiff.Reports;

/// <summary>Writes a row per step to a CSV file, at once: a run that is killed loses none. A run that was resumed goes on with the file of the run
/// before.</summary>
/// <remarks>
/// Columns: <c>step, value, validation, gradient_norm, gradient_error, outcome, trusted, best, attempts, inner_iterations, inner_residual, adjoint_iterations,
/// adjoint_residual, warnings, elapsed_seconds</c>, then λ: an element per column where leaves have few, else the smallest, the median and the largest.
/// Numbers are written in the fewest digits that give them back; what was not measured is an empty field.
/// </remarks>
public sealed class CsvLog : IProgress<StepRecord>, IDisposable
{
    private static readonly string[] s_columns =
    [
        "step", "value", "validation", "gradient_norm", "gradient_error", "outcome", "trusted", "best", "attempts", "inner_iterations",
        "inner_residual", "adjoint_iterations", "adjoint_residual", "warnings", "elapsed_seconds",
    ];

    private readonly string _path;
    private readonly StepFile _file;

    /// <summary>Opens the file, or makes it. A step that is in it already, as after a run that was resumed from before, replaces what is there from it
    /// on.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written there, or another process writes it.</exception>
    /// <exception cref="InvalidDataException">There is a file that is no such log; it is left as it is.</exception>
    public CsvLog(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (_path, _file) = (path, new StepFile(path, string.Join(',', s_columns), StepOf));
    }

    /// <summary>How many elements of a leaf of λ have a column each; a leaf with more has three: the smallest, the median, the largest.</summary>
    public int MostElements
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 32;

    /// <summary>Writes the row of a step.</summary>
    /// <param name="value">The step.</param>
    /// <exception cref="IOException">The disk is full: the rows before are whole.</exception>
    /// <exception cref="InvalidDataException">The rows before it in the file have other columns: they are of another problem.</exception>
    public void Report(StepRecord value)
    {
        ArgumentNullException.ThrowIfNull(value);
        LeafColumns[] leaves = [.. value.Hyper.Select(leaf => new LeafColumns(leaf, MostElements))];
        string header = Row([.. s_columns, .. leaves.SelectMany(leaf => leaf.Names)]);
        if (_file.HasBefore(value.Step) && _file.Header != header)
        {
            throw new InvalidDataException($"{_path}: the columns of the file are not those of this run, whose λ has other leaves; choose another file.");
        }

        (SolveTotals inner, SolveTotals adjoint) = (SolveTotals.Inner(value), SolveTotals.Adjoint(value));
        _file.Append(
            value.Step,
            Row([
                Text(value.Step), Text(value.Value), Text(value.Validation), Text(value.GradientNorm), Measured(value.GradientError), $"{value.Outcome}",
                Truth(value.IsTrusted), Truth(value.IsBest), Text(value.Attempts), Count(inner), Residual(inner), Count(adjoint), Residual(adjoint),
                string.Join(' ', value.Warnings.Select(warning => warning.Kind).Distinct()), Text(value.Elapsed.TotalSeconds),
                .. leaves.SelectMany(leaf => leaf.Numbers.Select(number => Text(number))),
            ]),
            header);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static int? StepOf(string line) =>
        int.TryParse(line.Split(',', 2)[0], NumberStyles.None, CultureInfo.InvariantCulture, out int step) ? step : null;

    private static string Row(IEnumerable<string> fields)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using var csv = new CsvWriter(text, CultureInfo.InvariantCulture);
        foreach (string field in fields)
        {
            csv.WriteField(field);
        }

        csv.Flush();
        return text.ToString();
    }

    private static string Truth(bool value) => value ? "true" : "false";

    private static string Count(SolveTotals totals) => totals.Solves == 0 ? string.Empty : Text(totals.Iterations);

    private static string Residual(SolveTotals totals) => totals.Solves == 0 ? string.Empty : Measured(totals.Residual);

    private static string Measured(double value) => double.IsNaN(value) ? string.Empty : Text(value);

    private static string Text<T>(T value) => string.Create(CultureInfo.InvariantCulture, $"{value}");

    /// <inheritdoc/>
    public override string ToString() => $"CSV log {_path}";
}
