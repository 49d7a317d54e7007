/// Every function of loops, draws and structures that no other file compares: the bits of C#.
module Hyperdiff.FSharp.Tests.OuterLoopFaceTests

open System
open System.IO
open System.Threading
open Hyperdiff
open Hyperdiff.FSharp
open Xunit

type Rates = { Penalty: Tensor; Shift: Tensor }

let private train =
    Objective.from (fun (w: Tensor) (h: Rates) -> Tensor.sum ((w - h.Shift) ** 2 + exp h.Penalty * w ** 2))

let private validate = Objective.from (fun (w: Tensor) (_: Rates) -> Tensor.sum ((w - 1) ** 2))
let private problem = Bilevel.problem (train |> Objective.minimizedBy (Minimizer.newtonCg 1e-10)) validate
let private start: Tensor = Tensor.zeros [ 2 ]
let private hyper = { Penalty = Tensor.zeros [ 2 ]; Shift = Tensor.full [ 2 ] 0.5 }
let private how = Hypergradient.implicit (LinearSolver.conjugateGradient 1e-10)

let private loop =
    OuterLoop.over problem how |> OuterLoop.by (Optimizer.adam 0.1) |> OuterLoop.until (Stop.afterSteps 3)

let private lastOf (loop: OuterLoop<Tensor, Rates>) =
    let run = loop |> OuterLoop.from start hyper
    Seq.iter ignore run
    run.State.Hyper, run.State.Steps, run.StoppedBy

let private norm (w: Tensor) (_: Rates) = Tensor.toScalar (Tensor.norm w)
let private metric = Func<Tensor, Rates, float>(fun w h -> norm w h)

let private counter (reports: int ref) =
    { new IProgress<StepRecord> with
        member _.Report _ = reports.Value <- reports.Value + 1 }

let private solves (reports: int ref) =
    { new IProgress<SolveProgress> with
        member _.Report _ = reports.Value <- reports.Value + 1 }

let private loops: (string * OuterLoop<Tensor, Rates> * OuterLoop<Tensor, Rates>) list =
    let key = RandomKey.fromSeed 5L
    let soba = Descent.soba (Schedule.constant 0.1) (Schedule.constant 0.1)
    let exact = Descent.bome (Schedule.constant 0.5) 2 (Schedule.constant 0.1) (Schedule.constant 0.05)
    let sampled = Bilevel.problem (SampledObjective.``of`` train) (SampledObjective.``of`` validate)
    let objectives = Bilevel.problem train validate
    let three = Stop.AfterSteps 3
    let keyed key =
        let share = RandomKey.uniform [] key |> Tensor.toScalar
        Bilevel.problem (train |> Objective.minimizedBy (Minimizer.newtonCg 1e-10)) (validate |> Objective.aggregate train share) :> BilevelProblem<_, _>

    [ "keyed",
      OuterLoop.Over(Func<_, _> keyed, how).With(Optimizer.sgd 0.1).Keyed(key).Until three,
      OuterLoop.overKeys keyed how |> OuterLoop.by (Optimizer.sgd 0.1) |> OuterLoop.keyed key |> OuterLoop.until three
      "along", OuterLoop.Over(sampled, soba).Until three, OuterLoop.along soba sampled |> OuterLoop.until three
      "alongExact", OuterLoop.Over(objectives, exact).Until three, OuterLoop.alongExact exact objectives |> OuterLoop.until three
      "accumulating", loop.Accumulating 2, loop |> OuterLoop.accumulating 2
      "validating", loop.Validating(metric, 2), loop |> OuterLoop.validating 2 norm
      "validatingHighest", loop.Validating(metric, 2, higherIsBetter = true), loop |> OuterLoop.validatingHighest 2 norm
      "onFailure", loop.OnFailure(StepFailure.Skip 2), loop |> OuterLoop.onFailure (StepFailure.skip 2)
      "coupled", loop.Coupled 0.2, loop |> OuterLoop.coupled 0.2
      "coupledUpTo", loop.Coupled(0.1, 1e-3), loop |> OuterLoop.coupledUpTo 1e-3 0.1
      "withinLeaf", loop.Within("Shift", Bijection.Sigmoid), loop |> OuterLoop.withinLeaf "Shift" Bijection.Sigmoid
      "coldStarts", loop.ColdStarts(), loop |> OuterLoop.coldStarts
      "clippedByValue", loop.With((Optimizer.adam 0.1).ClippedByValue 0.01), loop |> OuterLoop.by (Optimizer.adam 0.1 |> Optimizer.clippedByValue 0.01)
      "noImprovement", loop.Until(Stop.NoImprovement 1), loop |> OuterLoop.until (Stop.noImprovement 1)
      "gradientBelow", loop.Until(Stop.GradientBelow 2.0), loop |> OuterLoop.until (Stop.gradientBelow 2.0)
      // which is over before the first step
      "after", loop.Until(Stop.After(TimeSpan.FromTicks 1L)), loop |> OuterLoop.until (Stop.after (TimeSpan.FromTicks 1L))
      "when", loop.Until(Stop.When((fun record -> record.Step = 1), "one")), loop |> OuterLoop.until (Stop.``when`` "one" (fun record -> record.Step = 1))
      "both",
      loop.Until(Stop.BitwiseAnd(Stop.AfterSteps 2, Stop.ValueBelow 100.0)),
      loop |> OuterLoop.until (Stop.both (Stop.afterSteps 2) (Stop.valueBelow 100.0)) ]

let names: TheoryData<string> = TheoryData<string>(loops |> List.map (fun (name, _, _) -> name))

[<Theory>]
[<MemberData(nameof names)>]
let ``A loop made by functions ends with the bits of that made by methods`` (name: string) =
    let _, expected, actual = loops |> List.find (fun (other, _, _) -> other = name)
    let (hyper, step, reason), (hyper', step', reason') = lastOf expected, lastOf actual
    Bits.equal hyper.Penalty hyper'.Penalty
    Bits.equal hyper.Shift hyper'.Shift
    Assert.Equal((step, reason), (step', reason'))

[<Fact>]
let ``Bounds of all leaves, watchers, several starts and repeated keys are those of C#`` () =
    let positive = { Penalty = Tensor.ones [ 2 ]; Shift = Tensor.ones [ 2 ] }
    let last (loop: OuterLoop<Tensor, Rates>) = (loop |> OuterLoop.from start positive |> Seq.last).Next.Hyper
    Bits.equal (last (loop.Within Bijection.Exp)).Shift (last (loop |> OuterLoop.within Bijection.Exp)).Shift

    let steps, residuals = ref 0, ref 0
    loop |> OuterLoop.watched (counter steps) |> OuterLoop.watchedSolves (solves residuals) |> OuterLoop.from start hyper |> Seq.iter ignore
    Assert.Equal(3, steps.Value)
    Assert.True(residuals.Value > 3)

    let best = loop |> OuterLoop.bestOf [ start, hyper; start, positive ]
    let expected = loop.BestOf [ struct (start, hyper); struct (start, positive) ]
    Bits.equal expected.Hyper.Shift best.Hyper.Shift
    loop |> OuterLoop.requireRepeatable 2 start hyper

[<Fact>]
let ``A loop goes on from its state, in memory and in a file`` () =
    let path = Path.Combine(Directory.CreateTempSubdirectory("hyperdiff-fsharp-").FullName, "loop.npz")

    try
        let whole, _, _ = lastOf loop
        let first = loop |> OuterLoop.from start hyper |> Seq.head
        first.Next.Save path

        for state in [ first.Next; loop |> OuterLoop.load path start hyper ] do
            Bits.equal whole.Shift (loop |> OuterLoop.fromState state |> Seq.last).Next.Hyper.Shift
    finally
        Directory.Delete(nonNull (Path.GetDirectoryName path), true)

[<Fact>]
let ``Ranks in one process, alone, and a loop across them are those of C#`` () =
    let sum (ranks: Ranks) =
        let values = [| float ranks.Rank + 0.5 |]
        ranks.Sum(values.AsSpan())
        values[0]

    Assert.Equal<float[]>([| 4.5; 4.5; 4.5 |], Ranks.inProcess 3 sum)
    Assert.Equal<float[]>([| 2.0; 2.0 |], Ranks.inProcessWithin (TimeSpan.FromSeconds 10.0) CancellationToken.None 2 sum)
    Assert.Same(Ranks.Single, Ranks.single ())
    let _, steps, stoppedBy = lastOf loop
    let ends = Ranks.inProcess 2 (fun ranks -> loop |> OuterLoop.across ranks |> lastOf)
    Assert.All(ends, fun (hyper, made, reason) ->
        Assert.Equal((steps, stoppedBy), (made, reason))
        Assert.Equal<float[]>((let h, _, _ = lastOf loop in h.Penalty.ToArray<float>()), hyper.Penalty.ToArray<float>()))

[<Fact>]
let ``Policies of failure are those of C#`` () =
    Assert.Equal(string (StepFailure.RollBack 2), string (StepFailure.rollBack 2))
    Assert.Equal(string (StepFailure.Tighten 3), string (StepFailure.tighten 3))
    Assert.Equal(string ((StepFailure.Skip 2).AfterTightening 1), string (StepFailure.skip 2 |> StepFailure.afterTightening 1))

[<Fact>]
let ``Draws in an element type are those of C#`` () =
    let key, shape = RandomKey.fromSeed 9L, Shape(ReadOnlySpan [| 2; 3 |])
    let dtype = DType.Float32
    let same (expected: Tensor) (actual: Tensor) =
        Assert.Equal(dtype, actual.DType)
        Bits.equal (expected.To DType.Float64) (actual.To DType.Float64)

    same (key.Uniform(shape, dtype)) (key |> RandomKey.uniformOf dtype [ 2; 3 ])
    same (key.Uniform(shape, -1.0, 2.0, dtype)) (key |> RandomKey.uniformBetweenOf dtype -1.0 2.0 [ 2; 3 ])
    same (key.Normal(shape, dtype)) (key |> RandomKey.normalOf dtype [ 2; 3 ])
    same (key.TruncatedNormal(shape, -1.0, 1.0, dtype)) (key |> RandomKey.truncatedNormalOf dtype -1.0 1.0 [ 2; 3 ])
    same (key.Gumbel(shape, dtype)) (key |> RandomKey.gumbelOf dtype [ 2; 3 ])

[<Fact>]
let ``Parts, norms and the greatest are those of C#`` () =
    let x = tensor [ [ 3.0; 1.0; 2.0 ]; [ -1.0; 5.0; 0.5 ] ]
    Assert.Equal<int list>([ 2; 3 ], Tensor.shape x)
    for expected, actual in Seq.zip (x.Split(1, ReadOnlySpan [| 1; 2 |])) (Tensor.split 1 [ 1; 2 ] x) do
        Bits.equal expected actual

    let struct (values, positions), struct (values', positions') = x.TopK(2, 1), Tensor.topK 2 1 x
    Bits.equal values values'
    Bits.equal positions positions'

    let point = { Penalty = x[0]; Shift = x[1] }
    Bits.equal (VectorSpace.Dot(Tree.find<Rates>, point, point)) (Tree.dot point point)
    Bits.equal (VectorSpace.Norm(Tree.find<Rates>, point)) (Tree.norm point)

[<Fact>]
let ``Objectives at given hyperparameters, in others and on minibatches are those of C#`` () =
    let w = tensor [ 1.0; 2.0 ]
    let at = train |> Objective.at hyper
    Bits.equal ((train.At hyper).Evaluate w) (at.Evaluate w)
    let within: Objective<Tensor, Rates> = at |> Objective.inHyper
    Bits.equal (at.Evaluate w) (within |> Objective.evaluate w hyper)
    let dynamics = at |> Dynamics.on (fun (rate: Tensor) -> Optimizer.sgdWith (Schedule.constant 0.0) (Schedule.ofTensor rate))
    let rate = Tensor.scalar 0.1
    let once = dynamics |> Dynamics.next (dynamics |> Dynamics.start w rate) rate
    Bits.equal (w - 0.1 * at.Gradient w) once.Parameters
    Assert.Throws<InvalidOperationException>(fun () -> train |> SampledObjective.onMinibatches 2 |> ignore) |> ignore

[<Fact>]
let ``A prepared solver solves as the solver does`` () =
    let matrix = LinearOperator.From((fun (v: Tensor) -> tensor [ [ 2.0; 1.0 ]; [ 1.0; 3.0 ] ] %*% v), TensorType(DType.Float64, Shape(ReadOnlySpan [| 2 |])))
    let prepared = LinearSolver.denseLu 1e-12 |> LinearSolver.prepare matrix
    let b = [| tensor [ 1.0; 2.0 ] |]
    Bits.equal ((LinearSolver.denseLu 1e-12).Solve(matrix, b)).Value[0] (prepared.Solve(b, null, null, CancellationToken.None)).Value[0]
