namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>The Jacobian ∂w*/∂λ of the solution of an inner problem, linearized once and applied both ways.</summary>
[<RequireQualifiedAccess>]
module BestResponse =

    /// <summary>The Jacobian at a solution of a map, a condition or an objective with its solver, by the default linear solver of its kind.</summary>
    /// <param name="state">w*(λ), solved before.</param>
    /// <param name="hyper">λ.</param>
    /// <param name="inner">The inner problem.</param>
    [<CompiledName("At")>]
    let at (state: 'State) (hyper: 'Hyper) (inner: #SolvedFunction<'State, 'Hyper>) =
        BestResponse.At((inner :> SolvedFunction<'State, 'Hyper>), state, hyper)

    /// <summary>The Jacobian at a fixed point of a map.</summary>
    [<CompiledName("AtMap")>]
    let atMap (state: 'State) (hyper: 'Hyper) (map: FixedPointMap<'State, 'Hyper>) = BestResponse.At(map, state, hyper)
