using System.Collections.Immutable;
using System.Diagnostics;

namespace LogisticRegression;

/// <summary>A whole search: the baseline, every step from there, and the best of them.</summary>
/// <param name="Seed">Of the split.</param>
/// <param name="Loss">What was descended.</param>
/// <param name="Grid">The baseline, with whose penalty the search starts.</param>
/// <param name="Steps">The start and all steps.</param>
internal sealed record Search(int Seed, ValidationLoss Loss, PenaltyGrid Grid, ImmutableArray<SearchStep> Steps)
{
    /// <summary>What one would take without tuning: the default of other libraries, C = 1.</summary>
    public const double UntunedLambda = 1;

    /// <summary>The step with the smallest validation loss. It is chosen by the held-out samples, so it says nothing about them; the test samples judge
    /// it.</summary>
    public SearchStep Best => Steps.MinBy(step => step.Hypergradient.Value)!;

    /// <summary>Searches: the grid, and from its best penalty the steps of Adam along hypergradients.</summary>
    /// <param name="seed">Of the split.</param>
    /// <param name="loss">What to descend.</param>
    /// <param name="shapes">One for every feature, or 1 for all.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="rate">Of Adam, in units of ln λ and s.</param>
    /// <param name="report">Told every step.</param>
    /// <exception cref="SolveException">A solve did not converge: nothing is made of a hypergradient that rests on it.</exception>
    public static Search Run(int seed, ValidationLoss loss, int shapes, int steps, double rate, Action<SearchStep>? report = null)
    {
        var grid = PenaltyGrid.Best(loss);
        OptimizerState<Settings> state = Optimizer.Adam(rate).Start(Settings.Start(shapes, grid.Lambda));
        var taken = ImmutableArray.CreateBuilder<SearchStep>(steps + 1);
        while (true)
        {
            long started = Stopwatch.GetTimestamp();
            HypergradientResult<Weights, Settings> g = loss.Differentiate(grid.Weights, state.Parameters, taken.LastOrDefault()?.Hypergradient);
            var step = new SearchStep(state.Steps, state.Parameters, g, Stopwatch.GetElapsedTime(started));
            taken.Add(step);
            report?.Invoke(step);
            if (state.Steps == steps)
            {
                return new Search(seed, loss, grid, taken.MoveToImmutable());
            }

            state = state.Next(g.Gradient);
        }
    }

    /// <summary>The three that are compared: untuned, the grid's best, and tuned, each with its loss on held-out samples and its score on the test
    /// samples.</summary>
    public Outcome[] Outcomes()
    {
        var untuned = Settings.Plain(UntunedLambda);
        (Settings tuned, Weights weights) = (Best.Settings, Best.Hypergradient.State);
        return
        [
            new("untuned, λ = 1", Loss.Train(Grid.Weights, untuned).Value, Loss.TestScore(untuned)),
            new("grid's best λ", Grid.Value, Loss.TestScore(Grid.Settings)),
            new("tuned", Loss.Train(weights, tuned).Value, Loss.TestScore(tuned)),
        ];
    }
}
