namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Bilevel problems: an outer objective over the solution of an inner problem.</summary>
[<RequireQualifiedAccess>]
module Bilevel =

    /// <summary>The outer objective over the fixed point of a map.</summary>
    [<CompiledName("Problem")>]
    let problem (inner: FixedPointMap<'State, 'Hyper>) (outer: Objective<'State, 'Hyper>) =
        Bilevel.Problem(inner, outer)

    /// <summary>The outer objective over the minimum of an inner one.</summary>
    [<CompiledName("MinimizationProblem")>]
    let minimizationProblem (inner: Minimization<'State, 'Hyper>) (outer: Objective<'State, 'Hyper>) =
        Bilevel.Problem(inner, outer)

    /// <summary>The outer objective at the end of an optimizer's steps.</summary>
    [<CompiledName("UnrolledProblem")>]
    let unrolledProblem (inner: Dynamics<'State, 'Hyper>) (outer: Objective<'State, 'Hyper>) =
        Bilevel.Problem(inner, outer)
