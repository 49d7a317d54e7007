namespace Hyperdiff.Packages.Tests;

/// <summary>What F# Interactive shows after <c>#r "nuget: Hyperdiff.FSharp"</c>, without a line of set-up.</summary>
[Collection(SharedPackedFeed.Name)]
public sealed class InteractiveTests(PackedFeed feed)
{
    private const string Session = """
        #r "nuget: Hyperdiff.FSharp";;
        open Hyperdiff;;
        open Hyperdiff.FSharp;;
        Tensor.from [| 1.0; 2.5 |];;
        {| W = Tensor.eye 2; B = Tensor.scalar 3.0; Depth = 2 |};;
        Tensor.eye 2 |> List.replicate 2 |> Some;;
        let f = Objective.fromNamed "f" (fun (w: Tensor) (h: Tensor) -> Tensor.sum ((w - h) ** 2));;
        let problem = Bilevel.problem (f |> Objective.minimizedBy (Minimizer.newtonCg 1e-10)) f;;
        let how = Hypergradient.implicit (LinearSolver.conjugateGradient 1e-10);;
        problem |> Hypergradient.compute how (Tensor.zeros [ 2 ]) (Tensor.ones [ 2 ]);;
        Bilevel.problem (f |> Objective.minimizedBy (Minimizer.newtonCgUpTo 0 1e-10)) f |> Hypergradient.compute how (Tensor.zeros [ 2 ]) (Tensor.ones [ 2 ]);;
        let loop = OuterLoop.over problem how |> OuterLoop.by (Optimizer.adam 0.1) |> OuterLoop.until (Stop.afterSteps 2);;
        let run = loop |> OuterLoop.from (Tensor.zeros [ 2 ]) (Tensor.ones [ 2 ]);;
        run |> Seq.last;;
        RandomKey.fromSeed 3L;;
        (Tensor.eye 2).Shape;;
        DType.Float32;;
        Diff.checkpoint (fun (x: Tensor) -> x);;
        """;

    [SkippableFact]
    public void Values_AreShownAsAPersonWantsThem()
    {
        string shown = feed.Interactive(feed.NewFolder("interactive"), Session).Succeeded();

        foreach (string answer in (string[])[
            "val it: Tensor = [1, 2.5]  float64 [2]",
            """
              {| B = 3  float64 []
                 Depth = 2
                 W = [[1, 0]
                      [0, 1]]  float64 [2, 2]|}
            """,
            "val f: Objective<Tensor,Tensor> = objective f",
            "Hypergradient.Implicit, adjoint by conjugate gradients",
            "gradient [0, 0]  float64 [2]",
            "inner, Newton-CG of f: Converged",
            "inner, Newton-CG of f: MaxIterations",
            "step 1: value 0, |gradient| 0",
            "val it: RandomKey = RandomKey [0, 3]  int32 [2]",
            "val it: Shape = [2, 2]",
            "val it: DType = Float32",
            "val it: (Tensor -> Tensor) = <fun:",
        ])
        {
            Assert.Contains(answer, shown, StringComparison.Ordinal);
        }

        // what F# Interactive makes of a value that it takes apart, or that fails
        Assert.DoesNotContain("= ?", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("error FS", shown, StringComparison.Ordinal);
    }
}
