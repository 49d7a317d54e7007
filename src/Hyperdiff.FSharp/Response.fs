namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>How the solution of a lower problem is found for an upper one, and differentiated.</summary>
[<RequireQualifiedAccess>]
module Response =

    /// <summary>The solution, with its exact derivative by the default linear solver of its kind of problem.</summary>
    [<CompiledName("Exact")>]
    let exact () = Response.Implicit()

    /// <summary>The solution, with its derivative by a linear solver.</summary>
    [<CompiledName("Implicit")>]
    let implicit (adjoint: LinearSolver) = Response.Implicit adjoint

    /// <summary>Some steps of an optimizer, with their exact derivative.</summary>
    [<CompiledName("Unrolled")>]
    let unrolled (by: Optimizer) (steps: int) = Response.Unrolled(steps, by)

    /// <summary>Some steps of a map, with their exact derivative.</summary>
    [<CompiledName("UnrolledMap")>]
    let unrolledMap (steps: int) = Response.Unrolled steps

    /// <summary>The solution as a constant.</summary>
    [<CompiledName("Constant")>]
    let constant () = Response.Constant()
