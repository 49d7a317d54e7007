namespace Hyperdiff;

/// <summary>What gives the inner solution at hyperparameters.</summary>
internal interface IResponse
{
    /// <summary>w(λ), and how it was found.</summary>
    /// <param name="point">Where the solve begins, and λ.</param>
    /// <param name="watch">The solve.</param>
    (FlatTree State, SolveReport Report) At(BilevelPoint point, SolveWatch watch);
}
