using System.Globalization;

namespace Hyperdiff;

/// <summary>Keeps the residuals of the solves that it is passed to as progress: that of the start, and one after every update.</summary>
public sealed class ResidualHistory : IProgress<SolveProgress>
{
    private readonly Dictionary<string, List<double>> _residuals = [];
    private readonly List<string> _solves = [];

    /// <summary>The solves so far, in the order in which they began; the last one of each name.</summary>
    public IReadOnlyList<string> Solves => _solves;

    /// <summary>The residuals of the solve that began last; none before there is one.</summary>
    public IReadOnlyList<double> Residuals => _solves.Count == 0 ? [] : _residuals[_solves[^1]];

    /// <summary>The residuals of a solve.</summary>
    /// <param name="solve">Its name, one of <see cref="Solves"/>.</param>
    /// <exception cref="ArgumentException">There was no such solve.</exception>
    public IReadOnlyList<double> Of(string solve)
    {
        ArgumentNullException.ThrowIfNull(solve);
        return _residuals.TryGetValue(solve, out List<double>? residuals)
            ? residuals
            : throw new ArgumentException($"ResidualHistory.Of: there was no solve named {solve}; there were: {string.Join("; ", _solves)}.", nameof(solve));
    }

    /// <summary>Keeps one more residual; that of a start begins a new history of its solve.</summary>
    public void Report(SolveProgress value)
    {
        if (value.Iteration == 0 || !_residuals.TryGetValue(value.Solve, out List<double>? residuals))
        {
            _solves.Remove(value.Solve);
            _solves.Add(value.Solve);
            _residuals[value.Solve] = residuals = [];
        }

        residuals.Add(value.Residual);
    }

    /// <summary>A line per solve: how many residuals, the first and the last.</summary>
    public override string ToString() => string.Join(Environment.NewLine, _solves.Select(solve => string.Create(CultureInfo.InvariantCulture,
        $"{solve}: {_residuals[solve].Count} residuals, {_residuals[solve][0]:G3} to {_residuals[solve][^1]:G3}")));
}
