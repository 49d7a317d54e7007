namespace Hyperdiff;

/// <summary>An outer objective over what any code returns for the inner solution: <c>ℓ(λ) = F(w(λ), λ)</c>. For zero order, in the response or in
/// all.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class ResponseProblem<TState, THyper> : BilevelProblem<TState, THyper>, IResponse
{
    private static readonly SolveReport s_given =
        new("inner, a function", SolveStatus.Converged, 0, double.NaN, double.PositiveInfinity, 0, 0, double.NaN) { Kind = SolverKind.GivenFunction };

    private readonly Func<TState, THyper, TState> _response;

    internal ResponseProblem(Func<TState, THyper, TState> response, Objective<TState, THyper> outer) => (_response, Outer) = (response, outer);

    /// <summary>F.</summary>
    public Objective<TState, THyper> Outer { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Outer} over what a function returns";

    internal override ProblemKind Kind => ProblemKind.Response;

    internal override IBoundFunction OuterFunction => Outer.Function;

    (FlatTree State, SolveReport Report) IResponse.At(BilevelPoint point, SolveWatch watch) =>
        (Outer.Function.FlattenState(_response(((FlatTree<TState>)point.State).Value, ((FlatTree<THyper>)point.Hyper).Value)), s_given);

    internal override BilevelPoint PointAt(TState start, THyper hyper, WarmStart? warm) =>
        new(Outer.Function.FlattenState(start), Outer.Function.FlattenHyper(hyper));
}
