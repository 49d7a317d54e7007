namespace Hyperdiff;

/// <summary>Keeps the residuals of a solve that it is passed to as progress: that of the start, and one after every update.</summary>
public sealed class ResidualHistory : IProgress<SolveProgress>
{
    private readonly List<double> _residuals = [];

    /// <summary>The residuals so far.</summary>
    public IReadOnlyList<double> Residuals => _residuals;

    /// <summary>Keeps one more residual; that of a start begins a new history.</summary>
    public void Report(SolveProgress value)
    {
        if (value.Iteration == 0)
        {
            _residuals.Clear();
        }

        _residuals.Add(value.Residual);
    }
}
