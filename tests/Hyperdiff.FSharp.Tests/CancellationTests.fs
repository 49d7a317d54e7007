module Hyperdiff.FSharp.Tests.CancellationTests

open System
open System.Reflection
open System.Threading
open Hyperdiff
open Hyperdiff.FSharp
open Xunit

let private point = Tensor.from [| 0.3; -0.7 |]

// runs for hours unless it is ended
let private endless (x: Tensor) = Loop.iterate 100_000_000 (fun y -> 0.5 * Tensor.sin y) x
let private total x = Tensor.sum (endless x)
let private map = FixedPointMap.from (fun (w: Tensor) (h: Tensor) -> 0.1 * endless w + h)
let private plain = FixedPointMap.from (fun (w: Tensor) (h: Tensor) -> 0.5 * w + h)
let private condition = RootCondition.from (fun (w: Tensor) (h: Tensor) -> w + 0.1 * endless w - h)
let private bowl = Objective.from (fun (w: Tensor) (h: Tensor) -> Tensor.sum (Tensor.square (w - h)) + 0.01 * total w)
let private dish = Objective.from (fun (w: Tensor) (h: Tensor) -> Tensor.sum (Tensor.square (w - h)))
let private outer = Objective.from (fun (w: Tensor) (_: Tensor) -> Tensor.sum (Tensor.square w))
let private problem = Bilevel.problem map outer
let private iteration, gmres, newton = FixedPoint.iteration 1e-10, LinearSolver.gmres 20 1e-10, Minimizer.newtonCg 1e-10
let private rate = Schedule.constant 0.1

let private solved: FixedPointProblem<Tensor, Tensor> = Bilevel.problem plain outer
let private implicitly = (Hypergradient.implicit gmres).Compute(solved, point, point)
let private call name (work: unit -> 'T) = name, (fun () -> box (work ()))

let private exact: ObjectiveProblem<Tensor, Tensor> = Bilevel.problem dish outer

/// Of every function, a call that would not come back.
let private calls =
    [ call "Diff.Grad" <| fun () -> Diff.grad total point
      call "Diff.GradWithReport" <| fun () -> Diff.gradWithReport total point |> _.EnsureConverged()
      call "Diff.ValueAndGrad" <| fun () -> Diff.valueAndGrad total point
      call "Diff.ValueAndGradWithReport" <| fun () -> Diff.valueAndGradWithReport total point |> _.EnsureConverged()
      call "Diff.ValueAndGradWithAuxiliary" <| fun () -> Diff.valueAndGradWithAuxiliary (fun x -> struct (total x, x)) point
      call "Diff.Hvp" <| fun () -> Diff.hvp total point point
      call "Diff.HvpWithReport" <| fun () -> Diff.hvpWithReport total point point |> _.EnsureConverged()
      call "Diff.Jvp" <| fun () -> Diff.jvp endless point point
      call "Diff.JvpWithReport" <| fun () -> Diff.jvpWithReport endless point point |> _.EnsureConverged()
      call "Diff.Vjp" <| fun () -> Diff.vjp endless point point
      call "Diff.VjpWithReport" <| fun () -> Diff.vjpWithReport endless point point |> _.EnsureConverged()
      call "Diff.Jacobian" <| fun () -> Diff.jacobian endless point
      call "Diff.JacobianForward" <| fun () -> Diff.jacobianForward endless point
      call "Diff.JacobianReverse" <| fun () -> Diff.jacobianReverse endless point
      call "Diff.Hessian" <| fun () -> Diff.hessian total point
      call "Diff.Gradhessian" <| fun () -> Diff.gradhessian total point
      call "Diff.JacobianWithReport" <| fun () -> Diff.jacobianWithReport endless point |> _.EnsureConverged()
      call "Diff.HessianWithReport" <| fun () -> Diff.hessianWithReport total point |> _.EnsureConverged()
      call "Diff.Laplacian" <| fun () -> Diff.laplacian total point
      call "Diff.LaplacianWithReport" <| fun () -> Diff.laplacianWithReport total point |> _.EnsureConverged()
      call "Diff.Linearize" <| fun () -> Diff.linearize endless point
      call "Diff.Vmap" <| fun () -> Diff.vmap endless point
      call "Diff.VmapWithReports" <| fun () -> Diff.vmapWithReports endless point |> _.EnsureConverged()
      call "Ranks.InProcess" <| fun () -> Ranks.inProcess 2 (fun _ -> endless point)
      call "Loop.Iterate" <| fun () -> endless point
      call "Loop.IterateWith" <| fun () -> Loop.iterateWith (Checkpointing.Every 10) 100_000_000 Tensor.sin point
      call "Loop.Scan" <| fun () -> Loop.scan (fun c (_: Tensor) -> Tensor.sin c, c) point (Tensor.zeros [ 1_000_000; 2 ])
      call "Loop.WhileTrue" <| fun () -> Loop.whileTrue 1_000_000_000 (fun x -> Tensor.less (Tensor.scalar 9.0) (Tensor.sum x)) Tensor.sin point
      call "FixedPoint.Solve" <| fun () -> map |> FixedPointMap.solvedBy iteration |> FixedPoint.solve point point
      call "FixedPoint.OfFinding" <| fun () -> map |> FixedPointMap.solvedBy iteration |> FixedPoint.ofFinding gmres point point
      call "FixedPoint.OfFunction" <| fun () -> FixedPoint.ofFunction iteration point (fun w -> 0.1 * endless w)
      call "Root.Solve" <| fun () -> condition |> RootCondition.solvedBy (Root.newton gmres 1e-10) |> Root.solve point point
      call "Root.OfFinding" <| fun () -> condition |> RootCondition.solvedBy (Root.newton gmres 1e-10) |> Root.ofFinding gmres point point
      call "Argmin.OfMinimization" <| fun () -> bowl |> Objective.minimizedBy newton |> Argmin.ofMinimization gmres point point
      call "Minimization.Solve" <| fun () -> bowl |> Objective.minimizedBy newton |> Minimization.solve point point
      call "LinearSolver.Solve" <| fun () -> LinearSolver.solve gmres (LinearOperator.From((fun (v: Tensor) -> 2.0 * v), point.Type)) [ point ]
      call "BestResponse.At" <| fun () -> map |> FixedPointMap.solvedBy iteration |> BestResponse.at point point
      call "BestResponse.AtMap" <| fun () -> map |> BestResponse.atMap point point
      call "Bilevel.Check" <| fun () -> problem |> Bilevel.check (RandomKey.fromSeed 1L) point point
      call "Bilevel.Explain" <| fun () -> problem |> Bilevel.explain point point
      call "Hypergradient.Compute" <| fun () -> problem |> Hypergradient.compute (Hypergradient.reverse 5) point point
      call "Hypergradient.ComputeWith" <| fun () -> problem |> Hypergradient.computeWith (HypergradientOptions()) (Hypergradient.forward 5) point point
      call "Hypergradient.EstimateError" <| fun () -> implicitly |> Hypergradient.estimateError
      call "Hypergradient.EstimateErrorBy" <| fun () -> implicitly |> Hypergradient.estimateErrorBy gmres
      call "HypergradientDescent.Minimize"
      <| fun () -> problem |> HypergradientDescent.minimize (HypergradientDescent.by (Optimizer.sgd 0.1) 1e-6 10) point point
      call "Descent.Minimize" <| fun () -> exact |> Descent.minimize (Descent.soba rate rate) point point
      call "MultiLevel.Gradient" <| fun () ->
          let level = Level.named "x" point
          MultiLevel.ofProblems [ level |> Level.minimizes newton (Response.implicit gmres) (fun x _ -> total x) ] |> MultiLevel.gradient level ]

let private failed (result: objnull) =
    match result with
    | null -> false
    | other ->
        match other.GetType().GetProperty "IsError" with
        | NonNull isError -> isError.GetValue other = true
        | _ -> string other |> _.Contains("Cancelled", StringComparison.Ordinal)

/// What computes in C#, and so has a token there, by the name of the function that computes the same here.
let private counterparts =
    let takesToken (method: MethodInfo) = method.GetParameters() |> Array.exists (fun parameter -> parameter.ParameterType = typeof<CancellationToken>)

    let computing (declared: Type) =
        match typeof<Tensor>.Assembly.GetType $"Hyperdiff.{declared.Name}" with
        | NonNull other -> other.GetMethods() |> Array.filter (fun method -> method.DeclaringType = other && takesToken method) |> Array.map _.Name
        | _ -> [||]

    typeof<SolveFailure<unit>>.Assembly.GetExportedTypes()
    |> Array.filter (fun declared -> declared.IsAbstract && declared.IsSealed)
    |> Array.collect (fun declared ->
        declared.GetMethods(BindingFlags.Static ||| BindingFlags.Public ||| BindingFlags.DeclaredOnly)
        |> Array.filter (fun method -> computing declared |> Array.exists (fun name -> method.Name.StartsWith(name, StringComparison.Ordinal)))
        |> Array.map (fun method -> $"{declared.Name}.{method.Name}"))

[<Fact>]
let ``Every function that has a token in C# stands in the table`` () =
    Assert.True(counterparts.Length > 20, $"{counterparts.Length}")

    // what takes a token, or is another name
    let apart = [ "Diff.PeakMemory"; "MultiLevel.GradientAt"; "Ranks.InProcessWithin" ]
    Assert.Empty(counterparts |> Array.except (calls |> List.map fst |> List.append apart))

[<Fact>]
let ``Every computation ends under a token that is cancelled`` () =
    use source = new CancellationTokenSource()
    source.Cancel()

    let ends (call: unit -> objnull) =
        try
            Cancellation.under source.Token call |> failed
        with
        | :? OperationCanceledException -> true
        | :? SolveException as failure -> failure.Reports |> Seq.exists (fun report -> report.Status = SolveStatus.Cancelled)

    Assert.Empty(calls |> List.filter (snd >> ends >> not) |> List.map fst)

[<Fact>]
let ``A token ends ranks that are at work, and those that wait for them`` () =
    use source = new CancellationTokenSource()

    let program (ranks: Ranks) =
        if ranks.Rank = 0 then Ranks.sum ranks point |> ignore
        elif ranks.Rank = 1 then source.Cancel(); endless point |> ignore
        else Diff.grad total point |> ignore

    let ended = Assert.ThrowsAny<OperationCanceledException>(fun () ->
        Cancellation.under source.Token (fun () -> Ranks.inProcess 3 program) |> ignore)
    Assert.Equal(source.Token, ended.CancellationToken)

[<Fact>]
let ``A token counts within its function only, and gives back what that returns`` () =
    use source = new CancellationTokenSource()
    Assert.Equal(3, Cancellation.under source.Token (fun () -> 3))
    source.Cancel()
    Assert.ThrowsAny<OperationCanceledException>(fun () -> Cancellation.under source.Token (fun () -> endless point) |> ignore) |> ignore
    Bits.equal (Tensor.sin point) (Loop.iterate 1 Tensor.sin point)
