using OxyPlot;

namespace Hyperdiff.Reports;

/// <summary>Leaves out points that no eye can tell apart: of those that share a column of pixels the least and the largest stay, and a gap.</summary>
internal static class Decimation
{
    /// <summary>At most two points and a gap per column.</summary>
    /// <param name="points">The points, by growing x; NaN in y is a gap.</param>
    /// <param name="columns">How many columns of pixels there are.</param>
    public static IEnumerable<DataPoint> ByColumn(IReadOnlyList<DataPoint> points, int columns)
    {
        if (points.Count <= 2 * columns)
        {
            return points;
        }

        var kept = new List<DataPoint>();
        (double first, double width) = (points[0].X, (points[^1].X - points[0].X) / columns);
        for (int i = 0; i < points.Count;)
        {
            int from = i;
            int column = (int)((points[from].X - first) / width);
            (int least, int most, int gap) = (-1, -1, -1);
            for (; i < points.Count && (int)((points[i].X - first) / width) == column; i++)
            {
                if (double.IsNaN(points[i].Y))
                {
                    gap = i;
                    continue;
                }

                least = least < 0 || points[i].Y < points[least].Y ? i : least;
                most = most < 0 || points[i].Y > points[most].Y ? i : most;
            }

            kept.AddRange(((int[])[least, most, gap]).Where(place => place >= 0).Distinct().Order().Select(place => points[place]));
        }

        return kept;
    }
}
