namespace Hyperdiff.DiffSharp.FSharp.Tests

open System
open Xunit
open DiffSharp
open DiffSharp.Model
open Hyperdiff
open Hyperdiff.FSharp
open Hyperdiff.DiffSharp.FSharp

type Tensor = DiffSharp.Tensor

type Weights = { W: Tensor; B: Tensor }

/// The functions for F#, each called once with a result that is known.
type FaceTests() =

    let vector (elements: float list) = dsharp.tensor (elements, dtype = Dtype.Float64)
    let scalar (x: float) = dsharp.tensor (x, dtype = Dtype.Float64)
    let numbers (x: Tensor) = (DiffSharpTensor.toHyperdiff x).ToArray<float>()

    // solves go to about √ε of their residual
    let close (expected: float list) (actual: Tensor) =
        for a, b in Seq.zip expected (numbers actual) do
            Assert.True(abs (a - b) <= 1e-6 * (1.0 + abs a), $"{a} expected, found {b}")

    // w = ½ w + λ in every leaf
    let halving = DiffSharpFunction.map "halving" (fun (w: Weights) (h: Tensor) -> { W = w.W * 0.5 + h; B = w.B * 0.5 + h.sum () })
    let start = { W = vector [ 0.0; 0.0 ]; B = scalar 0.0 }

    [<Fact>]
    member _.``Records of DiffSharp tensors are states``() =
        let solved = halving |> FixedPointMap.solvedBy (FixedPoint.iteration 1e-12) |> FixedPoint.solve start (vector [ 1.0; 2.0 ])

        match solved with
        | Ok w ->
            close [ 2.0; 4.0 ] w.W
            close [ 6.0 ] w.B
        | Error failure -> failwith $"{failure}"

    [<Fact>]
    member _.``A solution in a DiffSharp program has its derivatives``() =
        let solution = halving |> FixedPointMap.solvedBy (FixedPoint.iteration 1e-13) |> DiffSharpOperation.solution start
        let loss (h: Tensor) = let w = solution h in (w.W * w.W).sum () + w.B * w.B

        // W = 2 h, B = 2 Σ h: ∇ = 8 h + 8 Σ h
        close [ 8.0 + 24.0; 16.0 + 24.0 ] (dsharp.grad loss (vector [ 1.0; 2.0 ]))
        close [ 16.0; 8.0; 8.0; 16.0 ] ((dsharp.hessian loss (vector [ 1.0; 2.0 ])).view [ 4 ])

    [<Fact>]
    member _.``Hypergradients come as structures and inside programs``() =
        let outer = DiffSharpFunction.objective "outer" (fun (w: Weights) (_: Tensor) -> (w.W * w.W * w.W).sum ())
        let problem = Bilevel.Problem(halving |> FixedPointMap.solvedBy (FixedPoint.iteration 1e-13), outer)
        let at = vector [ 1.0; 2.0 ]
        close [ 24.0; 96.0 ] (DiffSharpOperation.hypergradient start problem at)
        close [ 24.0; 96.0 ] (dsharp.grad (DiffSharpOperation.outerObjective start problem) at)
        close [ 48.0; 96.0 ] (dsharp.grad (fun h -> (DiffSharpOperation.hypergradient start problem h).sum ()) at)

    [<Fact>]
    member _.``Functions of Hyperdiff's are operations``() =
        let square = DiffSharpOperation.ofFunction (fun x -> (x * x).Sum())
        let product = DiffSharpOperation.ofFunction2 (fun x y -> (x * y).Sum())
        close [ 2.0; 4.0 ] (dsharp.grad square (vector [ 1.0; 2.0 ]))
        close [ 3.0; 4.0 ] (dsharp.grad (fun x -> product x (vector [ 3.0; 4.0 ])) (vector [ 1.0; 2.0 ]))

    [<Fact>]
    member _.``Derivatives are guarded``() =
        let y = scalar 3.0
        close [ 0.0 ] (DiffSharpDerivative.grad (fun _ -> y * y) y)
        close [ 6.0 ] (DiffSharpDerivative.jvp (fun x -> x * x) (scalar 1.0) y |> snd)
        close [ 6.0 ] (DiffSharpDerivative.vjp (fun x -> x * x) (scalar 1.0) y |> snd)

    [<Fact>]
    member _.``Conditions have roots``() =
        let condition = DiffSharpFunction.condition "cube" (fun (w: Tensor) (h: Tensor) -> w * w * w - h)

        match condition.SolvedBy(Root.newton (LinearSolver.DenseLu()) 1e-12) |> Root.solve (vector [ 1.5 ]) (vector [ 8.0 ]) with
        | Ok w -> close [ 2.0 ] w
        | Error failure -> failwith $"{failure}"

    [<Fact>]
    member _.``Models have objectives``() =
        let model = Linear(2, 1)
        model.move (dtype = Dtype.Float64)
        let x = dsharp.tensor ([ [ 1.0; 2.0 ]; [ 3.0; -1.0 ] ], dtype = Dtype.Float64)
        let objective = model |> DiffSharpModel.objective "norm" (fun (h: Tensor) -> let y = model.forward x in (y * y).sum () + h.exp () * 0.0)
        let before = DiffSharpModel.parameters model
        let gradient = objective.Gradient(before, scalar 0.0)
        Assert.Equal(before.Parameters.Length, gradient.Parameters.Length)
        let zeros = DiffSharpTensor.converted before (Array.map (fun (struct (_, p: Tensor)) -> p.zerosLike ()) (Array.ofSeq before.Parameters))
        Assert.Equal(0.0, (objective.Evaluate(zeros, scalar 0.0)).ToScalar())
        Assert.Equal(0.0, model |> DiffSharpModel.withParameters zeros (fun () -> float ((model.forward x).abs().sum ())))
        model |> DiffSharpModel.assign zeros
        Assert.Equal(0.0, float (model.parametersVector.abs().sum ()))

    [<Fact>]
    member _.``Forms over Hyperdiff's tensors take DiffSharp's``() =
        let zero = Hyperdiff.FSharp.Tensor.zeros [ 2 ]
        let ours: Objective<Hyperdiff.Tensor, Hyperdiff.Tensor> = Objective.ofPure (fun w h -> (w * w * h).Sum())
        let theirs: Objective<Tensor, Tensor> = ours |> DiffSharpFunction.objectiveOver zero zero
        close [ 6.0; 16.0 ] (theirs.Gradient(vector [ 1.0; 2.0 ], vector [ 3.0; 4.0 ]))
        let ours = FixedPointMap.ofPure (fun (w: Hyperdiff.Tensor) (h: Hyperdiff.Tensor) -> 0.5 * w + h)
        let map: FixedPointMap<Tensor, Tensor> = ours |> DiffSharpFunction.mapOver zero zero
        close [ 3.5; 5.0 ] (FixedPointMap.evaluate (vector [ 1.0; 2.0 ]) (vector [ 3.0; 4.0 ]) map)
        let ours = RootCondition.From(fun (w: Hyperdiff.Tensor) (h: Hyperdiff.Tensor) -> w - h)
        let condition: RootCondition<Tensor, Tensor> = ours |> DiffSharpFunction.conditionOver zero zero
        Assert.NotNull condition

    [<Fact>]
    member _.``Tensors are placed on a device of DiffSharp's``() =
        let there = Hyperdiff.Tensor.From [| 1.0; 2.0 |] |> DiffSharpTensor.place Device.CPU Backend.Reference
        Assert.Contains("DiffSharp", there.Backend.Name, StringComparison.Ordinal)
        close [ 1.0; 2.0 ] (DiffSharpTensor.fromHyperdiff there)
