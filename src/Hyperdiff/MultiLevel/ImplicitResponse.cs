namespace Hyperdiff;

/// <summary>The solution, differentiated by the implicit function theorem.</summary>
/// <param name="Adjoint">Solves the linear systems; null for the default of the kind of problem.</param>
internal sealed record ImplicitResponse(LinearSolver? Adjoint) : Response;
