namespace Hyperdiff;

/// <summary>What a map was declared to be, against what a solver needs: a contradiction is refused before any work is done.</summary>
internal static class DeclaredStructure
{
    /// <summary>Throws if a solver for symmetric systems is to solve with the Jacobian of a map that was declared to have none.</summary>
    /// <exception cref="InvalidOperationException">It is.</exception>
    public static void Require(IBoundFunction function, LinearSolver solver)
    {
        if (function.IsNonSymmetric && solver.NeedsSymmetry)
        {
            throw new InvalidOperationException(
                $"{function.Name} is declared non-symmetric, and {solver.Name} needs a symmetric system; use LinearSolver.Gmres, LinearSolver.Auto, or "
                    + $"LinearSolver.Normal around it.");
        }
    }
}
