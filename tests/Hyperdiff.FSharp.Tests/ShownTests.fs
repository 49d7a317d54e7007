/// What a value says of itself: F# Interactive, `%A` and `%O` show it by ToString.
module Hyperdiff.FSharp.Tests.ShownTests

open System
open System.Reflection
open System.Runtime.CompilerServices
open System.Text.Json.Serialization
open Hyperdiff
open Hyperdiff.FSharp
open Xunit

let private assemblies = [
    typeof<Tensor>.Assembly
    typeof<SolveFailure<unit>>.Assembly
    typeof<Hyperdiff.Data.Dataset>.Assembly
    typeof<Hyperdiff.Reports.ConsoleProgress>.Assembly
    typeof<Hyperdiff.Testing.LawReport>.Assembly
]

let private isA (kind: Type) (t: Type) = kind.IsAssignableFrom t

/// Types of which there is no value, or none that anyone has in hand.
let private isNoValue (t: Type) =
    t.IsAbstract || t.IsInterface || t.IsEnum
    || isA typeof<Delegate> t || isA typeof<Attribute> t || isA typeof<exn> t || isA typeof<JsonConverter> t
    // what stands for a value in F# Interactive, and what resolves an overload
    || t.FullName = "Hyperdiff.FSharp.BilevelKinds"
    || t.DeclaringType = typeof<Interactive.Shown>.DeclaringType

/// What factories make, whose types have no public name.
let private isMade (t: Type) =
    [ typeof<LinearSolver>; typeof<InnerSolver>; typeof<Optimizer>; typeof<Descent>; typeof<HessianSeries> ] |> List.exists (fun kind -> isA kind t)

let private values = [
    for assembly in assemblies do
        for t in assembly.GetTypes() do
            if (t.IsVisible || isMade t) && not (isNoValue t) then t
]

let private ours (t: Type) = List.contains t.Assembly assemblies && not t.IsArray

let private text (t: Type) =
    t.GetMethods()
    |> Array.filter (fun method -> method.Name = "ToString" && method.GetParameters().Length = 0)
    |> Array.maxBy (fun method -> let rec depth (d: Type) = (match d.BaseType with null -> 0 | up -> 1 + depth up) in depth (nonNull method.DeclaringType))

let private printsItself (declared: Type) =
    let shown = match Nullable.GetUnderlyingType declared with null -> declared | inner -> inner
    shown.IsPrimitive || shown.IsEnum || shown.IsGenericParameter || shown = typeof<string> || shown = typeof<TimeSpan> || ours shown

[<Fact>]
let ``Every type says in words what a value of it is`` () =
    Assert.True(values.Length > 150, $"{values.Length}")
    Assert.Empty(values |> List.filter (fun t -> not (ours (nonNull (text t).DeclaringType))) |> List.map _.FullName)

[<Fact>]
let ``What the compiler writes of a record names no type of the framework`` () =
    let silent (t: Type) = [
        for property in t.GetProperties(BindingFlags.Instance ||| BindingFlags.Public) do
            if property.GetIndexParameters().Length = 0 && not (printsItself property.PropertyType) then
                $"{t.FullName}.{property.Name}: {property.PropertyType}"
    ]

    let byCompiler (method: MethodInfo | null) =
        match method with
        | null -> false
        | method -> method.IsDefined(typeof<CompilerGeneratedAttribute>, ``inherit`` = false)

    let members (t: Type) =
        t.GetMethod("PrintMembers", BindingFlags.Instance ||| BindingFlags.NonPublic)

    let written = values |> List.filter (fun t -> byCompiler (text t) && byCompiler (members t))
    Assert.True(written.Length > 50, $"{written.Length}")
    Assert.Empty(written |> List.collect silent)

type Weights = { W: Tensor }

let private samples: (string * objnull) list =
    let start = { W = Tensor.ones [ 2 ] }
    let f = Objective.fromNamed "f" (fun (w: Weights) (h: Weights) -> Tensor.sum (Tensor.square (w.W - h.W)))
    let map = FixedPointMap.fromNamed "half" (fun (w: Weights) (h: Weights) -> { W = 0.5 * w.W + h.W })
    let training = f |> Objective.minimizedBy (Minimizer.newtonCg 1e-12)
    let problem = Bilevel.problem training f
    let hurried = Bilevel.problem (f |> Objective.minimizedBy (Minimizer.newtonCgUpTo 0 1e-12)) f
    let implicit = Hypergradient.implicit (LinearSolver.conjugateGradient 1e-12)
    let loop = OuterLoop.over problem implicit |> OuterLoop.by (Optimizer.adam 0.1) |> OuterLoop.until (Stop.afterSteps 2)
    let steps = loop |> OuterLoop.from start start |> List.ofSeq
    let last = List.last steps
    let scalar (w: Weights) = Tensor.sum (Tensor.square w.W)
    let key = RandomKey.fromSeed 1L
    let descent = Descent.soba (Schedule.constant 0.1) (Schedule.constant 0.1) |> Descent.withLimits 0.0 3

    let ofResult (result: Result<'R, SolveFailure<'R>>) =
        match result with
        | Ok value -> box value
        | Error failure -> box failure.Result

    [ "tensor", box start.W
      "shape", box start.W.Shape
      "dtype", box DType.Float32
      "key", box key
      "objective", box f
      "map", box map
      "minimization", box training
      "finding", box (map |> FixedPointMap.solvedBy (FixedPoint.iteration 1e-10))
      "problem", box problem
      "hypergradient", problem |> Hypergradient.compute implicit start start |> ofResult
      "reverse", Bilevel.problem map f |> Hypergradient.compute (Hypergradient.reverse 20) start start |> ofResult
      "failure",
      (match hurried |> Hypergradient.compute implicit start { W = Tensor.zeros [ 2 ] } with
       | Ok _ -> failwith "nothing was solved"
       | Error failure -> box failure)
      "solution", box ((map |> FixedPointMap.solvedBy (FixedPoint.iteration 1e-10)).Solve(start, start))
      "explanation", box (problem |> Bilevel.explain start start)
      "check", box (problem |> Bilevel.check key start start)
      "loop", box loop
      "run", box (loop |> OuterLoop.from start start)
      "step", box last
      "record", box last.Record
      "loop state", box last.Next
      "best step", box last.Best
      "stop", box (Stop.afterSteps 3)
      "policy", box (StepFailure.skip 2)
      "value and gradient", Diff.tryValueAndGrad scalar start |> ofResult
      "reported", box (Diff.gradWithReport scalar start)
      "linearized", box (Diff.linearize scalar start)
      "tree", box Tree.derive<Weights>
      "optimizer state", box (Optimizer.adam 0.1 |> Optimizer.start start)
      "grouped", box (Optimizer.sgd 0.1 |> Optimizer.grouped [ "W", Optimizer.adam 0.1 ])
      "projected", box (Optimizer.sgd 0.1 |> Optimizer.projected Tensor.relu)
      "dynamics", box (f |> Dynamics.unroll (fun _ -> Optimizer.sgd 0.1))
      "descent", box descent
      "descent solution", Bilevel.problem (SampledObjective.``of`` f) (SampledObjective.``of`` f) |> Descent.minimize descent start start |> ofResult
      "level", box (Level.named "weights" start)
      "options", box (HypergradientOptions(Key = key))
      "schedule", box (Schedule.cosine 10 (Schedule.constant 0.1))
      "response", box (Response.exact ())
      "bijection", box Bijection.Exp
      "dataset", box (Hyperdiff.Data.Dataset(Tensor.eye 2, Tensor.arange 2))
      "csv options", box (Hyperdiff.Data.CsvOptions())
      for name, how in [ "maml", Hypergradient.maml 2 :> HypergradientMethod; "one step", Hypergradient.oneStep () ] do
          name, box how
      for solver in [ LinearSolver.gmres 5 1e-8; LinearSolver.denseLu 1e-8; LinearSolver.normal (LinearSolver.minres 1e-8) ] do
          solver.Name, box solver ]

let names: TheoryData<string> = TheoryData<string>(samples |> List.map fst)

[<Theory>]
[<MemberData(nameof names)>]
let ``What is shown names no type, and asks for no work`` (name: string) =
    let value = samples |> List.find (fun (other, _) -> other = name) |> snd
    let text = string value
    Assert.NotEqual<string>("", text.Trim())

    for word in [ "System."; "Hyperdiff."; "`"; "FSharp"; "Microsoft." ] do
        // of a tree the type is what it is of
        Assert.True(name = "tree" || not (text.Contains(word, StringComparison.Ordinal)), text)

    Assert.NotNull(Interactive.show value)

[<Fact>]
let ``A run that is shown makes no step`` () =
    let run = samples |> List.pick (fun (_, value) -> match value with :? OuterRun<Weights, Weights> as run -> Some run | _ -> None)
    Interactive.show run |> ignore
    Assert.Equal(0, run.State.Steps)
    Assert.Equal(2, Seq.length run)

[<Fact>]
let ``Values that are not of this library are left to F# Interactive`` () =
    for value: obj in [ box 1; box "text"; box [ Tensor.ones [ 2 ] ]; box [| Tensor.ones [ 2 ] |]; box (struct (1, Tensor.ones [ 2 ])) ] do
        Assert.Null(Interactive.show value)

    Assert.Null(Interactive.show null)
    Assert.Null(Interactive.show (Diff.checkpoint (fun (x: Tensor) -> x)))

[<Fact>]
let ``Rows of a matrix stand in rows, whatever their numbers`` () =
    let mask = (Tensor.eye 2).Greater(Tensor.scalar 0.5)

    for matrix in [ Tensor.eye 3; Tensor.zeros [ 1; 1 ]; Tensor.full [ 20; 2 ] nan; Tensor.full [ 2; 2 ] -infinity; mask ] do
        match Interactive.show matrix with
        | :? Interactive.ShownMatrix as shown ->
            Assert.Equal((string matrix).Split('\n').Length, shown.Rows.GetLength 0)
            Assert.Equal("  " + string matrix.Type, shown.Type)
            Assert.All(shown.Rows |> Seq.cast<Interactive.Shown>, fun row -> Assert.DoesNotContain("]", row.Text.Replace("[", "", StringComparison.Ordinal)))
        | other -> failwith $"{other} is not a matrix"
