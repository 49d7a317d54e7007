using OxyPlot;

namespace Hyperdiff.Reports;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it is, in the legend.</param>
/// <param name="Points">Its points, by growing x; NaN in y is a gap.</param>
/// <param name="Color">Which color of the palette.</param>
internal sealed record Curve(string Name, IReadOnlyList<DataPoint> Points, int Color)
{
    /// <summary>Whether it is dashed.</summary>
    public bool IsDashed { get; init; }

    /// <summary>Whether its points are connected; a band may be all there is to see.</summary>
    public bool HasLine { get; init; } = true;

    /// <summary>Lower and upper ends of a band around it, by the same x; null for none.</summary>
    public (IReadOnlyList<DataPoint> Low, IReadOnlyList<DataPoint> High)? Band { get; init; }

    /// <summary>Points to mark: steps that were not to be trusted.</summary>
    public IReadOnlyList<DataPoint> Marks { get; init; } = [];

    /// <summary>A curve of steps, with those marked that are not to be trusted.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="color">Which color.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="value">What is drawn; null where there is nothing.</param>
    public static Curve Of(string name, int color, IReadOnlyList<StepEntry> steps, Func<StepEntry, double?> value) => new(name, PointsOf(steps, value), color)
    {
        Marks = PointsOf([.. steps.Where(step => step.Trouble is not null)], value),
    };

    /// <summary>The points of steps; infinities, which no axis reaches, are gaps like NaN.</summary>
    public static IReadOnlyList<DataPoint> PointsOf(IReadOnlyList<StepEntry> steps, Func<StepEntry, double?> value) =>
        [.. steps.Select(step => (step.Step, Value: value(step))).Where(point => point.Value is not null)
            .Select(point => new DataPoint(point.Step, double.IsFinite(point.Value!.Value) ? point.Value.Value : double.NaN))];
}
