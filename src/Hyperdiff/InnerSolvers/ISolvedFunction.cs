namespace Hyperdiff;

/// <summary>A function together with how its problem in w is solved, as methods see it: the types of its arguments are hidden.</summary>
internal interface ISolvedFunction
{
    /// <summary>Φ, f or c.</summary>
    IBoundFunction Function { get; }

    /// <summary>The solver at a point, for structures like those there.</summary>
    InnerSolver SolverAt(BilevelPoint point);
}
