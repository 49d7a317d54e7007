using System.Collections.Immutable;
using System.Diagnostics;

namespace LogisticRegression;

/// <summary>A whole search: the baseline, every step from there, and the best of them.</summary>
/// <param name="Seed">Of the split.</param>
/// <param name="Loss">What was descended.</param>
/// <param name="Grid">The baseline, where the search starts.</param>
/// <param name="Steps">The start and all steps.</param>
internal sealed record PenaltySearch(int Seed, ValidationLoss Loss, PenaltyGrid Grid, ImmutableArray<SearchStep> Steps)
{
    /// <summary>The step with the smallest validation loss. It is chosen by the validation samples, so it says nothing about them; the test samples judge
    /// it.</summary>
    public SearchStep Best => Steps.MinBy(step => step.Hypergradient.Value)!;

    /// <summary>Searches: the grid, and from its best penalty the steps of Adam along hypergradients.</summary>
    /// <param name="seed">Of the split.</param>
    /// <param name="loss">What to descend.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="rate">Of Adam, in units of ln λ.</param>
    /// <param name="report">Told every step.</param>
    /// <exception cref="SolveException">A solve did not converge: nothing is made of a hypergradient that rests on it.</exception>
    public static PenaltySearch Run(int seed, ValidationLoss loss, int steps, double rate, Action<SearchStep>? report = null)
    {
        PenaltyGrid grid = PenaltyGrid.Best(loss);
        OptimizerState<Penalty> state = Optimizer.Adam(rate).Start(grid.Penalty);
        var taken = ImmutableArray.CreateBuilder<SearchStep>(steps + 1);
        while (true)
        {
            long started = Stopwatch.GetTimestamp();
            HypergradientResult<Weights, Penalty> g = loss.Differentiate(grid.Weights, state.Parameters, taken.LastOrDefault()?.Hypergradient);
            var step = new SearchStep(state.Steps, state.Parameters, g, Stopwatch.GetElapsedTime(started));
            taken.Add(step);
            report?.Invoke(step);
            if (state.Steps == steps)
            {
                return new PenaltySearch(seed, loss, grid, taken.MoveToImmutable());
            }

            state = state.Next(g.Gradient);
        }
    }

    /// <summary>The weights that the best penalties train.</summary>
    public Weights TunedWeights() => Loss.Train(Best.Hypergradient.State, Best.Penalty);
}
