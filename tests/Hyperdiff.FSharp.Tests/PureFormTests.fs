module Hyperdiff.FSharp.Tests.PureFormTests

open System
open Hyperdiff
open Hyperdiff.FSharp
open Hyperdiff.Testing
open Xunit

/// Weights of an equilibrium network, and what is seen of the world: structures whose trees are derived.
type Cell = { W: Tensor; U: Tensor; B: Tensor }

type Samples = { X: Tensor; Y: Tensor; Power: int }

let private numbers (phase: float) (sizes: int list) =
    Array.init (List.fold (*) 1 sizes) (fun i -> sin (phase + 1.7 * float i)) |> Tensor.fromShape sizes

let private cell = { W = 0.3 * numbers 1.0 [ 4; 4 ]; U = numbers 2.0 [ 3; 4 ]; B = numbers 3.0 [ 4 ] }
let private samples n phase = { X = numbers phase [ n; 3 ]; Y = numbers (phase + 1.0) [ n; 4 ]; Power = 2 }
let private start n = Tensor.zeros [ n; 4 ]

let private step (data: Samples) (z: Tensor) (cell: Cell) = Tensor.tanh (z %*% cell.W + data.X %*% cell.U + cell.B)
let private residual (data: Samples) (z: Tensor) (cell: Cell) = z - step data z cell
let private loss (data: Samples) (z: Tensor) (cell: Cell) = Tensor.sum (Tensor.square (z - data.Y)) + float data.Power * Tensor.sum (Tensor.square cell.B)
let private noisy (data: Samples) (z: Tensor) (_: Cell) (_: RandomKey) = Tensor.sum (Tensor.square (z - data.Y))
let private part (data: Samples) (z: Tensor) (_: Cell) (i: Tensor) = Tensor.sum (Tensor.square (z - data.Y)) * (1.0 + i.To DType.Float64)

let private map = FixedPointMap.ofDataNamed "step" step
let private outer = Objective.ofDataNamed "loss" loss
let private condition = RootCondition.ofDataNamed "residual" residual
let private hypergradient map outer n =
    (Hypergradient.Implicit()).Compute(Bilevel.Problem((map: FixedPointMap<Tensor, Cell>), (outer: Objective<Tensor, Cell>)), start n, cell).Gradient

let private same (expected: Cell) (actual: Cell) =
    Bits.equal expected.W actual.W
    Bits.equal expected.U actual.U
    Bits.equal expected.B actual.B

[<Fact>]
let ``Forms over data give the bits of lambdas, and are traced once per shape`` () =
    for phase in [ 0.3; 0.7; 1.1 ] do
        let data = samples 5 phase
        let expected = hypergradient (FixedPointMap.fromNamed "step" (step data)) (Objective.fromNamed "loss" (loss data)) 5
        hypergradient (map data) (outer data) 5 |> same expected

    Assert.Equal((1, 1), ((map (samples 5 0.0)).Traces, (outer (samples 5 0.0)).Traces))
    hypergradient (map (samples 6 0.3)) (outer (samples 6 0.3)) 6 |> ignore
    Assert.Equal((2, 2), ((map (samples 5 0.0)).Traces, (outer (samples 5 0.0)).Traces))

[<Fact>]
let ``A form that is made anew at every step of a loss is the same form`` () =
    let made phase = FixedPointMap.ofDataNamed "anew" step (samples 5 phase)
    let lossAt phase = Diff.grad (fun (cell: Cell) ->
        made phase |> FixedPointMap.solvedBy (FixedPoint.iteration 1e-12) |> FixedPoint.ofFinding (LinearSolver.fixedPoint 1e-12) (start 5) cell |> Tensor.sum)
    for phase in [ 0.3; 0.5; 0.7 ] do
        lossAt phase cell |> ignore

    Assert.Equal(1, (made 0.1).Traces)

[<Fact>]
let ``Roots, objectives, samples and sums over data are those of lambdas`` () =
    let data = samples 5 0.3
    let z = numbers 4.0 [ 5; 4 ]
    Bits.equal (RootCondition.from (residual data) |> RootCondition.evaluate z cell) (condition data |> RootCondition.evaluate z cell)
    Bits.equal (RootCondition.from (residual data) |> RootCondition.evaluate z cell) (RootCondition.ofData residual data |> RootCondition.evaluate z cell)
    Bits.equal (Objective.from (loss data) |> Objective.gradient z cell) (Objective.ofData loss data |> Objective.gradient z cell)
    Bits.equal (step data z cell) (FixedPointMap.ofData step data |> FixedPointMap.evaluate z cell)
    let descend sampled = ((Descent.Soba(0.1, 0.1)).Minimize(Bilevel.Problem((sampled: SampledObjective<Tensor, Cell>), sampled), z, cell)).State
    Bits.equal (descend (SampledObjective.from (noisy data))) (descend (SampledObjective.ofData noisy data))
    Bits.equal (descend (FiniteSum.from 2 (part data))) (descend (FiniteSum.ofData part 2 data))

[<Fact>]
let ``Forms without data are those of lambdas`` () =
    let data = samples 5 0.3
    let z = numbers 4.0 [ 5; 4 ]
    Bits.equal (step data z cell) (FixedPointMap.ofPure (step data) |> FixedPointMap.evaluate z cell)
    Bits.equal (residual data z cell) (RootCondition.ofPure (residual data) |> RootCondition.evaluate z cell)
    Bits.equal (loss data z cell) (Objective.ofPure (loss data) |> Objective.evaluate z cell)

[<Fact>]
let ``An objective over samples is computed in chunks`` () =
    let mean (x: Tensor, y: Tensor) (w: Tensor) (h: Tensor) = Tensor.mean (Tensor.square (x %*% w - y)) + Tensor.sum (h * w)
    let data = numbers 0.3 [ 6; 2 ], numbers 0.5 [ 6 ]
    let w, h = Tensor.from [| 0.1; 0.2 |], Tensor.from [| 0.3; 0.4 |]
    let whole = Objective.ofSamples [ "Item1"; "Item2" ] mean data
    // sums of six numbers of order 1 in another order
    Assert.Equal(Tensor.toScalar (mean data w h), whole |> Objective.inChunks 2 |> Objective.evaluate w h |> Tensor.toScalar, 1e-14)

[<Fact>]
let ``A compiled function has the derivatives of Diff, and is traced once`` () =
    let data = samples 5 0.3
    let f (data: Samples) (cell: Cell) = loss data (step data (start 5) cell) cell
    let form = DifferentiableFunction.ofData f
    let plain = DifferentiableFunction.ofPure (f data)
    let structured = DifferentiableFunction.ofDataStructure (fun (data: Samples) (cell: Cell) -> step data (start 5) cell, cell.B)
    let direction = { W = numbers 5.0 [ 4; 4 ]; U = numbers 6.0 [ 3; 4 ]; B = numbers 7.0 [ 4 ] }
    let captured = f data
    for compiled in [ form data; plain ] do
        Diff.grad captured cell |> same (compiled |> DifferentiableFunction.grad cell)
        let value, gradient = compiled |> DifferentiableFunction.valueAndGrad cell
        Bits.equal (captured cell) value
        same gradient (Diff.grad captured cell)
        Diff.hvp captured direction cell |> same (compiled |> DifferentiableFunction.hvp direction cell)
        Bits.equal (captured cell) (compiled |> DifferentiableFunction.evaluate cell)
        Bits.equal (snd (Diff.jvp captured direction cell)) (snd (compiled |> DifferentiableFunction.jvp direction cell))
        Assert.Equal(1, compiled.Traces)

    let both cell = step data (start 5) cell, cell.B
    let cotangent = numbers 8.0 [ 5; 4 ], numbers 9.0 [ 4 ]
    snd (Diff.vjp both cotangent cell) |> same (snd (structured data |> DifferentiableFunction.vjp cotangent cell))
    let linear = structured data |> DifferentiableFunction.linearize cell
    linear.Vjp cotangent |> same (snd (DifferentiableFunction.ofPureStructure both |> DifferentiableFunction.vjp cotangent cell))
    let stacked = numbers 1.0 [ 3; 4 ]
    let square (w: Tensor) = Tensor.sum (Tensor.square w)
    Bits.equal (Diff.vmap square stacked) (DifferentiableFunction.ofPure square |> DifferentiableFunction.vmap stacked)

/// What a closure of F# can hold, and what changes it: a form multiplies by it, 0.5 at first and 0.25 then.
let private captures () : (string * (Tensor -> Tensor) * (unit -> unit)) list =
    let cell = ref 0.5
    let numbers = [| 0.5 |]
    let list = ResizeArray [ 0.5 ]
    [
        "cell", (fun w -> cell.Value * w), (fun () -> cell.Value <- 0.25)
        "array", (fun w -> numbers[0] * w), (fun () -> numbers[0] <- 0.25)
        "list", (fun w -> list[0] * w), (fun () -> list[0] <- 0.25)
    ]

[<Theory>]
[<InlineData "cell">]
[<InlineData "array">]
[<InlineData "list">]
let ``A captured variable that changed is seen`` (name: string) =
    let _, times, change = captures () |> List.find (fun (found, _, _) -> found = name)
    let map = FixedPointMap.ofPure (fun (w: Tensor) (h: Tensor) -> times w + h)
    let w, h = Tensor.from [| 1.0; 2.0 |], Tensor.from [| 0.5; 0.25 |]
    let at () = (map |> FixedPointMap.evaluate w h).ToArray<float>()
    let first = at (), at ()
    Assert.Equal(([| 1.0; 1.25 |], [| 1.0; 1.25 |]), first)
    change ()
    Assert.Equal<float[]>([| 0.75; 0.75 |], at ())
    Assert.Equal(2, map.Traces)

let mutable private moduleRate = 0.5

[<Theory>]
[<InlineData("cell", "a FSharpRef<Double>")>]
[<InlineData("array", "a Double[]")>]
[<InlineData("list", "a List<Double>")>]
let ``The laws name what a closure holds that can change`` (name: string, described: string) =
    let cell, array, list = ref 0.5, [| 0.5 |], ResizeArray [ 0.5 ]
    let constant, factor, record = 2.0, Tensor.from [| 1.0; 1.0 |], { W = Tensor.scalar 1.0; U = Tensor.scalar 1.0; B = Tensor.scalar 1.0 }
    let w = Tensor.from [| 1.0; 2.0 |]
    let law (f: Tensor -> Tensor -> Tensor) = Laws.Of(FixedPointMap.ofPure f, struct (w, w))
    law(fun w h -> constant * factor * record.W * w + h).EnsureHolds()
    let report =
        match name with
        | "cell" -> law (fun w h -> cell.Value * w + h)
        | "array" -> law (fun w h -> array[0] * w + h)
        | _ -> law (fun w h -> list[0] * w + h)

    let broken = Assert.Single report.Broken
    Assert.StartsWith($"{name}, {described}: ", broken.Counterexample)
    Assert.EndsWith("pass it in the data", broken.Counterexample)

[<Fact>]
let ``The laws find a mutable value of a module, which no closure holds`` () =
    let w = Tensor.from [| 1.0; 2.0 |]
    let objective = Objective.ofPure (fun (w: Tensor) (h: Tensor) -> moduleRate * Tensor.sum (w * h))
    Laws.Of(objective, struct (w, w)).EnsureHolds()
    moduleRate <- 0.25
    let broken = Assert.Single(Laws.Of(objective, struct (w, w)).Broken)
    moduleRate <- 0.5
    Assert.Equal("is the same when it is traced anew", broken.Law)
    Assert.StartsWith("at point 0: the result holds 2.5, and 1.25 when it is traced anew: ", broken.Counterexample)

[<Fact>]
let ``Forms that are traced anew have the same bits`` () =
    let data = samples 5 0.3
    let z = numbers 4.0 [ 5; 4 ]
    Bits.equal (map data |> FixedPointMap.evaluate z cell) (map data |> FixedPointMap.asUncached |> FixedPointMap.evaluate z cell)
    Bits.equal (outer data |> Objective.evaluate z cell) (outer data |> Objective.asUncached |> Objective.evaluate z cell)
    Bits.equal (condition data |> RootCondition.evaluate z cell) (condition data |> RootCondition.asUncached |> RootCondition.evaluate z cell)
    let f = DifferentiableFunction.ofData (fun data z -> step data z cell) data
    Bits.equal (f |> DifferentiableFunction.evaluate z) (f |> DifferentiableFunction.asUncached |> DifferentiableFunction.evaluate z)
